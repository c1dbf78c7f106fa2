/// What a bot is kept to: its name, what it may, where it works, how often, and who looks after it.
/// All of it is the server's to allow; what is not changed is not sent, so nobody's other change is undone.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { DISPLAY_NAME } from "../account/limits";
import { any, checked, fieldProblem, type Problems } from "../account/problems";
import { Refused } from "../account/refused";
import { focusProblem, useDoing, useFetch } from "../account/use";
import { roomChoices, type Choice } from "../admin/rooms";
import { api } from "../net/api";
import { t } from "../texts";
import { Button, CheckField, ChoiceField, Dialog, FailedState, Field, Loading, Notice, SelectField } from "../ui";
import type { Bot, BotChange, BotScope } from "../wire/bots";
import type { Person } from "../wire/views";
import { differs, given, type Given } from "./given";
import type { Care } from "./part";

const RATE = 1_200;
const FIELDS = ["name", "rate", "owner", "rooms"];

export function Bounds({ bot, path, put }: Care) {
  const [changing, change] = useState(false);
  const [before, remember] = useState<BotChange | null>(null);
  const doing = useDoing();
  const undo = () =>
    void doing.run(async () => {
      if (before) put(await api.patch<Bot>(path, before));
      remember(null);
    });
  return (
    <div class="bot-part">
      <Facts bot={bot} />
      <Button onClick={() => change(true)}>{t("bots.change")}</Button>
      {before && (
        <Notice kind="good">
          {t("bots.changed")} <Button kind="quiet" busy={doing.busy} onClick={undo}>{t("bots.undo")}</Button>
        </Notice>
      )}
      <Refused error={doing.error} />
      {changing && (
        <ChangeBot
          bot={bot}
          path={path}
          onClose={() => change(false)}
          onChanged={(after, was) => {
            change(false);
            remember(was);
            put(after);
          }}
        />
      )}
    </div>
  );
}

function Facts({ bot }: { bot: Bot }) {
  const rooms = bot.room ? bot.room.name : bot.rooms === null ? t("bots.anywhere") : bot.rooms.map((one) => one.name).join(", ");
  return (
    <dl class="bot-facts">
      <Fact name={t("bots.owner")}>{bot.owner?.name ?? t("bots.owner.none")}</Fact>
      <Fact name={t("bots.rooms")}>{rooms || t("bots.rooms.none")}</Fact>
      <Fact name={t("bots.scopes")}>{bot.scopes.map((one) => t(`bots.scope.${one}`)).join(", ")}</Fact>
      <Fact name={t("bots.rate")}>{bot.rate === null ? t("bots.rate.none") : t("bots.rate.of", { count: bot.rate })}</Fact>
    </dl>
  );
}

const Fact = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

interface ChangeProps {
  bot: Bot;
  path: string;
  onClose: () => void;
  /** `before` takes it back. */
  onChanged: (after: Bot, before: BotChange | null) => void;
}

function ChangeBot({ bot, path, onClose, onChanged }: ChangeProps) {
  const { now, again } = useFetch(`${path} change`, async () => {
    const [{ people }, rooms] = await Promise.all([
      api.get<{ people: Person[] }>(`${path}/owners`),
      bot.room ? [] : roomChoices(),
    ]);
    return { people, rooms };
  });
  if (now.state !== "ready") {
    return (
      <Dialog title={t("bots.change.of", { name: bot.person.name })} onClose={onClose}>
        {now.state === "loading" ? <Loading /> : <FailedState error={now.error} retry={again} />}
      </Dialog>
    );
  }
  return <ChangeForm bot={bot} path={path} people={now.value.people} rooms={now.value.rooms} onClose={onClose} onChanged={onChanged} />;
}

function ChangeForm({ bot, path, people, rooms, onClose, onChanged }: ChangeProps & { people: Person[]; rooms: Choice[] }) {
  const [wanted, setWanted] = useState(given(bot));
  const [problems, setProblems] = useState<Problems>({});
  const doing = useDoing();
  const set = (change: Partial<Given>) => setWanted({ ...wanted, ...change });
  const refused = fieldProblem(doing.error, FIELDS);
  const shown = { ...problems, ...refused };
  const submit = async () => {
    const after = { ...wanted, name: wanted.name.trim(), rate: wanted.rate.trim() };
    const found = problemsOf(after);
    setProblems(found);
    if (any(found)) return focusProblem();
    const change = differs(bot, after);
    if (Object.keys(change).length === 0) return onClose();
    await doing.run(async () => {
      const made = await api.patch<Bot>(path, change);
      const back = differs(made, given(bot));
      // An owner that there was not cannot be named again.
      onChanged(made, change.owner && !bot.owner ? null : back);
    });
  };
  return (
    <Dialog
      title={t("bots.change.of", { name: bot.person.name })}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" busy={doing.busy}>{t("common.save")}</Button>
        </>
      }
    >
      <Field label={t("person.name")} autocomplete="off" maxLength={DISPLAY_NAME} value={wanted.name} onInput={(name) => set({ name })} error={shown.name} />
      <Scopes scopes={wanted.scopes} error={shown.scopes} onInput={(scopes) => set({ scopes })} />
      {!bot.room && <Where bot={bot} wanted={wanted} rooms={rooms} error={shown.rooms} set={set} />}
      <SelectField
        label={t("bots.owner")}
        hint={t("bots.owner.hint")}
        value={wanted.owner}
        onInput={(owner) => set({ owner })}
        options={owners(bot, people)}
        error={shown.owner}
      />
      <Field
        label={t("bots.rate")}
        hint={t("bots.rate.hint", { max: RATE })}
        type="number"
        optional
        value={wanted.rate}
        onInput={(rate) => set({ rate })}
        error={shown.rate}
      />
      {!refused && <Refused error={doing.error} />}
    </Dialog>
  );
}

function problemsOf(after: Given): Problems {
  const found = checked({ name: after.name }, { name: { min: 1, max: DISPLAY_NAME } });
  if (after.scopes.size === 0) found.scopes = t("bots.scopes.none");
  if (!/^(|[1-9]\d{0,3})$/.test(after.rate) || Number(after.rate) > RATE) found.rate = t("bots.rate.wrong", { max: RATE });
  if (!after.anywhere && after.rooms.size === 0) found.rooms = t("bots.rooms.choose");
  return found;
}

/** Who may, and who does now even where they may no longer. */
function owners(bot: Bot, people: Person[]): Choice[] {
  const all = bot.owner && !people.some((one) => one.id === bot.owner?.id) ? [bot.owner, ...people] : people;
  const named = all.map((one) => ({ value: one.id, label: one.name }));
  return bot.owner ? named : [{ value: "", label: t("bots.owner.none") }, ...named];
}

export function Scopes({ scopes, error, onInput }: { scopes: ReadonlySet<BotScope>; error: string | undefined; onInput: (scopes: ReadonlySet<BotScope>) => void }) {
  const toggle = (scope: BotScope, on: boolean) => onInput(new Set((["read", "write"] as const).filter((one) => (one === scope ? on : scopes.has(one)))));
  return (
    <fieldset class="choices">
      <legend class="field-label">{t("bots.scopes")}</legend>
      {(["read", "write"] as const).map((one) => (
        <CheckField key={one} label={t(`bots.scope.${one}`)} hint={t(`bots.scope.${one}.hint`)} checked={scopes.has(one)} onInput={(on) => toggle(one, on)} />
      ))}
      {error && <p class="field-error" role="alert">{error}</p>}
    </fieldset>
  );
}

interface WhereProps {
  bot: Bot;
  wanted: Given;
  rooms: Choice[];
  error: string | undefined;
  set: (change: Partial<Given>) => void;
}

/** Of a bot of the community: wherever it is invited, or these rooms and no other. */
function Where({ bot, wanted, rooms, error, set }: WhereProps) {
  const kept = (bot.rooms ?? []).map((one) => ({ value: one.id, label: one.name }));
  const all = [...kept, ...rooms.filter((one) => !kept.some((two) => two.value === one.value))];
  const toggle = (room: string, on: boolean) => {
    const next = new Set(wanted.rooms);
    if (on) next.add(room);
    else next.delete(room);
    set({ rooms: next });
  };
  return (
    <>
      <ChoiceField
        legend={t("bots.where")}
        value={wanted.anywhere ? "any" : "these"}
        onInput={(where) => set({ anywhere: where === "any" })}
        options={[
          { value: "any", label: t("bots.where.any"), hint: t("bots.where.any.hint") },
          { value: "these", label: t("bots.where.these"), hint: t("bots.where.these.hint") },
        ]}
      />
      {!wanted.anywhere && (
        <fieldset class="choices bot-rooms">
          <legend class="visually-hidden">{t("bots.rooms")}</legend>
          {all.map((one) => (
            <CheckField key={one.value} label={one.label} checked={wanted.rooms.has(one.value)} onInput={(on) => toggle(one.value, on)} />
          ))}
          {all.length === 0 && <p class="field-hint">{t("bots.rooms.nowhere")}</p>}
        </fieldset>
      )}
      {!wanted.anywhere && error && <p class="field-error" role="alert">{error}</p>}
    </>
  );
}
