/// What waits for those who run the community, anew whenever their stream has moved.

import { useEffect } from "preact/hooks";
import { useFetch, type Fetching } from "../account/use";
import { ask } from "../store/ask";
import { adminsMoved, learn } from "../store/state";
import type { AdminSnapshot } from "../wire/admins";

export function useDesk(): Fetching<AdminSnapshot> {
  const moved = adminsMoved.value;
  const fetching = useFetch("admins", async (): Promise<AdminSnapshot> => {
    const { result } = await ask("admins.desk", {});
    learn(result.people);
    return result;
  });
  useEffect(() => {
    if (moved > 0) fetching.again();
  }, [moved]);
  return fetching;
}
