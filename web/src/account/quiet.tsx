/// Whom and what one has muted or blocked, and how to undo it.

import { blockPerson, mutePerson, muteRoom } from "../store/quiet";
import { nameOf, roomName } from "../store/names";
import { entries, people, quiets, type Home } from "../store/state";
import { t } from "../texts";
import { Button, EmptyState } from "../ui";
import type { Quiet } from "../wire/views";

const UNDO: Record<Quiet["what"], (id: string) => Promise<boolean>> = {
  person: (id) => mutePerson(id, false),
  block: (id) => blockPerson(id, false),
  room: (id) => muteRoom(id, false),
};

export function QuietSettings({ here }: { here: Home }) {
  const name = (one: Quiet): string | undefined => {
    if (one.what !== "room") return nameOf(people.value, one.id);
    const entry = entries.value.get(one.id);
    return entry && roomName(entry.room, people.value, here.me.id);
  };
  const all = [...quiets.value.values()].toSorted((a, b) => b.at.localeCompare(a.at));
  if (all.length === 0) return <EmptyState title={t("quiet.none.title")}>{t("quiet.none.body")}</EmptyState>;
  return (
    <>
      <p class="prose">{t("quiet.lead")}</p>
      <ul class="lines">
        {all.map((one) => {
          const called = name(one);
          if (called === undefined) return null;
          const says = one.what === "room" && one.mentions ? "quiet.is.mentions" : (`quiet.is.${one.what}` as const);
          return (
            <li key={`${one.what} ${one.id}`} class="line-item" data-quiet={one.id}>
              <div class="line-text">
                <span class="line-title">{called}</span>
                <span class="line-small">{t(says)}</span>
              </div>
              <Button aria-label={t("quiet.undo.of", { name: called })} onClick={() => void UNDO[one.what](one.id)}>
                {t("quiet.undo")}
              </Button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
