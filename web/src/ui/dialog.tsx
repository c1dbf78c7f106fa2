/// Dialogs on the native element: focus is held, Escape closes, what is behind is inert.

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { say } from "../net/error";
import { t } from "../texts";
import { Button, IconButton } from "./button";
import { Notice } from "./notice";

interface DialogProps {
  title: string;
  /** Also called for Escape and a click beside it. The caller stops rendering the dialog. */
  onClose: () => void;
  children: ComponentChildren;
  /** The row of buttons at the foot; the main one last. */
  actions?: ComponentChildren;
  wide?: boolean;
  /** With it the dialog is a form: Enter in a field submits. */
  onSubmit?: () => void;
}

export function Dialog({ title, onClose, children, actions, wide = false, onSubmit }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const element = box.current;
    const before = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const inside = (
    <>
      <header class="dialog-head">
        <h2 id={id}>{title}</h2>
        <IconButton icon="close" label={t("common.close")} onClick={onClose} />
      </header>
      <div class="dialog-body">{children}</div>
      {actions && <footer class="dialog-foot">{actions}</footer>}
    </>
  );
  return (
    // The click is on the backdrop: a shortcut for the close button, which keyboards reach.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={box}
      class={wide ? "dialog dialog-wide" : "dialog"}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === box.current) onClose();
      }}
    >
      {onSubmit ? (
        <form
          class="dialog-inside"
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit();
          }}
        >
          {inside}
        </form>
      ) : (
        <div class="dialog-inside">{inside}</div>
      )}
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  children: ComponentChildren;
  /** What the button says: the verb, never "OK". */
  action: string;
  danger?: boolean;
  /** Does it; what it throws is shown, and the dialog stays. */
  onConfirm: () => Promise<void>;
  onClose: () => void;
}

/** Ask before what cannot be undone. */
export function Confirm({ title, children, action, danger = false, onConfirm, onClose }: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind={danger ? "danger" : "primary"} busy={busy}>
            {action}
          </Button>
        </>
      }
    >
      {children}
      {error !== undefined && <Notice kind="error">{say(error)}</Notice>}
    </Dialog>
  );
}
