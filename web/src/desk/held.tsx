/// Posts that wait: what they say, why they wait, where they would stand; let in, or declined with a reason.

import { useState } from "preact/hooks";
import { Body } from "../markup/body";
import { href } from "../router";
import { useRoom } from "../room/context";
import { shortly } from "../room/times";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { t, type Key } from "../texts";
import { AreaField, Avatar, Button, Confirm, Section, remark } from "../ui";
import type { DeclinedPost, HeldPost } from "../wire/views";

export function HeldPosts({ held }: { held: HeldPost[] }) {
  const room = useRoom();
  const [declining, decline] = useState<HeldPost | null>(null);
  const release = async (one: HeldPost) => {
    const name = room.name(one.author);
    if (await attempt(ask("held.release", { held: one.id }))) remark(t("desk.held.released", { name }), "good");
  };
  return (
    <Section title={t("desk.held", { count: held.length })}>
      <ul class="desk-list">
        {held.map((one) => {
          const name = room.name(one.author);
          return (
            <li key={one.id} class="desk-item" data-held={one.id}>
              <By held={one} name={name} />
              <div class="desk-text">{one.title && <h3>{one.title}</h3>}<Body text={one.body} mentioned={room.mentioned} /></div>
              <p class="desk-why">{why(one)}</p>
              <div class="form-actions">
                <Button aria-label={t("desk.held.decline.of", { name })} onClick={() => decline(one)}>{t("members.decline")}</Button>
                <Button kind="primary" aria-label={t("desk.held.release.of", { name })} onClick={() => void release(one)}>
                  {t("desk.held.release")}
                </Button>
              </div>
            </li>
          );
        })}
      </ul>
      {declining && <Decline held={declining} name={room.name(declining.author)} onClose={() => decline(null)} />}
    </Section>
  );
}

function By({ held, name }: { held: HeldPost; name: string }) {
  return (
    <header class="desk-by">
      <Avatar id={held.author} name={name} size="s" />
      <span class="line-title">{name}</span>
      <span class="line-small">
        {shortly(held.at, Date.now())}
        {held.message !== null && ` · ${t("desk.held.change")}`}
        {held.thread && (
          <>
            {" · "}
            <a href={href("r", held.room, "t", held.thread)}>{t("desk.held.thread")}</a>
          </>
        )}
      </span>
    </header>
  );
}

const WHY: Record<string, Key> = {
  everyone: "desk.why.everyone",
  newcomer: "desk.why.newcomer",
  guest: "desk.why.guest",
  link: "desk.why.link",
};

function why({ why: reason, rule, matched }: HeldPost): string {
  const plain = WHY[reason];
  if (plain) return t(plain);
  return matched ? t("desk.why.rule", { rule, matched }) : t("desk.why.rule_only", { rule });
}

function Decline({ held, name, onClose }: { held: HeldPost; name: string; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const submit = async () => {
    await ask("held.decline", { held: held.id, ...(reason.trim() ? { reason: reason.trim() } : {}) });
  };
  return (
    <Confirm title={t("desk.held.decline.title", { name })} action={t("members.decline")} onConfirm={submit} onClose={onClose}>
      <p>{t("desk.held.decline.body", { name })}</p>
      <AreaField label={t("desk.held.decline.reason", { name })} optional value={reason} onInput={setReason} rows={2} maxLength={500} />
    </Confirm>
  );
}

export function DeclinedPosts({ declined }: { declined: DeclinedPost[] }) {
  const room = useRoom();
  return (
    <details class="desk-declined">
      <summary>{t("desk.declined.list", { count: declined.length })}</summary>
      <p class="prose">{t("desk.declined.body")}</p>
      <ul class="desk-list">
        {declined.map(({ held, by, reason, at }) => (
          <li key={held.id} class="desk-item">
            <By held={held} name={room.name(held.author)} />
            <div class="desk-text">{held.title && <h3>{held.title}</h3>}<Body text={held.body} mentioned={room.mentioned} /></div>
            <p class="desk-why">
              {t("desk.declined.by", { name: room.name(by), when: shortly(at, Date.now()) })} {reason}
            </p>
          </li>
        ))}
      </ul>
    </details>
  );
}
