/// The settings of a room that its kind leaves to its facilitators: who comes in, who posts, what is used.

import { t, type Key } from "../texts";
import { SPOKEN_TO, TOOLS } from "../tools";
import { CheckField, ChoiceField } from "../ui";
import type { History, Posting, Room } from "../wire/views";
import type { Kind } from "./kinds";

/** Bots that the house brings along. */
const BOTS = [...SPOKEN_TO, "welcome"];

export interface Card {
  access: "open" | "request" | "invite";
  posting: Posting;
  history: History;
  tools: string[];
  answer_first: boolean;
  hide_text: boolean;
}

/** What the form begins with: the room as it is, or what the kind suggests. */
export function startOf(room: Room | undefined, kind: Kind): Card {
  if (room) {
    const { access, posting, history, options } = room;
    return { access: access === "direct" ? "invite" : access, posting, history, tools: options.tools, answer_first: options.answer_first, hide_text: options.hide_text ?? false };
  }
  return { access: "open", posting: "everyone", history: "all", tools: kind.tools, answer_first: false, hide_text: false, ...kind.suggests, ...kind.fixed };
}

interface Props {
  kind: Kind;
  card: Card;
  onChange: (card: Card) => void;
}

/** What the kind decides is not asked. */
export function CardFields({ kind, card, onChange }: Props) {
  const { fixed } = kind;
  const toggle = (tool: string) => (on: boolean) =>
    onChange({ ...card, tools: [...Object.keys(TOOLS), ...SPOKEN_TO].filter((one) => (one === tool ? on : card.tools.includes(one))) });
  const choice = (tool: string) => (
    <CheckField
      key={tool}
      label={t(`tool.${tool}` as Key)}
      hint={t(`tool.${tool}.hint` as Key)}
      checked={card.tools.includes(tool)}
      onInput={toggle(tool)}
    />
  );
  return (
    <>
      {!fixed.access && (
        <ChoiceField
          legend={t("open.access")}
          value={card.access}
          onInput={(access) => onChange({ ...card, access })}
          options={[
            { value: "open", label: t("open.access.open"), hint: t("open.access.open.hint") },
            { value: "request", label: t("open.access.request"), hint: t("open.access.request.hint") },
            { value: "invite", label: t("open.access.invite"), hint: t("open.access.invite.hint") },
          ]}
        />
      )}
      {!fixed.posting && (
        <ChoiceField
          legend={t("open.posting")}
          value={card.posting}
          onInput={(posting) => onChange({ ...card, posting })}
          options={[
            { value: "everyone", label: t("open.posting.everyone") },
            { value: "facilitators", label: t("open.posting.facilitators"), hint: t("open.posting.facilitators.hint") },
          ]}
        />
      )}
      {!fixed.history && (
        <ChoiceField
          legend={t("open.history")}
          value={card.history}
          onInput={(history) => onChange({ ...card, history })}
          options={[
            { value: "all", label: t("open.history.all") },
            { value: "joining", label: t("open.history.joining") },
          ]}
        />
      )}
      {kind.topics && (
        <CheckField
          label={t("forum.first.setting")}
          hint={t("forum.first.hint")}
          checked={card.answer_first}
          onInput={(answer_first) => onChange({ ...card, answer_first })}
        />
      )}
      <CheckField label={t("notify.hide")} hint={t("notify.hide.hint")} checked={card.hide_text} onInput={(hide_text) => onChange({ ...card, hide_text })} />
      <fieldset class="choices">
        <legend class="field-label">{t("kind.tools")}</legend>
        {Object.keys(TOOLS).filter((tool) => !BOTS.includes(tool)).map(choice)}
      </fieldset>
      <fieldset class="choices">
        <legend class="field-label">{t("kind.bots")}</legend>
        {BOTS.map(choice)}
      </fieldset>
    </>
  );
}
