/// Where a thread may be moved to, and the way from the stub it leaves to where it is.

import { go } from "../router";
import { attempt } from "../store/actions";
import { ask } from "../store/ask";
import { mayIn } from "../store/may";
import { entries, home } from "../store/state";
import { t } from "../texts";
import { Button } from "../ui";
import type { Room } from "../wire/views";

/** Rooms one may move something to from `room`, by name. */
export function roomsToMoveTo(room: string): Room[] {
  const here = home.value;
  if (here.state !== "ready") return [];
  return [...entries.value.values()]
    .filter((one) => one.room.id !== room && !one.room.archived && mayIn(one, here.me).facilitate)
    .map((one) => one.room)
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** Where it went is told by the message itself, to who may read it there. */
export function Follow({ moved }: { moved: string }) {
  const follow = async () => {
    const { result } = await ask("message.get", { message: moved });
    const [found] = result.messages;
    if (found) go("r", found.room, found.no);
  };
  return (
    <Button kind="quiet" onClick={() => void attempt(follow())}>
      {t("move.follow")}
    </Button>
  );
}
