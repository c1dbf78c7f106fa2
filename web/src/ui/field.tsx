/// Form fields: a label that stays, a hint, an error that is tied to its input. Values are the caller's.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { t } from "../texts";

interface Shell {
  label: string;
  hint?: ComponentChildren;
  /** Shown below and read out with the field; empty or undefined for none. */
  error?: string | undefined;
  optional?: boolean;
}

interface InputProps extends Shell {
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "password" | "email" | "search" | "number" | "url" | "date" | "time";
  name?: string;
  autocomplete?: "on" | "off" | "name" | "username" | "email" | "current-password" | "new-password";
  autocapitalize?: "off" | "words" | "sentences";
  spellcheck?: boolean;
  /** The keyboard that a phone shows, where `type` would have the browser judge what is typed. */
  inputMode?: "url";
  autofocus?: boolean;
  required?: boolean;
  minLength?: number;
  maxLength?: number;
  placeholder?: string;
  disabled?: boolean;
  min?: number;
  max?: number;
}

export function Field({ label, hint, error, optional, value, onInput, type = "text", ...rest }: InputProps) {
  const id = useId();
  return (
    <FieldShell id={id} label={label} hint={hint} error={error} optional={optional}>
      <input
        {...rest}
        type={type as "text"}
        id={id}
        class="input"
        value={value}
        aria-invalid={error ? true : undefined}
        aria-describedby={described(id, hint, error)}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </FieldShell>
  );
}

interface AreaProps extends Shell {
  value: string;
  onInput: (value: string) => void;
  rows?: number;
  maxLength?: number;
  placeholder?: string;
  name?: string;
}

export function AreaField({ label, hint, error, optional, value, onInput, rows = 3, ...rest }: AreaProps) {
  const id = useId();
  return (
    <FieldShell id={id} label={label} hint={hint} error={error} optional={optional}>
      <textarea
        {...rest}
        id={id}
        class="input"
        rows={rows}
        value={value}
        aria-invalid={error ? true : undefined}
        aria-describedby={described(id, hint, error)}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </FieldShell>
  );
}

interface SelectProps extends Shell {
  value: string;
  onInput: (value: string) => void;
  options: { value: string; label: string }[];
  disabled?: boolean;
  name?: string;
}

export function SelectField({ label, hint, error, optional, value, onInput, options, ...rest }: SelectProps) {
  const id = useId();
  return (
    <FieldShell id={id} label={label} hint={hint} error={error} optional={optional}>
      <select
        {...rest}
        id={id}
        class="input"
        value={value}
        aria-invalid={error ? true : undefined}
        aria-describedby={described(id, hint, error)}
        onChange={(event) => onInput(event.currentTarget.value)}
      >
        {options.map((one) => (
          <option key={one.value} value={one.value} selected={one.value === value}>
            {one.label}
          </option>
        ))}
      </select>
    </FieldShell>
  );
}

interface ChoiceProps<T extends string> {
  legend: string;
  hint?: ComponentChildren;
  value: T;
  onInput: (value: T) => void;
  options: { value: T; label: string; hint?: string }[];
}

/** A handful of exclusive choices, all in sight. */
export function ChoiceField<T extends string>({ legend, hint, value, onInput, options }: ChoiceProps<T>) {
  const id = useId();
  return (
    <fieldset class="choices">
      <legend class="field-label">{legend}</legend>
      {hint && <p class="field-hint">{hint}</p>}
      {options.map((one) => (
        <label key={one.value} class="choice">
          <input
            type="radio"
            name={id}
            value={one.value}
            checked={one.value === value}
            onChange={() => onInput(one.value)}
          />
          <span>
            {one.label}
            {one.hint && <small>{one.hint}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface CheckProps {
  label: string;
  hint?: string;
  checked: boolean;
  onInput: (checked: boolean) => void;
  disabled?: boolean;
}

export function CheckField({ label, hint, checked, onInput, disabled }: CheckProps) {
  return (
    <label class="choice">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onInput(event.currentTarget.checked)}
      />
      <span>
        {label}
        {hint && <small>{hint}</small>}
      </span>
    </label>
  );
}

function described(id: string, hint: ComponentChildren, error: string | undefined): string | undefined {
  return [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ") || undefined;
}

function FieldShell({ id, label, hint, error, optional, children }: Shell & { id: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label} {optional && <span class="field-optional">({t("common.optional")})</span>}
      </label>
      {children}
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
