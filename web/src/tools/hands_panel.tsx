/// Hands as people see them: one's own, the queue, and what facilitators do about it.

import { useRoom, type RoomContext } from "../room/context";
import { Panel } from "../room/panel";
import type { OpenRoom } from "../store/state";
import { t } from "../texts";
import { Avatar, Button, ChoiceField, EmptyState, IconButton } from "../ui";
import { NO_HANDS, queue, type Hand, type Hands, type Why } from "./hands";
import { toolState, useTool } from "./use";

const WHYS: readonly Why[] = ["new", "reply", "clarify"];

export function HandsPanel({ open }: { open: OpenRoom }) {
  const room = useRoom();
  const state = toolState<Hands>(open, "hands", NO_HANDS);
  const line = queue(state);
  const use = (action: { do: string } & Record<string, unknown>) => useTool(room.room.id, "hands", action);
  const next = line[0];
  return (
    <Panel room={room.room.id} title={t("hands.title")}>
      <div class="margin-body tool">
        <Called state={state} room={room} />
        {room.may.react && <Mine line={line} room={room} />}
        {line.length === 0 && (
          <EmptyState title={t("hands.empty")} level={3}>
            {t("hands.empty.body")}
          </EmptyState>
        )}
        {room.may.facilitate && next && (
          <p class="tool-main">
            <Button kind="primary" onClick={() => void use({ do: "call", person: next.person })}>
              {t("hands.next", { name: room.name(next.person) })}
            </Button>
          </p>
        )}
        {line.length > 0 && (
          <ol class="tool-list" aria-label={t("hands.queue")}>
            {line.map((hand) => (
              <Line key={hand.person} hand={hand} quiet={state.order === "quiet"} room={room} />
            ))}
          </ol>
        )}
        {room.may.facilitate && (
          <div class="tool-settings">
            <ChoiceField
              legend={t("hands.order")}
              value={state.order}
              onInput={(order) => void use({ do: "order", order })}
              options={[
                { value: "first", label: t("hands.order.first") },
                { value: "quiet", label: t("hands.order.quiet") },
              ]}
            />
            {line.length > 1 && (
              <Button kind="quiet" onClick={() => void use({ do: "clear" })}>
                {t("hands.clear")}
              </Button>
            )}
          </div>
        )}
      </div>
    </Panel>
  );
}

function Called({ state, room }: { state: Hands; room: RoomContext }) {
  if (!state.called) return null;
  const mine = state.called === room.me;
  return (
    <div class="tool-now" role="status">
      <p>{mine ? t("hands.called.you") : t("hands.called", { name: room.name(state.called) })}</p>
      {(mine || room.may.facilitate) && (
        <Button onClick={() => void useTool(room.room.id, "hands", { do: "finish" })}>{t("hands.finish")}</Button>
      )}
    </div>
  );
}

function Mine({ line, room }: { line: Hand[]; room: RoomContext }) {
  const at = line.findIndex((hand) => hand.person === room.me);
  const mine = line[at];
  return (
    <section class="hands-mine" aria-label={t("hands.raise")}>
      <h3>{mine ? t("hands.mine.place", { place: at + 1 }) : t("hands.raise")}</h3>
      <p class="tool-row">
        {WHYS.map((why) => (
          <button
            key={why}
            type="button"
            class="chip-choice"
            aria-pressed={mine?.why === why}
            onClick={() => void useTool(room.room.id, "hands", mine?.why === why ? { do: "lower" } : { do: "raise", why })}
          >
            {t(`hands.raise.${why}`)}
          </button>
        ))}
        {mine && (
          <Button kind="quiet" onClick={() => void useTool(room.room.id, "hands", { do: "lower" })}>
            {t("hands.lower")}
          </Button>
        )}
      </p>
    </section>
  );
}

function Line({ hand, quiet, room }: { hand: Hand; quiet: boolean; room: RoomContext }) {
  const name = room.name(hand.person);
  const why = t(`hands.why.${hand.why}`);
  return (
    <li class="person">
      <Avatar id={hand.person} name={name} size="s" />
      <span class="person-text">
        <span class="person-name">{name}</span>
        <span class="person-small">{quiet ? `${why} · ${t("hands.spoke", { count: hand.spoke })}` : why}</span>
      </span>
      {room.may.facilitate && (
        <>
          <IconButton icon="arrowUp" label={t("hands.call", { name })} onClick={() => void useTool(room.room.id, "hands", { do: "call", person: hand.person })} />
          <IconButton icon="close" label={t("hands.lower.other", { name })} onClick={() => void useTool(room.room.id, "hands", { do: "lower", person: hand.person })} />
        </>
      )}
    </li>
  );
}
