/// Tells screen readers of what others say in the room in front: politely, and several at once as a number.

import { useEffect, useRef, useState } from "preact/hooks";
import { plain } from "../markup/parse";
import type { OpenRoom } from "../store/state";
import { t } from "../texts";
import { folded, foldedWords } from "../tools/ahead";
import type { RoomContext } from "./context";

const GATHER = 1_500;

export function Announcer({ open, room }: { open: OpenRoom; room: RoomContext }) {
  const { messages, more_after } = open.snapshot.page;
  const told = useRef(messages.at(-1)?.no ?? 0);
  const [words, say] = useState("");
  const last = messages.at(-1);
  useEffect(() => {
    if (!last || more_after || last.no <= told.current) return undefined;
    const timer = setTimeout(() => {
      const fresh = messages.filter((one) => one.no > told.current && one.author !== room.me && one.body !== null);
      told.current = last.no;
      const [one] = fresh;
      if (fresh.length > 1) say(t("room.new.announce", { count: fresh.length }));
      else if (one?.body) say(`${room.name(one.author)}: ${folded(one, room) ? foldedWords(one, room) : plain(one.body, room.mentioned.label)}`);
    }, GATHER);
    return () => clearTimeout(timer);
  }, [last?.no]);
  return (
    <div class="visually-hidden" aria-live="polite" aria-atomic="true">
      {words}
    </div>
  );
}
