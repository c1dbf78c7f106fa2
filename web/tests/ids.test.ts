import { expect, test } from "vitest";

import { newId } from "../src/net/ids";

test("marks begin with the time, so that they sort by it, and differ", () => {
  const marks = [1, 255, 1_700_000_000_000, 1_700_000_000_001].map((at) => newId(at));
  expect(marks).toEqual(marks.toSorted());
  for (const mark of marks) expect(mark).toMatch(/^[0-9a-f]{32}$/);
  expect(newId(1)).not.toBe(newId(1));
});
