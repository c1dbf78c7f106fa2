/// Times as people say them, in the reader's language and time zone.

import { currentLanguage, t } from "../texts";
import { localDay } from "./lines";

const DAY = 24 * 3600_000;
const made = new Map<string, Intl.DateTimeFormat>();

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = currentLanguage() + JSON.stringify(options);
  let one = made.get(key);
  if (!one) {
    // English here means the world's: day before month, 24 hours.
    one = new Intl.DateTimeFormat(currentLanguage() === "en" ? "en-GB" : currentLanguage(), options);
    made.set(key, one);
  }
  return one;
}

/** 14:05 */
export const clock = (at: number | string): string =>
  formatter({ hour: "2-digit", minute: "2-digit" }).format(typeof at === "number" ? at : Date.parse(at));

/** 23:05, in another time zone; null for one that this browser does not know. */
export function clockThere(at: number, timeZone: string): string | null {
  try {
    return formatter({ hour: "2-digit", minute: "2-digit", timeZone }).format(at);
  } catch {
    return null;
  }
}

/** Saturday 21 November 2026, 14:05 */
export const whole = (at: string): string => formatter({ dateStyle: "full", timeStyle: "short" }).format(Date.parse(at));

/** Today, Yesterday, Thursday 19 November; with the year when it is another. */
export function dayName(at: number, now: number): string {
  const days = Math.round((localDay(now) - localDay(at)) / DAY);
  if (days === 0) return t("room.today");
  if (days === 1) return t("room.yesterday");
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return formatter({ weekday: "long", day: "numeric", month: "long", ...(sameYear ? {} : { year: "numeric" }) }).format(at);
}

/** A day such as 2026-11-30: 30 Nov, with the year when it is another. */
export function dayOnly(day: string): string {
  const at = new Date(`${day}T12:00`);
  const sameYear = at.getFullYear() === new Date().getFullYear();
  return formatter({ day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) }).format(at);
}

/** 14:05 today, else 19 Nov. */
export function shortly(at: string, now: number): string {
  const time = Date.parse(at);
  return localDay(time) === localDay(now) ? clock(time) : formatter({ day: "numeric", month: "short" }).format(time);
}
