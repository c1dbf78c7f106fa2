/// The catalogue: every word the client shows stands in en.*.ts or late/en.*.ts and is drawn by `t`.
/// What stands in late/ is known from when the part that says it has come.
/// ICU-light: `{name}`, and `{count, plural, =0 {none} one {# reply} other {# replies}}`, not nested deeper.

import type { all } from "./all";
import { en } from "./en";

export type Key = keyof typeof all;
export type Params = Record<string, string | number>;

const language = "en";
const rules = new Intl.PluralRules(language);

/** The language of texts, numbers and dates. BCP 47. */
export const currentLanguage = (): string => language;

const texts: Record<string, string> = { ...en };

/** The words of a part that has come. */
export function also<const More extends Record<string, string>>(more: More): More {
  Object.assign(texts, more);
  return more;
}

/** Whether there is such a text: for keys that are made from what the server says. */
export const knows = (key: string): key is Key => Object.hasOwn(texts, key);

export function t(key: Key, params: Params = {}): string {
  // A text that is missing at run time shows its key rather than nothing at all.
  return format(texts[key] ?? key, params);
}

/** Exported for tests. */
export function format(template: string, params: Params): string {
  let out = "";
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf("{", at);
    if (open < 0) return out + template.slice(at);
    const close = closing(template, open);
    out += template.slice(at, open) + slot(template.slice(open + 1, close), params);
    at = close + 1;
  }
  return out;
}

function closing(template: string, open: number): number {
  let depth = 0;
  for (let i = open; i < template.length; i++) {
    if (template[i] === "{") depth++;
    else if (template[i] === "}" && --depth === 0) return i;
  }
  throw new Error(`Unbalanced braces in text: ${template}`);
}

function slot(inside: string, params: Params): string {
  const plural = /^\s*(\w+)\s*,\s*plural\s*,([\s\S]*)$/.exec(inside);
  if (!plural) return String(params[inside.trim()] ?? `{${inside}}`);
  const count = Number(params[plural[1] as string] ?? 0);
  const forms = new Map<string, string>();
  const choices = plural[2] as string;
  for (let i = 0; i < choices.length; ) {
    const open = choices.indexOf("{", i);
    if (open < 0) break;
    const close = closing(choices, open);
    forms.set(choices.slice(i, open).trim(), choices.slice(open + 1, close));
    i = close + 1;
  }
  const form = forms.get(`=${count}`) ?? forms.get(rules.select(count)) ?? forms.get("other") ?? "";
  return format(form.replaceAll("#", new Intl.NumberFormat(language).format(count)), params);
}
