/// What a screen shows when it has nothing to show: loading, empty, failed, not allowed, not there.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError, say } from "../net/error";
import { href } from "../router";
import { t } from "../texts";
import { Button, ButtonLink } from "./button";
import { Notice } from "./notice";

export function Spinner({ small = false }: { small?: boolean }) {
  return <span class={small ? "spinner spinner-small" : "spinner"} aria-hidden="true" />;
}

/** Says nothing for the first moment: what loads at once should not flicker. */
export function Loading({ label }: { label?: string }) {
  const [shown, show] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => show(true), 250);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="state" role="status" data-state="loading">
      {shown && (
        <>
          <Spinner />
          <p>{label ?? t("common.loading")}</p>
        </>
      )}
    </div>
  );
}

interface EmptyProps {
  title: string;
  children?: ComponentChildren;
  /** Buttons or links: the one or two things to do now. */
  action?: ComponentChildren;
  level?: 1 | 2 | 3;
}

export function EmptyState({ title, children, action, level = 2 }: EmptyProps) {
  const Title = `h${level}` as "h2";
  return (
    <div class="state" data-state="empty">
      <Title class="state-title">{title}</Title>
      {children && <div class="state-text">{children}</div>}
      {action && <div class="state-action">{action}</div>}
    </div>
  );
}

const FORBIDDEN = new Set(["not_allowed", "not_a_member", "not_invited", "observer", "scope_missing", "sign_in_needed"]);

interface FailedProps {
  error: unknown;
  retry?: () => void;
  /** Of the heading: 1 where this is all there is on the screen. */
  level?: 1 | 2;
}

/** For anything thrown while a screen was fetched: failed (with retry), not allowed, or not there. */
export function FailedState({ error, retry, level = 2 }: FailedProps) {
  const Title = `h${level}` as "h2";
  const code = error instanceof ApiError ? error.code : "";
  if (code === "not_found") return <MissingState level={level} />;
  if (FORBIDDEN.has(code)) {
    return (
      <div class="state" role="alert" data-state="forbidden">
        <Title class="state-title">{t("forbidden.title")}</Title>
        <p class="state-text">{say(error)}</p>
        <ButtonLink href={href()}>{t("missing.home")}</ButtonLink>
      </div>
    );
  }
  return (
    <div class="state" data-state="failed">
      <Title class="state-title">{t("failed.title")}</Title>
      <Notice kind="error">{say(error)}</Notice>
      {retry && <Button onClick={retry}>{t("common.retry")}</Button>}
    </div>
  );
}

export function MissingState({ level = 2 }: { level?: 1 | 2 }) {
  const Title = `h${level}` as "h2";
  return (
    <div class="state" data-state="missing">
      <Title class="state-title">{t("missing.title")}</Title>
      <p class="state-text">{t("missing.body")}</p>
      <ButtonLink href={href()}>{t("missing.home")}</ButtonLink>
    </div>
  );
}
