/// Ends as people say them: 16:00, Thursday 16:00, 3 December 16:00. Pure.

import { clock, dayName } from "../room/times";
import { localDay } from "../room/lines";
import { currentLanguage } from "../texts";

const DAY = 24 * 3600_000;

export function untilWhen(at: string, now: number): string {
  const time = Date.parse(at);
  const days = Math.round((localDay(time) - localDay(now)) / DAY);
  if (days === 0) return clock(time);
  if (days > 0 && days < 7) {
    const language = currentLanguage() === "en" ? "en-GB" : currentLanguage();
    return `${new Intl.DateTimeFormat(language, { weekday: "long" }).format(time)} ${clock(time)}`;
  }
  return `${dayName(time, now)} ${clock(time)}`;
}
