/// What is pinned in a room, the newest pin first.

import { Body } from "../markup/body";
import { href } from "../router";
import { togglePin } from "../store/actions";
import type { OpenRoom } from "../store/state";
import { t } from "../texts";
import { Ahead } from "../tools/ahead";
import { EmptyState, IconButton } from "../ui";
import { useRoom } from "./context";
import { Panel } from "./panel";
import { shortly } from "./times";

export function PinsPanel({ open }: { open: OpenRoom }) {
  const room = useRoom();
  const pins = open.snapshot.pins.toReversed();
  return (
    <Panel room={open.snapshot.room.id} title={t("room.pins")}>
      <div class="margin-body">
        {pins.length === 0 && <EmptyState title={t("pins.empty")} level={3}>{t("pins.empty.body")}</EmptyState>}
        <ul>
          {pins.map((one) => (
            <li key={one.id} class="pin">
              <p class="message-small">
                {room.name(one.author)}, {shortly(one.at, Date.now())}
              </p>
              {one.body !== null && (
                <Ahead message={one} room={room}>
                  <Body text={one.body} mentioned={room.mentioned} />
                </Ahead>
              )}
              <p class="pin-foot">
                <a href={one.thread ? href("r", one.room, "t", one.thread, one.no) : href("r", one.room, one.no)}>{t("pins.show")}</a>
                {room.may.pin && <IconButton icon="close" label={t("message.unpin")} onClick={() => void togglePin(one)} />}
              </p>
            </li>
          ))}
        </ul>
      </div>
    </Panel>
  );
}
