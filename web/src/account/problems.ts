/// Which field a refusal is about, and what to say beside it: by code and params, in words of the catalogue.
/// Also what a form can tell before it asks. Pure.

import { ApiError, say } from "../net/error";
import { knows, t, type Key, type Params } from "../texts";

/** Texts by field; what is missing is fine. */
export type Problems = Partial<Record<string, string>>;

/** The refusal as a text beside one of `fields`; undefined when it is about none of them. */
export function fieldProblem(error: unknown, fields: readonly string[]): Problems | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const field = error.params.field;
  if (typeof field !== "string" || !fields.includes(field)) return undefined;
  const key = `problem.${field}.${error.code}`;
  return { [field]: knows(key) ? t(key, plainParams(error)) : say(error) };
}

function plainParams(error: ApiError): Params {
  const entries = Object.entries(error.params).map(([name, value]) => [name, typeof value === "number" ? value : String(value)]);
  return Object.fromEntries(entries) as Params;
}

export interface Rule {
  min?: number;
  max?: number;
}

/** What is wrong with these values before anybody is asked. Lengths in code points, as the server counts. */
export function checked(values: Record<string, string>, rules: Record<string, Rule>): Problems {
  const found: Problems = {};
  for (const [field, { min = 0, max = Number.POSITIVE_INFINITY }] of Object.entries(rules)) {
    const value = values[field] ?? "";
    const length = [...(field.includes("password") || field === "current" ? value : value.trim())].length;
    if (min > 0 && length === 0) found[field] = t("common.required");
    else if (length < min) found[field] = worded(field, "too_short", { min, actual: length });
    else if (length > max) found[field] = worded(field, "too_long", { max, actual: length });
  }
  return found;
}

function worded(field: string, code: "too_short" | "too_long", params: Params): string {
  const key = `problem.${field}.${code}`;
  return t(knows(key) ? key : (`error.${code}` as Key), params);
}

/** Whether there is anything wrong. */
export const any = (problems: Problems): boolean => Object.values(problems).some(Boolean);

/** Seconds to wait before the next try, where the refusal named them. */
export function waitOf(error: unknown): number | undefined {
  if (!(error instanceof ApiError) || error.code !== "rate_limited") return undefined;
  const after = error.retryAfter ?? Number(error.params.retry_after);
  return Number.isFinite(after) ? Math.max(1, Math.ceil(after)) : undefined;
}
