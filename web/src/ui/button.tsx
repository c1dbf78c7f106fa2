/// Buttons. One `primary` a screen, `quiet` for most, `danger` for what cannot be undone.

import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ComponentChildren } from "preact";
import { Icon, type IconName } from "./icons";
import { Spinner } from "./states";

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "size" | "icon" | "type" | "disabled" | "class" | "role"> & {
  class?: string;
};

interface ButtonProps extends Native {
  kind?: "primary" | "plain" | "quiet" | "danger";
  icon?: IconName;
  /** Shows a spinner and takes no clicks, but keeps its place and the focus. */
  busy?: boolean;
  type?: "button" | "submit";
  disabled?: boolean;
  children: ComponentChildren;
}

export function Button({ kind = "plain", icon, busy, type = "button", children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      class={`button button-${kind} ${rest.class ?? ""}`}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event: Event) => event.preventDefault() : onClick}
    >
      {busy ? <Spinner small /> : icon ? <Icon name={icon} size={18} /> : null}
      <span>{children}</span>
    </button>
  );
}

interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "icon" | "href" | "class" | "role"> {
  class?: string;
  href: string;
  kind?: "primary" | "plain" | "quiet";
  icon?: IconName;
  children: ComponentChildren;
}

/** A link that looks like a button: for going somewhere, where Button does something. */
export function ButtonLink({ kind = "plain", icon, children, ...rest }: LinkProps) {
  return (
    <a {...rest} class={`button button-${kind} ${rest.class ?? ""}`}>
      {icon ? <Icon name={icon} size={18} /> : null}
      <span>{children}</span>
    </a>
  );
}

interface IconButtonProps extends Native {
  icon: IconName;
  /** What it does: read aloud and shown as a tooltip. */
  label: string;
  disabled?: boolean;
  pressed?: boolean;
}

export function IconButton({ icon, label, pressed, ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      type="button"
      class={`icon-button ${rest.class ?? ""}`}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
    >
      <Icon name={icon} />
    </button>
  );
}
