import "../texts/late/en.account";
import { describe, expect, test } from "vitest";
import { ApiError } from "../net/error";
import { any, checked, fieldProblem, waitOf } from "./problems";
import { pictureOf } from "./qr";
import { alternatives, suggest } from "./username";
import { clockOf, distance } from "./when";
import { timeIn, zoneName } from "./zones";

describe("usernames", () => {
  test.each([
    ["Ana García", "ana"],
    ["Jürgen Groß", "juergen"],
    ["Łukasz", "lukasz"],
    ["O'Brien", "obrien"],
    ["Анна Каренина", "анна"],
    ["王小明", "王小明"],
    ["J", ""],
    ["  ", ""],
    ["🦉", ""],
  ])("%s suggests %s", (name, username) => expect(suggest(name)).toBe(username));

  test("what is taken is not offered again", () => {
    expect(alternatives("Ana García", "ana")).toEqual(["ana.garcia", "anag", "ana2"]);
    expect(alternatives("Ana", "Ana")).toEqual(["ana2", "ana3"]);
    expect(alternatives("王", "wang")).toEqual(["wang2", "wang3"]);
  });

  test("a suggestion never outgrows the limit", () => {
    expect(suggest("a".repeat(60))).toHaveLength(28);
    for (const one of alternatives(`${"a".repeat(40)} ${"b".repeat(40)}`, "a")) expect(one.length).toBeLessThanOrEqual(32);
  });
});

describe("problems", () => {
  test("a refusal stands beside its field, in our words", () => {
    const short = new ApiError("too_short", "", { field: "password", min: 8, actual: 3 });
    expect(fieldProblem(short, ["password"])).toEqual({ password: "At least 8 characters, please." });
    expect(fieldProblem(short, ["username"])).toBeUndefined();
    expect(fieldProblem(new Error("x"), ["password"])).toBeUndefined();
  });

  test("a code without words of its own for that field says the common ones", () => {
    const long = new ApiError("too_long", "", { field: "name", max: 60, actual: 61 });
    expect(fieldProblem(long, ["name"])?.name).toBe("That is too long: 61 of at most 60.");
  });

  test("lengths are counted as the server counts them, passwords untrimmed", () => {
    const rules = { name: { min: 1, max: 3 }, password: { min: 8 } };
    expect(any(checked({ name: " 🦉🦉🦉 ", password: "        " }, rules))).toBe(false);
    expect(checked({ name: "  ", password: "1234567" }, rules)).toEqual({
      name: "Please fill this in.",
      password: "At least 8 characters, please.",
    });
  });

  test("only a rate limit is waited for", () => {
    expect(waitOf(new ApiError("rate_limited", "", { retry_after: 12.2 }))).toBe(13);
    expect(waitOf(new ApiError("rate_limited", "", {}, 3))).toBe(3);
    expect(waitOf(new ApiError("rate_limited", ""))).toBeUndefined();
    expect(waitOf(new ApiError("busy", "", { retry_after: 12 }))).toBeUndefined();
  });
});

describe("QR pictures", () => {
  const read = (svg: string) => decodeURIComponent(pictureOf(svg).replace("data:image/svg+xml,", ""));

  test("what the server leaves out of inline SVG is put in", () => {
    expect(read('<svg width="148" height="148" class="segno"><g/></svg>')).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg" width="148" height="148" class="segno" viewBox="0 0 148 148"><g/></svg>',
    );
  });

  test("what is whole stays as it is; what is no SVG is no picture", () => {
    const whole = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"><g/></svg>';
    expect(read(whole)).toBe(whole);
    expect(pictureOf("<p>hm</p>")).toBe("");
  });
});

describe("times", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  test.each([
    ["2026-11-21T11:59:30Z", "this minute"],
    ["2026-11-21T11:57:00Z", "3 minutes ago"],
    ["2026-11-21T09:30:00Z", "2 hours ago"],
    ["2026-11-20T09:30:00Z", "yesterday"],
    ["2026-12-05T12:00:00Z", "in 2 weeks"],
    ["2026-12-05T11:59:45Z", "in 2 weeks"],
    ["2026-11-23T11:59:45Z", "in 2 days"],
    ["2026-11-21T11:58:10Z", "2 minutes ago"],
    ["2026-12-04T12:00:00Z", "in 13 days"],
    ["2027-11-21T12:00:00Z", "in 12 months"],
  ])("%s is %s", (at, words) => expect(distance(at, now)).toBe(words));

  test("a wait is a small clock", () => expect([7, 61.2, 0, -3].map(clockOf)).toEqual(["0:07", "1:02", "0:00", "0:00"]));

  test("zones are called by their cities", () => {
    expect(zoneName("America/Argentina/Buenos_Aires")).toBe("Buenos Aires (America, Argentina)");
    expect(zoneName("UTC")).toBe("UTC");
    expect(timeIn("Asia/Kolkata", now)).toBe("17:30");
    expect(timeIn("Nowhere/Land", now)).toBe("");
  });
});
