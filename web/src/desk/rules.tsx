/// The tab Rules of a room's desk: whose posts wait, and the room's rules.

import { useState } from "preact/hooks";
import { ask } from "../store/ask";
import type { OpenRoom } from "../store/state";
import { say } from "../net/error";
import { t } from "../texts";
import { Button, CheckField, Field, Form, Notice, Section, remark } from "../ui";
import type { Holds } from "../wire/views";
import { RuleList } from "./rule_list";

export function Rules({ open }: { open: OpenRoom }) {
  const room = open.snapshot.room.id;
  const moderation = open.desk?.moderation;
  if (!moderation) return null;
  return (
    <>
      <HoldsForm key={JSON.stringify(moderation.holds)} room={room} holds={moderation.holds} />
      <RuleList
        rules={moderation.rules}
        save={async (rules) => void (await ask("moderation.change", { room, rules }))}
        attempt={async (rule) => (await ask("moderation.try", { room, rule })).result}
      />
    </>
  );
}

/** As many posts as it takes to know somebody a little. */
const NEWCOMER = 3;

function HoldsForm({ room, holds }: { room: string; holds: Holds }) {
  const [now, set] = useState(holds);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const change = (part: Partial<Holds>) => set({ ...now, ...part });
  const dirty = JSON.stringify(now) !== JSON.stringify(holds);
  const save = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await ask("moderation.change", { room, holds: now });
      remark(t("desk.holds.saved"), "good");
    } catch (thrown) {
      setError(thrown);
    }
    setBusy(false);
  };
  return (
    <Section title={t("desk.holds")}>
      <p class="prose">{t("desk.holds.body")}</p>
      <Form onSubmit={() => void save()}>
        <div class="desk-checks">
          <CheckField label={t("desk.holds.everyone")} checked={now.everyone} onInput={(everyone) => change({ everyone })} />
          <CheckField
            label={t("desk.holds.newcomers")}
            hint={t("desk.holds.newcomers.hint")}
            checked={now.newcomers > 0}
            onInput={(on) => change({ newcomers: on ? NEWCOMER : 0 })}
          />
          {now.newcomers > 0 && (
            <Field
              label={t("desk.holds.newcomers.count")}
              type="number"
              min={1}
              max={50}
              value={String(now.newcomers)}
              onInput={(value) => change({ newcomers: Math.max(1, Math.min(50, Number(value) || 1)) })}
            />
          )}
          <CheckField label={t("desk.holds.guests")} checked={now.guests} onInput={(guests) => change({ guests })} />
          <CheckField label={t("desk.holds.links")} checked={now.links} onInput={(links) => change({ links })} />
        </div>
        {error !== undefined && <Notice kind="error">{say(error)}</Notice>}
        <div class="form-actions">
          <Button type="submit" kind={dirty ? "primary" : "plain"} busy={busy}>{t("common.save")}</Button>
        </div>
      </Form>
    </Section>
  );
}
