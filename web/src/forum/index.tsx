/// A forum in place of the timeline: the list of its topics, one topic, or a new one.
/// Places: #/r/{room}, /{no} (led on to the topic), /t/{topic}, /t/{topic}/{no}, /new.

import { useEffect, useState } from "preact/hooks";
import type { RoomContext } from "../room/context";
import { Doorstep } from "../room/doorstep";
import { go, replace } from "../router";
import { ask } from "../store/ask";
import type { OpenRoom } from "../store/state";
import { FailedState, Loading } from "../ui";
import { TopicList } from "./list";
import { NewTopic } from "./new";
import { TopicScreen } from "./topic";

interface ForumProps {
  open: OpenRoom;
  room: RoomContext;
  name: string;
  /** The place's segments after the room's id. */
  rest: string[];
  /** The number of a topic one was led to. */
  target: number | null;
}

export function Forum({ open, room, name, rest, target }: ForumProps) {
  const id = open.snapshot.room.id;
  if (rest[0] === "t" && rest[1]) return <TopicScreen key={rest[1]} room={room} topic={rest[1]} target={Number(rest[2] ?? 0)} />;
  if (rest[0] === "new" && room.may.post) return <NewTopic room={room} onDone={() => go("r", id)} />;
  if (target !== null) return <LedTo room={id} no={target} />;
  return (
    <>
      <TopicList open={open} room={room} name={name} />
      {!room.may.post && <Doorstep open={open} />}
    </>
  );
}

/** A link to a topic by its number: what stands there is looked up, and shown in place of here. */
function LedTo({ room, no }: { room: string; no: number }) {
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    let gone = false;
    ask("history.page", { room, around: no, limit: 2 }).then(
      ({ result }) => {
        const found = result.messages.find((one) => one.no === no);
        if (gone) return;
        if (found) replace("r", room, "t", found.id);
        else replace("r", room);
      },
      (thrown: unknown) => setError(thrown),
    );
    return () => {
      gone = true;
    };
  }, [room, no]);
  return error === undefined ? <Loading /> : <FailedState error={error} />;
}
