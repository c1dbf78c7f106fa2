/// A password field that can be read: showing it helps more people than it harms, on a phone above all.

import { useId, useState } from "preact/hooks";
import { t } from "../texts";
import { PASSWORD, PASSWORD_MIN } from "./limits";

interface PasswordProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  error?: string | undefined;
  /** A password being chosen: says how long it has to be, and how much is missing. */
  fresh?: boolean;
  name?: string;
}

export function PasswordField({ label, value, onInput, error, fresh = false, name = "password" }: PasswordProps) {
  const id = useId();
  const [shown, show] = useState(false);
  const missing = PASSWORD_MIN - [...value].length;
  const hint = !fresh ? undefined : value && missing > 0 ? t("password.more", { count: missing }) : t("password.hint");
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <div class="password">
        <input
          id={id}
          class="input"
          name={name}
          type={(shown ? "text" : "password") as "text"}
          value={value}
          maxLength={PASSWORD}
          autocomplete={fresh ? "new-password" : "current-password"}
          autocapitalize="off"
          spellcheck={false}
          aria-invalid={error ? true : undefined}
          aria-describedby={[hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ") || undefined}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
        <button type="button" class="password-show" aria-pressed={shown} onClick={() => show(!shown)}>
          {t(shown ? "password.hide" : "password.show")}
          <span class="visually-hidden"> {label}</span>
        </button>
      </div>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
