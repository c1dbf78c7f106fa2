/// Times of what is to come, as people say them: with the day, and on this device's clock.

import { dayName, clock } from "../room/times";

/** Thursday 3 December, 16:00; Today, 16:00. */
export function moment(at: string, now = Date.now()): string {
  return `${dayName(Date.parse(at), now)}, ${clock(at)}`;
}

const DAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"] as const;

export const REPEATS = ["once", "daily", "weekdays", "weekly", "fortnightly", "monthly", "nth", "yearly"] as const;
export type Repeat = (typeof REPEATS)[number];

/** The rule of a choice, for what begins on a day such as 2026-12-03. */
export function ruleOf(repeat: Repeat, day: string, until: string): string {
  const date = new Date(`${day}T12:00`);
  const rules: Record<Repeat, string> = {
    once: "",
    daily: "FREQ=DAILY",
    weekdays: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    weekly: `FREQ=WEEKLY;BYDAY=${DAYS[date.getDay()]}`,
    fortnightly: `FREQ=WEEKLY;INTERVAL=2;BYDAY=${DAYS[date.getDay()]}`,
    monthly: `FREQ=MONTHLY;BYMONTHDAY=${date.getDate()}`,
    nth: `FREQ=MONTHLY;BYDAY=${Math.ceil(date.getDate() / 7)}${DAYS[date.getDay()]}`,
    yearly: `FREQ=YEARLY;BYMONTH=${date.getMonth() + 1};BYMONTHDAY=${date.getDate()}`,
  };
  const rule = rules[repeat];
  return rule && until ? `${rule};UNTIL=${until.replaceAll("-", "")}` : rule;
}

/** The choice that a rule is, or null for one that only words make. */
export function repeatOf(rule: string, day: string): { repeat: Repeat; until: string } | null {
  const until = /;UNTIL=(\d{4})(\d\d)(\d\d)$/.exec(rule);
  const end = until ? `${until[1]}-${until[2]}-${until[3]}` : "";
  const repeat = REPEATS.find((one) => ruleOf(one, day, end) === rule);
  return repeat ? { repeat, until: end } : null;
}

/** Tomorrow, as 2026-12-03, on this device. */
export const dayAhead = (days: number, now = new Date()): string => {
  const then = new Date(now);
  then.setDate(then.getDate() + days);
  return then.toLocaleDateString("sv");
};
