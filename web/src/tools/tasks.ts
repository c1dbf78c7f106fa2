/// Decisions and action items: the state and its fold, as in rooms/tools/tasks.py. Pure.

import type { Happened } from "./fold";

export interface Item {
  id: number;
  kind: "decision" | "action";
  by: string;
  message: string | null;
  body: string | null;
  body_seq: number;
  who: string | null;
  /** A day: 2026-11-30. */
  due: string | null;
  done: boolean;
}

export interface Tasks {
  items: Item[];
  last: number;
}

export type TasksChange =
  | { what: "noted"; id: number; kind: Item["kind"]; message?: string; who?: string; due?: string }
  | { what: "altered"; id: number; who?: string; due?: string; reworded?: boolean }
  | { what: "ticked"; id: number; done: boolean }
  | { what: "dropped"; id: number };

export const NO_TASKS: Tasks = { items: [], last: 0 };

export function foldTasks(state: Tasks, change: TasksChange, { seq, actor, body }: Happened): Tasks {
  switch (change.what) {
    case "noted": {
      const { id, kind, message = null, who = null, due = null } = change;
      const item: Item = { id, kind, by: actor, message, body, body_seq: seq, who, due, done: false };
      return { items: [...state.items, item], last: id };
    }
    case "dropped":
      return { ...state, items: state.items.filter((one) => one.id !== change.id) };
    case "ticked":
      return changed(state, change.id, () => ({ done: change.done }));
    case "altered": {
      const { who = null, due = null, reworded = false } = change;
      return changed(state, change.id, () => ({ who, due, ...(reworded ? { body, body_seq: seq } : {}) }));
    }
    default:
      return state;
  }
}

function changed(state: Tasks, id: number, how: () => Partial<Item>): Tasks {
  return { ...state, items: state.items.map((one) => (one.id === id ? { ...one, ...how() } : one)) };
}

export const tasks = { none: NO_TASKS, fold: foldTasks };
