import { describe, expect, it } from "vitest";
import { stand, type Standing } from "../src/room/standing";

// The foot is at 2000; a screen is some 700 high.
const base: Standing = { foot: true, inView: false, top: 0, end: 2_000, line: null };

const cases: [string, Partial<Standing>, number][] = [
  ["comes in, all is read: the foot", {}, 2_000],
  ["comes in, something is new: its line", { line: 900 }, 900],
  ["comes in, few are new: the foot, with the line on the screen", { line: 2_300 }, 2_000],
  ["comes in by a link: there, whatever is new", { foot: false, top: 400, line: 900 }, 400],
  ["comes in by a link into the new: there", { foot: false, top: 1_700, line: 900 }, 1_700],
  ["comes in, and more arrives than the window held: still the line", { top: 900, end: 9_000, line: 900 }, 900],
  ["was at the foot, missed more than a screen: the line, no further", { top: 1_000, line: 1_400 }, 1_400],
  ["was at the foot, missed what fits: all of it", { top: 1_900, line: 2_400 }, 2_000],
  ["was at the foot, missed nothing: stays at the foot", { top: 1_990 }, 2_000],
  ["was at the foot, read on elsewhere in part: down to the line as it is now", { top: 1_400, line: 1_800 }, 1_800],
  ["was at the foot, all read elsewhere: the foot", { top: 1_400 }, 2_000],
  ["marked unread elsewhere, far above: is not drawn back", { top: 2_000, line: 300 }, 2_000],
  ["was reading further up: stays, whatever came", { foot: false, top: 350, line: 1_400 }, 350],
  ["is here at the foot: follows the talk", { inView: true, top: 1_900 }, 2_000],
  ["is here at the foot, a line above: follows all the same", { inView: true, top: 1_900, line: 900 }, 2_000],
  ["is here, reading further up: stays", { inView: true, foot: false, top: 350, line: 900 }, 350],
];

describe("where one stands", () => {
  it.each(cases)("%s", (_, given, where) => {
    expect(stand({ ...base, ...given })).toBe(where);
  });
});
