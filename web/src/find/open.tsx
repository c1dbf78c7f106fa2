/// How the one box is opened: a button, Ctrl-K, ⌘K or /. The box itself is fetched.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { FindDialog } from "../parts";
import { home } from "../store/state";
import { t } from "../texts";
import { Icon } from "../ui";

/** Whether the box is open. */
export const finding = signal(false);

/** Keys that open it; `/` only where nothing is being written. */
export function useFindKeys(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const at = event.target instanceof HTMLElement ? event.target : null;
      const writing = at !== null && (at.isContentEditable || at.matches("input, textarea, select"));
      const shortcut = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
      const slash = event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (event.defaultPrevented || document.querySelector("dialog[open]") || !(shortcut || slash)) return;
      event.preventDefault();
      finding.value = true;
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}

export function FindButton() {
  return (
    <button type="button" class="find-open" onClick={() => { finding.value = true; }}>
      <Icon name="search" size={18} />
      <span>{t("find.open")}</span>
      <kbd aria-hidden="true">{/Mac|iPhone|iPad/.test(navigator.platform) ? "⌘K" : "Ctrl K"}</kbd>
    </button>
  );
}

export function FindBox() {
  const here = home.value;
  if (!finding.value || here.state !== "ready") return null;
  return <FindDialog here={here} onClose={() => { finding.value = false; }} />;
}
