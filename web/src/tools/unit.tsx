/// Beside what one writes in a book club: the chapter it speaks of.

import type { RoomContext } from "../room/context";
import { t } from "../texts";
import type { Unit } from "../wire/views";

interface Props {
  room: RoomContext;
  unit: Unit | null;
  onChange: (unit: Unit | null) => void;
}

export function UnitChoice({ room, unit, onChange }: Props) {
  const { books } = room.shelf;
  const current = books.at(-1);
  if (!current) return null;
  return (
    <label class="composer-unit">
      <span>{t("book.unit")}</span>
      <select
        value={unit?.book === books.length ? String(unit.no) : ""}
        onChange={(event) => {
          const no = Number(event.currentTarget.value);
          onChange(no ? { book: books.length, no } : null);
        }}
      >
        <option value="">{t("book.unit.none")}</option>
        {current.units.map((name, index) => (
          <option key={name} value={String(index + 1)}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
