/// A rule as a form, with a dry run: what it would have done to the newest messages, before it does anything.

import { useEffect, useRef, useState } from "preact/hooks";
import { say } from "../net/error";
import { href } from "../router";
import { nameOf } from "../store/names";
import { learn, people } from "../store/state";
import { t } from "../texts";
import { AreaField, Button, CheckField, ChoiceField, Dialog, Field, Notice, SelectField } from "../ui";
import type { Exempt, Rule, RuleAction, Trial, Trigger } from "../wire/views";

interface RuleDialogProps {
  /** Null: a new one. */
  rule: Rule | null;
  onSave: (rule: Rule) => Promise<void>;
  attempt: (rule: Rule) => Promise<Trial>;
  onClose: () => void;
}

const FRESH: Rule = {
  id: "", name: "", when: { is: "words", words: [], patterns: [] }, action: "hold", message: "", minutes: 10,
  exempt: ["facilitator", "bot"], on: true,
};

const lines = (text: string): string[] => text.split("\n").map((one) => one.trim()).filter(Boolean);

/** The form's fields, each kept as it was typed while one looks at another kind of rule. */
function useRule(rule: Rule) {
  const { when } = rule;
  const [name, setName] = useState(rule.name);
  const [is, setIs] = useState<Trigger["is"]>(when.is);
  const [words, setWords] = useState(when.is === "words" ? when.words.join("\n") : "");
  const [patterns, setPatterns] = useState(when.is === "words" ? when.patterns.join("\n") : "");
  const [domains, setDomains] = useState(when.is === "links" ? when.domains.join("\n") : "");
  const [others, setOthers] = useState(when.is === "links" ? when.others : true);
  const [times, setTimes] = useState(when.is === "repeats" ? when.times : 3);
  const [minutesBack, setBack] = useState(when.is === "repeats" ? Math.round(when.seconds / 60) : 10);
  const [action, setAction] = useState<RuleAction>(rule.action);
  const [message, setMessage] = useState(rule.message);
  const [minutes, setMinutes] = useState(rule.minutes);
  const [exempt, setExempt] = useState<Exempt[]>(rule.exempt);
  const trigger = (): Trigger => {
    if (is === "words") return { is, words: lines(words), patterns: lines(patterns) };
    if (is === "links") return { is, domains: lines(domains), others };
    return { is, times, seconds: minutesBack * 60 };
  };
  const made = (): Rule => ({ ...rule, name: name.trim(), when: trigger(), action, message: message.trim(), minutes, exempt });
  return {
    name, setName, is, setIs, words, setWords, patterns, setPatterns, domains, setDomains, others, setOthers, times,
    setTimes, minutesBack, setBack, action, setAction, message, setMessage, minutes, setMinutes, exempt, setExempt, made,
  };
}
type Form = ReturnType<typeof useRule>;

export function RuleDialog({ rule, onSave, attempt, onClose }: RuleDialogProps) {
  const form = useRule(rule ?? FRESH);
  const [busy, setBusy] = useState<"save" | "try" | null>(null);
  const [error, setError] = useState<unknown>();
  const [missing, setMissing] = useState(false);
  const [trial, setTrial] = useState<Trial | null>(null);
  const run = async (what: "save" | "try", act: () => Promise<void>) => {
    setMissing(!form.name.trim());
    if (!form.name.trim() || busy) return;
    setBusy(what);
    setError(undefined);
    try {
      await act();
    } catch (thrown) {
      setError(thrown);
    }
    setBusy(null);
  };
  const save = () => run("save", async () => {
    await onSave(form.made());
    onClose();
  });
  const dry = () => run("try", async () => {
    const found = await attempt(form.made());
    learn(found.people);
    setTrial(found);
  });
  return (
    <Dialog
      wide
      title={t(rule ? "rules.edit.title" : "rules.new")}
      onClose={onClose}
      onSubmit={() => void save()}
      actions={
        <>
          <Button busy={busy === "try"} onClick={() => void dry()}>{t("rules.try")}</Button>
          <Button type="submit" kind="primary" busy={busy === "save"}>{t("common.save")}</Button>
        </>
      }
    >
      <Field
        label={t("rules.name")}
        hint={t("rules.name.hint")}
        value={form.name}
        onInput={form.setName}
        maxLength={60}
        error={missing && !form.name.trim() ? t("common.required") : undefined}
      />
      <When form={form} />
      <Then form={form} />
      {error !== undefined && <Notice kind="error">{say(error)}</Notice>}
      {trial && <Tried trial={trial} />}
    </Dialog>
  );
}

function When({ form }: { form: Form }) {
  return (
    <>
      <SelectField
        label={t("rules.when")}
        value={form.is}
        onInput={(value) => form.setIs(value as Trigger["is"])}
        options={[
          { value: "words", label: t("rules.when.words") },
          { value: "links", label: t("rules.when.links") },
          { value: "repeats", label: t("rules.when.repeats") },
        ]}
      />
      {form.is === "words" && (
        <>
          <AreaField label={t("rules.words")} hint={t("rules.words.hint")} value={form.words} onInput={form.setWords} rows={4} />
          <AreaField label={t("rules.patterns")} hint={t("rules.patterns.hint")} optional value={form.patterns} onInput={form.setPatterns} rows={2} />
        </>
      )}
      {form.is === "links" && (
        <>
          <ChoiceField
            legend={t("rules.links")}
            value={form.others ? "others" : "these"}
            onInput={(value) => form.setOthers(value === "others")}
            options={[
              { value: "others", label: t("rules.links.others") },
              { value: "these", label: t("rules.links.these") },
            ]}
          />
          <AreaField label={t("rules.domains")} hint={t("rules.domains.hint")} optional={form.others} value={form.domains} onInput={form.setDomains} rows={3} />
        </>
      )}
      {form.is === "repeats" && (
        <div class="pair">
          <Field label={t("rules.times")} type="number" min={2} max={20} value={String(form.times)} onInput={(value) => form.setTimes(Number(value) || 2)} />
          <Field label={t("rules.within")} type="number" min={1} max={1440} value={String(form.minutesBack)} onInput={(value) => form.setBack(Number(value) || 1)} />
        </div>
      )}
    </>
  );
}

function Then({ form }: { form: Form }) {
  const spared = (who: Exempt) => (on: boolean) => form.setExempt(on ? [...form.exempt, who] : form.exempt.filter((one) => one !== who));
  return (
    <>
      <ChoiceField
        legend={t("rules.then")}
        value={form.action}
        onInput={form.setAction}
        options={[
          { value: "hold", label: t("rules.then.hold") },
          { value: "block", label: t("rules.then.block") },
          { value: "alert", label: t("rules.then.alert") },
          { value: "timeout", label: t("rules.then.timeout") },
        ]}
      />
      {form.action === "block" && (
        <Field label={t("rules.message")} hint={t("rules.message.hint")} optional value={form.message} onInput={form.setMessage} maxLength={150} />
      )}
      {form.action === "timeout" && (
        <Field label={t("rules.minutes")} type="number" min={1} max={10080} value={String(form.minutes)} onInput={(value) => form.setMinutes(Number(value) || 1)} />
      )}
      <fieldset class="choices">
        <legend class="field-label">{t("rules.exempt")}</legend>
        <CheckField label={t("rules.exempt.facilitator")} checked={form.exempt.includes("facilitator")} onInput={spared("facilitator")} />
        <CheckField label={t("rules.exempt.bot")} checked={form.exempt.includes("bot")} onInput={spared("bot")} />
      </fieldset>
    </>
  );
}

function Tried({ trial }: { trial: Trial }) {
  const { looked_at, met, examples } = trial;
  const known = people.value;
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.scrollIntoView({ block: "nearest" }), [trial]);
  return (
    <section ref={box} class="rule-trial" role="status">
      <h3>{t("rules.tried", { count: met, all: looked_at })}</h3>
      <ul>
        {examples.map((one) => (
          <li key={one.message}>
            <a href={one.thread ? href("r", one.room, "t", one.thread, one.no) : href("r", one.room, one.no)}>{nameOf(known, one.author)}</a>
            {": "}
            {one.excerpt} <small>({one.matched})</small>
          </li>
        ))}
      </ul>
    </section>
  );
}
