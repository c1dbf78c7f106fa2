/// Going to the direct room with somebody; it is opened if there is none.

import { go } from "../router";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { reloadOverview } from "../store/client";

export async function direct(person: string): Promise<void> {
  await attempt(
    ask("room.direct", { people: [person] }).then(async ({ result }) => {
      await reloadOverview();
      go("r", result.room);
    }),
  );
}
