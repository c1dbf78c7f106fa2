/// Keeping the keyboard's place at the desk: what was decided leaves the list, and focus must not leave with it.

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** When the list grew shorter and took the focus along: to the first button that is left, or to the box itself. */
export function useFocusKept(box: RefObject<HTMLElement | null>, count: number): void {
  const before = useRef(count);
  const inside = useRef(false);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const look = () => {
      inside.current = element.contains(document.activeElement);
    };
    element.addEventListener("focusin", look);
    return () => element.removeEventListener("focusin", look);
  });
  useLayoutEffect(() => {
    const shorter = count < before.current;
    before.current = count;
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (!shorter || !inside.current || !lost) return;
    (box.current?.querySelector<HTMLElement>("li button, li a") ?? box.current)?.focus();
  }, [count]);
}
