/// Accounts that wait for a yes or a no. Draws nothing where nobody waits.

import { useState } from "preact/hooks";
import { useFetch } from "../account/use";
import { api } from "../net/api";
import { say } from "../net/error";
import { t } from "../texts";
import { Avatar, Button, Confirm, FailedState, Section, remark } from "../ui";
import type { Person } from "../wire/views";

export function Waiting({ onApproved }: { onApproved: () => void }) {
  const { now, again, put } = useFetch("waiting", async () => (await api.get<{ people: Person[] }>("/people/waiting")).people);
  const [declining, decline] = useState<Person | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  if (now.state === "loading") return null;
  if (now.state === "failed") return <FailedState error={now.error} retry={again} />;
  const people = now.value;
  const without = (person: Person) => put(people.filter((one) => one.id !== person.id));
  const approve = async (person: Person) => {
    setBusy(person.id);
    try {
      await api.post(`/people/${encodeURIComponent(person.id)}/approve`);
      without(person);
      remark(t("waiting.approved", { name: person.name }), "good");
      onApproved();
    } catch (error) {
      remark(say(error), "error");
      again();
    }
    setBusy(null);
  };
  if (people.length === 0) return null;
  return (
    <Section title={t("waiting.list", { count: people.length })}>
      <ul class="lines">
        {people.map((one) => (
          <li key={one.id} class="line-item">
            <Avatar id={one.id} name={one.name} />
            <div class="line-text">
              <span class="line-title">{one.name}</span>
              <span class="line-small">@{one.username}</span>
            </div>
            <div class="form-actions">
              <Button kind="quiet" onClick={() => decline(one)} aria-label={t("waiting.decline.of", { name: one.name })}>
                {t("waiting.decline")}
              </Button>
              <Button kind="primary" busy={busy === one.id} onClick={() => void approve(one)} aria-label={t("waiting.approve.of", { name: one.name })}>
                {t("waiting.approve")}
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {declining && (
        <Confirm
          title={t("waiting.decline.of", { name: declining.name })}
          action={t("waiting.decline")}
          danger
          onClose={() => decline(null)}
          onConfirm={async () => {
            await api.post(`/people/${encodeURIComponent(declining.id)}/decline`);
            without(declining);
          }}
        >
          <p>{t("waiting.decline.body")}</p>
        </Confirm>
      )}
    </Section>
  );
}
