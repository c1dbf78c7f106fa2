/// How long guests stay and passes work, in words. Pure.

import { t } from "../texts";

const HOUR = 3600;
const DAY = 24 * HOUR;

/** 4 hours, 2 days: to the nearest hour, or day from two of them on. */
export function spanOf(seconds: number): string {
  const days = Math.round(seconds / DAY);
  if (seconds >= DAY) return days === 1 ? t("guests.span.day") : t("guests.span.days", { count: days });
  const hours = Math.max(1, Math.round(seconds / HOUR));
  return hours === 1 ? t("guests.span.hour") : t("guests.span.hours", { count: hours });
}
