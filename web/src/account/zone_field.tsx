/// Choosing a time zone by its city, and a language by its own name.

import { useMemo } from "preact/hooks";
import { t } from "../texts";
import { SelectField } from "../ui";
import { languages, timeIn, zones } from "./zones";

interface Props {
  value: string;
  onInput: (value: string) => void;
  error?: string | undefined;
  label?: string;
  /** A first choice with no value, called so. */
  none?: string;
}

export function ZoneField({ value, onInput, error, label, none }: Props) {
  const options = useMemo(() => [...(none ? [{ value: "", label: none }] : []), ...zones(value)], [value, none]);
  const time = value ? timeIn(value, Date.now()) : "";
  return (
    <SelectField
      label={label ?? t("community.time_zone")}
      hint={time ? t("community.time_zone.now", { time }) : undefined}
      value={value}
      onInput={onInput}
      options={options}
      error={error}
    />
  );
}

export function LanguageField({ value, onInput, error }: Props) {
  const options = useMemo(() => languages(value), [value]);
  return (
    <SelectField
      label={t("community.language")}
      hint={value.startsWith("en") ? undefined : t("community.language.hint")}
      value={value}
      onInput={onInput}
      options={options}
      error={error}
    />
  );
}
