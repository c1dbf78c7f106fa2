/// A message of somebody muted: one line, which opens. And what one can do about people, for menus.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { blockPerson, mutePerson, quietOf, unheard } from "../store/quiet";
import { t } from "../texts";
import type { MenuItem } from "../ui";
import { useRoom } from "./context";

export function Unheard({ author, name, children }: { author: string; name: string; children: ComponentChildren }) {
  const room = useRoom();
  const [open, setOpen] = useState(false);
  if (open || author === room.me || !unheard(author, room.room)) return <>{children}</>;
  return (
    <p class="message-gone">
      {t("quiet.folded", { name })}{" "}
      <button type="button" class="message-unfold" onClick={() => setOpen(true)}>
        {t("quiet.show")}
      </button>
    </p>
  );
}

/** Mute and block, or their undoing. */
export function quietItems(person: string, name: string): MenuItem[] {
  const muted = quietOf("person", person) !== undefined;
  const blocked = quietOf("block", person) !== undefined;
  return [
    { label: t(muted ? "quiet.unmute" : "quiet.mute", { name }), icon: muted ? "bell" : "bellOff", run: () => void mutePerson(person, !muted) },
    { label: t(blocked ? "quiet.unblock" : "quiet.block", { name }), icon: "lock", run: () => void blockPerson(person, !blocked) },
  ];
}
