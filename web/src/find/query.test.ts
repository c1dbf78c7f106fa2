import { describe, expect, it } from "vitest";
import { filter, filtersOf, fits, pieces, remembered, toggled } from "./query";

describe("filters", () => {
  it("are read, put in and taken out", () => {
    const q = 'letter from:ana in:"Book club" before:2026';
    expect(filtersOf(q)).toEqual(["from:ana", 'in:"Book club"', "before:2026"]);
    expect(toggled(q, "from:ana")).toBe('letter in:"Book club" before:2026');
    expect(toggled("letter", "from:me")).toBe("letter from:me");
    expect(toggled("", filter("in", "The long table"))).toBe('in:"The long table"');
    expect(filtersOf("mail:ana from:")).toEqual([]);
  });
});

describe("names", () => {
  it("fit by the beginnings of their words, without accents", () => {
    expect(fits("tom ru", "Tomás Ruiz", "tomas")).toBe(true);
    expect(fits("cafe", "Café of Thursdays")).toBe(true);
    expect(fits("omas", "Tomás Ruiz")).toBe(false);
    expect(fits("?", "Tomás")).toBe(false);
  });
});

describe("an excerpt", () => {
  it("is cut at its marks, which count code points", () => {
    expect(pieces("🙂 a letter", [[4, 10]])).toEqual([
      { text: "🙂 a ", marked: false },
      { text: "letter", marked: true },
    ]);
    expect(pieces("plain", [])).toEqual([{ text: "plain", marked: false }]);
    expect(pieces("she ||did it|| b", [[6, 9]]).map((one) => one.text).join("")).toBe("she ····· ···· b");
  });
});

it("remembers the newest first, each once", () => {
  expect(remembered(["a", "b", "c"], ["c"], 3)).toEqual(["c", "a", "b"]);
});
