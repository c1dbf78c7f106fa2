/// A menu of things to do, beside what they are done to; on a phone a sheet at the foot of the screen.
/// Arrow keys move, Escape and a press elsewhere close, and focus goes back to where it was.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icons";
import { IconButton } from "./button";

export interface MenuItem {
  label: string;
  icon?: IconName;
  danger?: boolean;
  /** A link instead of an action. */
  href?: string;
  run?: () => void;
}

interface FloatProps {
  /** What it stands beside. */
  anchor: HTMLElement;
  onClose: () => void;
  class?: string;
  children: ComponentChildren;
}

/** A box beside an anchor, kept inside the window. Closes on Escape, a press elsewhere, or when the window changes. */
export function Float({ anchor, onClose, children, class: extra = "" }: FloatProps) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (element) stand(element, anchor);
  });
  useLayoutEffect(() => {
    // Also what keeps a button in sight that shows itself on hover only, so that focus can go back to it.
    if (anchor.hasAttribute("aria-expanded")) return undefined;
    anchor.setAttribute("aria-expanded", "true");
    return () => anchor.removeAttribute("aria-expanded");
  }, [anchor]);
  // Before the next key, not after the next paint: on a busy machine Escape came in between, and was lost.
  useLayoutEffect(() => {
    const press = (event: Event) => {
      const at = event.target as Node;
      if (!box.current?.contains(at) && !anchor.contains(at)) onClose();
    };
    const key = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      event.preventDefault();
      onClose();
      anchor.focus();
    };
    addEventListener("pointerdown", press, true);
    addEventListener("keydown", key, true);
    addEventListener("resize", onClose);
    return () => {
      removeEventListener("pointerdown", press, true);
      removeEventListener("keydown", key, true);
      removeEventListener("resize", onClose);
    };
  }, []);
  return (
    <div ref={box} class={`float ${extra}`}>
      {children}
    </div>
  );
}

const EDGE = 8;

function stand(box: HTMLElement, anchor: HTMLElement): void {
  if (matchMedia("(max-width: 30rem)").matches) return;
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = at.bottom + 4 + height <= innerHeight - EDGE;
  const top = below ? at.bottom + 4 : Math.max(EDGE, at.top - 4 - height);
  const left = at.left + width <= innerWidth - EDGE ? at.left : at.right - width;
  box.style.top = `${top}px`;
  box.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
}

interface MenuProps {
  label: string;
  items: MenuItem[];
  anchor: HTMLElement;
  onClose: () => void;
  /** Above the items: quick reactions, say. */
  head?: ComponentChildren;
}

export function Menu({ label, items, anchor, onClose, head }: MenuProps) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    list.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus({ preventScroll: true });
  }, []);
  const move = (event: KeyboardEvent) => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Tab") onClose();
    if (to === undefined) return;
    event.preventDefault();
    all[(to + all.length) % all.length]?.focus();
  };
  const choose = (item: MenuItem) => () => {
    onClose();
    if (!item.href) anchor.focus();
    item.run?.();
  };
  return (
    <Float anchor={anchor} onClose={onClose} class="menu">
      {head}
      <div ref={list} role="menu" aria-label={label} tabIndex={-1} onKeyDown={move}>
        {items.map((item) => {
          const inside = (
            <>
              {item.icon && <Icon name={item.icon} size={18} />}
              <span>{item.label}</span>
            </>
          );
          const look = item.danger ? "menu-item menu-danger" : "menu-item";
          return item.href ? (
            <a key={item.label} role="menuitem" tabIndex={-1} class={look} href={item.href} onClick={choose(item)}>
              {inside}
            </a>
          ) : (
            <button key={item.label} type="button" role="menuitem" tabIndex={-1} class={look} onClick={choose(item)}>
              {inside}
            </button>
          );
        })}
      </div>
    </Float>
  );
}

interface MenuButtonProps {
  icon: IconName;
  label: string;
  items: MenuItem[];
  class?: string;
  /** Told when it opens, and when it closes or goes. */
  onToggle?: (open: boolean) => void;
}

export function MenuButton({ icon, label, items, class: extra, onToggle }: MenuButtonProps) {
  const [anchor, open] = useState<HTMLElement | null>(null);
  useLayoutEffect(() => {
    if (!anchor) return undefined;
    onToggle?.(true);
    return () => onToggle?.(false);
  }, [anchor]);
  return (
    <>
      <IconButton
        icon={icon}
        label={label}
        class={extra ?? ""}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={(event) => open(anchor ? null : event.currentTarget)}
      />
      {anchor && <Menu label={label} items={items} anchor={anchor} onClose={() => open(null)} />}
    </>
  );
}
