/// A sentence that matters: an error, a warning, good news. Errors are announced at once, the rest politely.

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

export type NoticeKind = "info" | "good" | "warn" | "error";

export function Notice({ kind = "info", children }: { kind?: NoticeKind; children: ComponentChildren }) {
  return (
    <div class={`notice notice-${kind}`} role={kind === "error" ? "alert" : "status"}>
      {children}
    </div>
  );
}

interface Passing {
  id: number;
  kind: NoticeKind;
  text: string;
}

const passing = signal<Passing[]>([]);
let count = 0;

/** A short remark at the foot of the window that goes by itself: "Link copied". `seconds` defaults to 5. */
export function remark(text: string, kind: NoticeKind = "info", seconds = 5): void {
  const id = ++count;
  passing.value = [...passing.value.slice(-2), { id, kind, text }];
  setTimeout(() => {
    passing.value = passing.value.filter((one) => one.id !== id);
  }, seconds * 1000);
}

/** Where remarks appear; mounted once by the app. */
export function Remarks() {
  return (
    <div class="remarks" role="status" aria-live="polite">
      {passing.value.map((one) => (
        <p key={one.id} class={`remark remark-${one.kind}`}>
          {one.text}
        </p>
      ))}
    </div>
  );
}
