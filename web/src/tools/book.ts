/// The books of a club: the state and its fold, as in rooms/tools/book.py, and what is folded for whom. Pure.

import type { Unit } from "../wire/views";

export interface Book {
  title: string;
  units: string[];
}

/** Counted from 1; the last is the current one. */
export interface Shelf {
  books: Book[];
}

/** Units reached by book: `{"1": 24}`. One's own. */
export type Reached = Record<string, number>;

export type BookChange = { what: "started" | "revised"; title: string; units: string[] };

export const NO_BOOKS: Shelf = { books: [] };

export function foldBook(state: Shelf, change: BookChange): Shelf {
  const { title, units } = change;
  if (change.what === "started") return { books: [...state.books, { title, units }] };
  return change.what === "revised" ? { books: [...state.books.slice(0, -1), { title, units }] } : state;
}

export const book = { none: NO_BOOKS, fold: foldBook };

/** Whether the reader has not got as far as what a message speaks of. */
export function isAhead(unit: Unit | null, reached: Reached): boolean {
  return unit !== null && unit.no > (reached[String(unit.book)] ?? 0);
}

/** The unit's name, with the book's where it is not the current one. */
export function unitName(shelf: Shelf, unit: Unit): { book: string; unit: string; current: boolean } {
  const found = shelf.books[unit.book - 1];
  return { book: found?.title ?? "", unit: found?.units[unit.no - 1] ?? String(unit.no), current: unit.book === shelf.books.length };
}
