/// Where a bot is told of events: the address, of what and in which shape, and how that goes.

import { useState } from "preact/hooks";
import { Refused } from "../account/refused";
import { useDoing } from "../account/use";
import { api } from "../net/api";
import { ApiError } from "../net/error";
import { t } from "../texts";
import { Button, CheckField, ChoiceField, Field, Notice, remark } from "../ui";
import type { Bot, OutgoingState } from "../wire/bots";
import { inOrder, TOLD } from "./kinds";
import { How } from "./letters";
import { Part, type Care } from "./part";
import { why } from "./why";

interface Wanted {
  url: string;
  shape: OutgoingState["shape"];
  all: boolean;
  kinds: ReadonlySet<string>;
}

const USUAL = ["message.posted", "interaction.made"];

const wantedOf = (out: OutgoingState | null): Wanted => ({
  url: out?.url ?? "",
  shape: out?.shape ?? "tertulia",
  all: !out || out.kinds.length === 0,
  kinds: new Set(out && out.kinds.length > 0 ? out.kinds : USUAL),
});

export function Out({ bot, path, put, end }: Care) {
  const [wanted, setWanted] = useState(() => wantedOf(bot.outgoing));
  const doing = useDoing();
  const set = (change: Partial<Wanted>) => setWanted({ ...wanted, ...change });
  const kinds = wanted.all ? [] : inOrder(wanted.kinds);
  const none = !wanted.all && kinds.length === 0;
  const save = () =>
    void doing.run(async () => {
      const after = await api.put<Bot>(`${path}/outgoing`, { url: wanted.url.trim(), shape: wanted.shape, kinds });
      put(after);
      setWanted(wantedOf(after.outgoing));
      remark(t("bots.out.saved"), "good");
    });
  const stop = () =>
    end({
      title: t("bots.out.end.title"), body: t("bots.out.end.body"), action: t("bots.out.end"),
      run: async () => {
        put(await api.put<Bot>(`${path}/outgoing`, { url: "" }));
        setWanted({ ...wanted, url: "" });
      },
    });
  return (
    <Part title={t("bots.out")} hint={t("bots.out.hint")}>
      {bot.outgoing && <How out={bot.outgoing} path={path} put={put} end={end} />}
      <Field label={t("bots.out.url")} type="url" autocomplete="off" placeholder="https://" value={wanted.url} onInput={(url) => set({ url })} />
      {wanted.url.trim() !== "" && <Choices wanted={wanted} set={set} />}
      <div class="block-buttons">
        <Button busy={doing.busy} disabled={wanted.url.trim() === "" || none} onClick={save}>{t("bots.out.set")}</Button>
        {bot.outgoing?.url && <Button kind="quiet" onClick={stop}>{t("bots.out.end")}</Button>}
      </div>
      <Problem error={doing.error} />
    </Part>
  );
}

/** An address that does not mean it says why in words; everything else is a refusal as everywhere. */
function Problem({ error }: { error: unknown }) {
  if (!(error instanceof ApiError) || error.code !== "url_not_verified") return <Refused error={error} />;
  const [reason = "", status] = String(error.params.why ?? "").split(" ");
  return <Notice kind="error">{t("bots.out.refused", { why: why(reason, status ? Number(status) : null) })}</Notice>;
}

function Choices({ wanted, set }: { wanted: Wanted; set: (change: Partial<Wanted>) => void }) {
  const others = [...wanted.kinds].filter((kind) => !TOLD.some((one) => one.kind === kind));
  const rows = [...TOLD.map((one) => ({ kind: one.kind, label: t(one.label) })), ...others.map((kind) => ({ kind, label: kind }))];
  const toggle = (kind: string, on: boolean) => {
    const next = new Set(wanted.kinds);
    if (on) next.add(kind);
    else next.delete(kind);
    set({ kinds: next });
  };
  return (
    <>
      <ChoiceField
        legend={t("bots.shape")}
        value={wanted.shape}
        onInput={(shape) => set({ shape })}
        options={[
          { value: "tertulia", label: t("bots.shape.tertulia"), hint: t("bots.shape.tertulia.hint") },
          { value: "slack", label: t("bots.shape.slack"), hint: t("bots.shape.slack.hint") },
        ]}
      />
      <ChoiceField
        legend={t("bots.kinds")}
        value={wanted.all ? "all" : "some"}
        onInput={(which) => set({ all: which === "all" })}
        options={[
          { value: "all", label: t("bots.kinds.all") },
          { value: "some", label: t("bots.kinds.some") },
        ]}
      />
      {!wanted.all && (
        <fieldset class="choices bot-kinds">
          <legend class="visually-hidden">{t("bots.kinds")}</legend>
          {rows.map((one) => (
            <CheckField key={one.kind} label={one.label} checked={wanted.kinds.has(one.kind)} onInput={(on) => toggle(one.kind, on)} />
          ))}
          {wanted.kinds.size === 0 && <p class="field-error" role="alert">{t("bots.kinds.none")}</p>}
        </fieldset>
      )}
    </>
  );
}
