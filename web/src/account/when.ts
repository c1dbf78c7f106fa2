/// Times as people say them: "3 minutes ago", "in 12 days", "5 December 2026". Pure; the clock is passed in.

import { currentLanguage } from "../texts";

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 24 * 3600],
  ["month", 30 * 24 * 3600],
  ["week", 7 * 24 * 3600],
  ["day", 24 * 3600],
  ["hour", 3600],
  ["minute", 60],
];

/** How far `at` is from `now` (milliseconds since 1970), rounded; in weeks and more only where there are two. */
export function distance(at: string, now: number): string {
  const seconds = (Date.parse(at) - now) / 1000;
  const words = new Intl.RelativeTimeFormat(currentLanguage(), { numeric: "auto" });
  for (const [unit, size] of UNITS) {
    const least = unit === "minute" || unit === "hour" || unit === "day" ? size : 2 * size;
    // Half a smaller unit short of it still counts: what was made a moment ago for two weeks ends in two weeks.
    if (Math.abs(seconds) >= least - 30) return words.format(Math.round(seconds / size), unit);
  }
  return words.format(0, "minute");
}

/** 5 December 2026 */
export function dayOf(at: string): string {
  const language = currentLanguage() === "en" ? "en-GB" : currentLanguage();
  return new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(Date.parse(at));
}

/** 0:07, 12:30: what is left of a wait of so many seconds. */
export function clockOf(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
