/// A page of several parts: its title, a row of links to the parts, and the one that is open.

import type { ComponentChildren } from "preact";
import { Page } from "../ui";
import { href } from "../router";

export interface Tab {
  /** The place it leads to. */
  to: string[];
  label: string;
  /** How many wait there. */
  count?: number;
}

interface TabbedProps {
  title: string;
  lead?: ComponentChildren;
  tabs: Tab[];
  /** The index of the open one. */
  open: number;
  width?: "text" | "wide";
  /** Where the back link leads; the rooms if it is not given. */
  back?: string;
  children: ComponentChildren;
}

export function Tabbed({ title, lead, tabs, open, width = "text", back = href(), children }: TabbedProps) {
  return (
    <Page title={title} lead={lead} back={back} width={width}>
      <nav class="tabs" aria-label={title}>
        {tabs.map((tab, i) => (
          <a key={tab.label} class="tab" href={href(...tab.to)} aria-current={i === open ? "page" : undefined}>
            {tab.label}
            {tab.count ? <span class="tab-count">{tab.count}</span> : null}
          </a>
        ))}
      </nav>
      <div class="tab-body">{children}</div>
    </Page>
  );
}
