/// Every fold vector: ours beside this file, and those the server is held to in ../tests/vectors.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fold } from "../src/store/fold";
import type { StreamEvent } from "../src/wire/frames";
import type { RoomSnapshot } from "../src/wire/views";

interface Vector {
  snapshot: RoomSnapshot;
  events: StreamEvent[];
  viewer: string;
  expected: RoomSnapshot;
}

/// Cards of people who left are kept by one side and not by the other; both are right.
const plain = (snapshot: RoomSnapshot) => ({
  ...snapshot,
  people: [],
  members: snapshot.members.toSorted((a, b) => a.person.localeCompare(b.person)),
});

const folders = [join(import.meta.dirname, "vectors"), join(import.meta.dirname, "../../tests/vectors")];

for (const folder of folders.filter((one) => existsSync(one))) {
  describe(`fold vectors in ${folder.includes("web") ? "web/tests" : "tests"}`, () => {
    for (const name of readdirSync(folder).filter((one) => one.endsWith(".json"))) {
      const vector = JSON.parse(readFileSync(join(folder, name), "utf8")) as Vector;
      it(name, () => {
        const got = vector.events.reduce((now, event) => fold(now, event, vector.viewer), vector.snapshot);
        expect(plain(got)).toEqual(plain(vector.expected));
      });
      it(`${name}, every event twice`, () => {
        const twice = vector.events.flatMap((event) => [event, event]);
        const got = twice.reduce((now, event) => fold(now, event, vector.viewer), vector.snapshot);
        expect(plain(got)).toEqual(plain(vector.expected));
      });
    }
  });
}
