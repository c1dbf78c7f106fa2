/// The shell of a screen that is not a room: sign-in, settings, lists of people. One column of text width.

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { href } from "../router";
import { t } from "../texts";
import { Icon } from "./icons";

interface PageProps {
  title: string;
  /** A sentence under the title. */
  lead?: ComponentChildren;
  /** Where the back link leads; none for screens one cannot leave (sign-in). */
  back?: string | undefined;
  /** `narrow` for forms, `wide` for tables. */
  width?: "narrow" | "text" | "wide";
  /** Buttons beside the title. */
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export function Page({ title, lead, back, width = "text", actions, children }: PageProps) {
  useTitle(title);
  return (
    <main class={`page page-${width}`}>
      {back !== undefined && (
        <a class="page-back" href={back || href()}>
          <Icon name="back" size={18} /> {t("common.back")}
        </a>
      )}
      <header class="page-head">
        <div>
          <h1>{title}</h1>
          {lead && <p class="page-lead">{lead}</p>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </main>
  );
}

/** A form's fields, one below the other, and its buttons. */
export function Form({ onSubmit, children }: { onSubmit: () => void; children: ComponentChildren }) {
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
    </form>
  );
}

export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="section">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** The window's title: what is here, then where that is. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · ${t("app.name")}` : t("app.name");
  }, [title]);
}
