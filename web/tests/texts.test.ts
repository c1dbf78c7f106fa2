import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ApiError, say } from "../src/net/error";
import { format, type Key } from "../src/texts";
import { all } from "../src/texts/all";
import { en } from "../src/texts/en";

/** Refusals of what only a program can have sent: the server's own words will do. */
const FOR_PROGRAMS = new Set([
  "bad_json", "bad_utf8", "unknown_type", "unknown_field", "missing_field", "unsupported_media_type",
  "method_not_allowed", "token_invalid", "scope_missing", "client_id_reused",
]);

describe("the catalogue", () => {
  it("has only texts that can be drawn", () => {
    for (const key of Object.keys(all) as Key[]) {
      for (const count of [0, 1, 2, 100]) {
        expect(format(all[key], { count }), key).not.toMatch(/plural|undefined|#/);
      }
    }
  });

  it("says something for every code a person can meet", () => {
    const source = readFileSync(join(import.meta.dirname, "../../protocol/codes.py"), "utf8");
    const codes = [...source.matchAll(/^ {4}"(\w+)": Code\(/gm)].map((one) => one[1] ?? "");
    expect(codes.length).toBeGreaterThan(40);
    const missing = codes.filter((code) => !FOR_PROGRAMS.has(code) && !(`error.${code}` in en));
    expect(missing).toEqual([]);
  });

  it("knows plurals, and falls back to the server's words", () => {
    const text = "{count, plural, =0 {nobody} one {# person} other {# people}}, {name}";
    expect([0, 1, 1200].map((count) => format(text, { count, name: "Ana" }))).toEqual([
      "nobody, Ana", "1 person, Ana", "1,200 people, Ana",
    ]);
    expect(say(new ApiError("too_long", "", { max: 80, actual: 90 }))).toBe("That is too long: 90 of at most 80.");
    expect(say(new ApiError("something_new", "A new refusal."))).toBe("A new refusal.");
    expect(say(new ApiError("rate_limited", "", {}, 0.4))).toContain("1 s");
  });
});
