/// The look of every screen before one is inside: one column, one large title, a lamp above it.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { session } from "../session";
import { t } from "../texts";
import { useTitle } from "../ui";

interface EntranceProps {
  title: string;
  lead?: ComponentChildren;
  /** Above the title; the community's name unless something else is said. */
  place?: string;
  /** Under everything, in fine print: other ways to go. */
  foot?: ComponentChildren;
  /** When this changes, the title takes the focus: a new step is announced and the tab order starts there. */
  step?: string;
  children?: ComponentChildren;
}

export function Entrance({ title, lead, place, foot, step, children }: EntranceProps) {
  useTitle(title);
  const heading = useRef<HTMLHeadingElement>(null);
  const drawn = useRef(false);
  useEffect(() => {
    if (drawn.current) heading.current?.focus();
    drawn.current = true;
    scrollTo(0, 0);
  }, [step]);
  const now = session.value;
  const name = place ?? (now.state === "known" ? now.community?.name : undefined) ?? t("app.name");
  return (
    <main class="entrance">
      <div class="entrance-column">
        <p class="entrance-place">
          <img src="/icon.svg" alt="" width={28} height={28} />
          <span>{name}</span>
        </p>
        <h1 class="entrance-title" ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead && <div class="entrance-lead">{lead}</div>}
        {children && <div class="entrance-body">{children}</div>}
        {foot && <div class="entrance-foot">{foot}</div>}
      </div>
    </main>
  );
}
