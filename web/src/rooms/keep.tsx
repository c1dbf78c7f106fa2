/// How long a room keeps its talk: a choice, and a plain word about what a shorter time takes away.

import { t, type Key } from "../texts";
import { Notice, SelectField } from "../ui";

const CHOICES: [number, Key][] = [
  [0, "open.keep.ever"],
  [365, "open.keep.year"],
  [180, "open.keep.half"],
  [90, "open.keep.quarter"],
  [30, "open.keep.month"],
  [7, "open.keep.week"],
];

/** Days; 0 is for ever. `before` is what holds now. */
export function KeepField({ before, value, onInput }: { before: number; value: number; onInput: (days: number) => void }) {
  const options = CHOICES.map(([days, key]) => ({ value: String(days), label: t(key) }));
  if (!CHOICES.some(([days]) => days === before)) options.push({ value: String(before), label: t("open.keep.days", { count: before }) });
  const shorter = value !== 0 && (before === 0 || value < before);
  return (
    <>
      <SelectField
        label={t("open.keep")}
        hint={t("open.keep.hint")}
        value={String(value)}
        onInput={(days) => onInput(Number(days))}
        options={options}
      />
      {shorter && <Notice>{t("open.keep.warning", { count: value })}</Notice>}
    </>
  );
}
