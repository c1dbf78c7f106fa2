/// Time zones and languages to choose from, and the ones this browser uses. Pure but for what Intl knows.

import { currentLanguage } from "../texts";

export interface Option {
  value: string;
  label: string;
}

export const ownZone = (): string => {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone && zone !== "Etc/Unknown" ? zone : "UTC";
};

/** Every zone by its city, since that is what people look for: "Buenos Aires (America, Argentina)". */
export function zones(also = ""): Option[] {
  const known = new Set([...Intl.supportedValuesOf("timeZone"), "UTC", ownZone(), ...(also ? [also] : [])]);
  return [...known].map((value) => ({ value, label: zoneName(value) })).toSorted((a, b) => a.label.localeCompare(b.label));
}

export function zoneName(zone: string): string {
  const parts = zone.replaceAll("_", " ").split("/");
  const city = parts.pop() ?? zone;
  return parts.length ? `${city} (${parts.join(", ")})` : city;
}

/** What the clock shows there; empty for a zone this browser does not know. `now` in milliseconds since 1970. */
export function timeIn(zone: string, now: number): string {
  try {
    return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(now);
  } catch {
    return "";
  }
}

const LANGUAGES = [
  "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr", "ga", "gl", "he", "hi", "hr", "hu",
  "id", "is", "it", "ja", "ko", "lt", "lv", "ms", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "sw",
  "ta", "th", "tr", "uk", "ur", "vi", "zh",
];

/** Languages by their own names, "español (Spanish)". */
export function languages(also = ""): Option[] {
  const all = also && !LANGUAGES.includes(also) ? [...LANGUAGES, also] : LANGUAGES;
  return all.map((value) => ({ value, label: languageName(value) })).toSorted((a, b) => a.label.localeCompare(b.label));
}

function languageName(tag: string): string {
  const name = (into: string) => new Intl.DisplayNames([into], { type: "language" }).of(tag) ?? tag;
  const [own, here] = [name(tag), name(currentLanguage())];
  const begins = own.charAt(0).toLocaleUpperCase(tag) + own.slice(1);
  return own === here ? begins : `${begins} (${here})`;
}

/** The browser's language where it is in the list, else English. */
export function ownLanguage(): string {
  for (const tag of [navigator.language, navigator.language.split("-")[0] ?? ""]) if (LANGUAGES.includes(tag)) return tag;
  return "en";
}
