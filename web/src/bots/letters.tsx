/// What a bot could not be told: how that goes now, and what to do about it. Sent again, or let go.

import { Refused } from "../account/refused";
import { useDoing } from "../account/use";
import { distance } from "../account/when";
import { api } from "../net/api";
import { t, type Key } from "../texts";
import { Button, Notice } from "../ui";
import type { Bot, DeadLetter, OutgoingState } from "../wire/bots";
import { TOLD } from "./kinds";
import type { Care } from "./part";
import { why } from "./why";

/** What could not be sent to a command's own address. */
const COMMAND = "slash.run";

interface Props extends Pick<Care, "path" | "put" | "end"> {
  out: OutgoingState;
}

export function How({ out, path, put, end }: Props) {
  const doing = useDoing();
  const ask = (how: "post" | "delete", to: string) => () =>
    void doing.run(async () => {
      put(await api[how]<Bot>(`${path}/outgoing/${to}`));
    });
  const letGo = () =>
    end({
      title: t("bots.dead.drop.title"), body: t("bots.dead.drop.body"), action: t("bots.dead.drop"),
      run: async () => {
        put(await api.delete<Bot>(`${path}/outgoing/letters`));
      },
    });
  const letters = out.dead_letters;
  const commands = letters.every((one) => one.kind === COMMAND);
  const sending = letters.some((one) => one.again);
  return (
    <>
      {out.state === "on" && letters.length === 0 && <Notice kind="good">{t("bots.out.on")}</Notice>}
      {out.state === "on" && letters.length > 0 && <Notice>{t(sending ? "bots.dead.sending" : commands ? "bots.dead.commands" : "bots.dead.well")}</Notice>}
      {out.state === "failing" && <Notice kind="warn">{t("bots.out.failing", { why: why(out.why) })}</Notice>}
      {out.state === "paused" && <Notice kind="error">{t("bots.out.paused", { why: why(out.why) })}</Notice>}
      {(letters.length > 0 || out.state === "paused") && (
        <div class="block-buttons">
          <Button kind="primary" busy={doing.busy || sending} onClick={ask("post", "letters")}>
            {t(out.state === "paused" ? "bots.out.on_from_there" : "bots.dead.again")}
          </Button>
          {out.state === "paused" && <Button busy={doing.busy} onClick={ask("post", "resume")}>{t("bots.out.resume")}</Button>}
          {letters.length > 0 && <Button kind="quiet" onClick={letGo}>{t("bots.dead.drop")}</Button>}
        </div>
      )}
      <Refused error={doing.error} />
      {letters.length > 0 && <Letters letters={letters} />}
    </>
  );
}

function Letters({ letters }: { letters: DeadLetter[] }) {
  return (
    <details class="bot-dead">
      <summary>{t("bots.dead", { count: letters.length })}</summary>
      <ul>
        {letters.map((one) => (
          <li key={`${one.stream} ${one.seq}`}>
            {named(one.kind)}: {why(one.why, one.status)} · {t("bots.dead.tried", { count: one.attempts })} · {distance(one.at, Date.now())}
          </li>
        ))}
      </ul>
    </details>
  );
}

function named(kind: string): string {
  if (kind === COMMAND) return t("bots.kind.command");
  const known: Key | undefined = TOLD.find((one) => one.kind === kind)?.label;
  return known ? t(known) : kind;
}
