/// Rules that act, of a room or of the community: what each does in a sentence, on and off, changed in a dialog.

import { useState } from "preact/hooks";
import { attempt as trying } from "../store/actions";
import { t, type Key } from "../texts";
import { Button, Confirm, EmptyState, MenuButton, Section } from "../ui";
import type { Rule, Trial } from "../wire/views";
import { RuleDialog } from "./rule_dialog";

interface RuleListProps {
  rules: Rule[];
  save: (rules: Rule[]) => Promise<void>;
  attempt: (rule: Rule) => Promise<Trial>;
}

export function RuleList({ rules, save, attempt }: RuleListProps) {
  const [editing, edit] = useState<Rule | "new" | null>(null);
  const [removing, remove] = useState<Rule | null>(null);
  const others = (rule: Rule) => rules.filter((one) => one.id !== rule.id);
  const replace = (rule: Rule) => rules.map((one) => (one.id === rule.id ? rule : one));
  const submit = async (rule: Rule) => save(rule.id ? replace(rule) : [...rules, rule]);
  return (
    <Section title={t("rules.title")}>
      <p class="prose">{t("rules.body")}</p>
      {rules.length === 0 && <EmptyState title={t("rules.none")}>{t("rules.none.body")}</EmptyState>}
      <ul class="lines">
        {rules.map((rule) => (
          <li key={rule.id} class="line-item rule" data-rule={rule.id}>
            <div class="line-text">
              <span class="line-title">
                {rule.name} {!rule.on && <small class="rule-off">{t("rules.off")}</small>}
              </span>
              <span class="line-small">{sentence(rule)}</span>
            </div>
            <MenuButton
              icon="more"
              label={t("rules.actions", { name: rule.name })}
              items={[
                { label: t("rules.edit"), icon: "edit", run: () => edit(rule) },
                {
                  label: t(rule.on ? "rules.switch_off" : "rules.switch_on"),
                  icon: rule.on ? "bellOff" : "bell",
                  run: () => void trying(save(replace({ ...rule, on: !rule.on }))),
                },
                { label: t("rules.delete"), icon: "trash", danger: true, run: () => remove(rule) },
              ]}
            />
          </li>
        ))}
      </ul>
      <div class="form-actions">
        <Button icon="plus" onClick={() => edit("new")}>{t("rules.new")}</Button>
      </div>
      {editing !== null && (
        <RuleDialog rule={editing === "new" ? null : editing} onSave={submit} attempt={attempt} onClose={() => edit(null)} />
      )}
      {removing && (
        <Confirm
          title={t("rules.delete.title", { name: removing.name })}
          action={t("rules.delete")}
          danger
          onConfirm={() => save(others(removing))}
          onClose={() => remove(null)}
        >
          <p>{t("rules.delete.body")}</p>
        </Confirm>
      )}
    </Section>
  );
}

const THEN: Record<Rule["action"], Key> = {
  hold: "rules.then.hold.short",
  block: "rules.then.block.short",
  alert: "rules.then.alert.short",
  timeout: "rules.then.timeout.short",
};

/** What a rule does, as one sentence. */
export function sentence(rule: Rule): string {
  const { when } = rule;
  const does = t(THEN[rule.action], { minutes: rule.minutes });
  if (when.is === "words") return t("rules.sentence.words", { count: when.words.length + when.patterns.length, does });
  if (when.is === "repeats") return t("rules.sentence.repeats", { times: when.times, minutes: Math.round(when.seconds / 60), does });
  if (when.others && when.domains.length === 0) return t("rules.sentence.links", { does });
  const domains = when.domains.slice(0, 3).join(", ") + (when.domains.length > 3 ? " …" : "");
  return t(when.others ? "rules.sentence.links_but" : "rules.sentence.links_to", { domains, does });
}
