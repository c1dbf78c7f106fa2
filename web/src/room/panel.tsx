/// The margin on the right of a room: a title, a way to close it, and what was asked for.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { go } from "../router";
import { t } from "../texts";
import { IconButton } from "../ui";

interface PanelProps {
  room: string;
  title: string;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export function Panel({ room, title, actions, children }: PanelProps) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    head.current?.focus({ preventScroll: true });
  }, []);
  const close = () => go("r", room);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes, beside the button
    <aside
      class="margin"
      aria-label={title}
      onKeyDown={(event) => {
        // A dialog that was opened from here closes first, by itself.
        const within = event.target instanceof Element && event.target.closest("dialog") !== null;
        if (event.key === "Escape" && !event.defaultPrevented && !within) close();
      }}
    >
      <header class="margin-head">
        <IconButton icon="back" label={t("common.back")} class="room-back" onClick={close} />
        <h2 ref={head} tabIndex={-1}>
          {title}
        </h2>
        {actions}
        <IconButton icon="close" label={t("panel.close")} class="margin-close" onClick={close} />
      </header>
      {children}
    </aside>
  );
}
