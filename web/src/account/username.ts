/// Usernames as they are suggested: from the name, the way the server makes them for a class list
/// (accounts/names.py). A suggestion only: what is taken, the server knows. Pure.

import { USERNAME, USERNAME_MIN } from "./limits";

const SPELT: Record<string, string> = {
  ä: "ae", ö: "oe", ü: "ue", ß: "ss", æ: "ae", ø: "o", ł: "l", đ: "d", þ: "th",
};

/** The first name in plain letters where it has them, otherwise in its own; empty when nothing is left. */
export function suggest(name: string): string {
  const first = name.trim().split(/\s+/)[0] ?? "";
  return plain(first) || own(first);
}

/** Others to try when one is taken: with the last name, then with numbers; never the one that is taken. */
export function alternatives(name: string, taken: string): string[] {
  const words = name.trim().split(/\s+/);
  const first = suggest(name);
  const last = words.length > 1 ? suggest(words.at(-1) ?? "") : "";
  const given = taken.trim().toLocaleLowerCase() || first;
  const options = [last && first ? `${first}.${last}` : "", first && last ? `${first}${last[0]}` : "", `${given}2`, `${given}3`];
  const fit = options.filter((one) => one && one.length <= USERNAME && one !== given);
  return [...new Set(fit)].slice(0, 3);
}

function plain(word: string): string {
  const spelt = [...word.normalize("NFC").toLocaleLowerCase("en")].map((one) => SPELT[one] ?? one).join("");
  const letters = spelt.normalize("NFKD").replace(/[^a-z0-9]/g, "");
  return long(letters);
}

function own(word: string): string {
  return long(word.normalize("NFKC").toLocaleLowerCase().replace(/[^\p{L}\p{N}]/gu, ""));
}

const long = (word: string): string => (word.length >= USERNAME_MIN ? word.slice(0, USERNAME - 4) : "");
