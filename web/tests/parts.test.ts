/// Every part that is fetched by itself (src/parts/) brings the words it says, and the first chunk lacks none of its own:
/// read from the sources, import by import, since what is missing would show only to whoever comes that way.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { all } from "../src/texts/all";

const SRC = join(import.meta.dirname, "../src");
const KEYS = Object.keys(all);

const sources = new Map<string, string>();
function source(file: string): string {
  if (!sources.has(file)) sources.set(file, readFileSync(file, "utf8"));
  return sources.get(file) ?? "";
}

function found(from: string, named: string): string[] {
  const path = join(dirname(from), named);
  return [`${path}.ts`, `${path}.tsx`, join(path, "index.ts"), join(path, "index.tsx")].filter(existsSync).slice(0, 1);
}

/** The files that come with one: what it imports, but for types and for what it fetches later. */
function withImports(start: string): Set<string> {
  const files = new Set<string>();
  const todo = [start];
  for (let file = todo.pop(); file; file = todo.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const [, named = ""] of source(file).matchAll(/^(?:import|export)\s+(?!type\b)(?:[^;"']*?from\s+)?"(\.[^"]*)"/gm)) {
      todo.push(...found(file, named));
    }
  }
  return files;
}

/** The keys a file names, and those that one it puts together may be. */
function said(file: string): string[] {
  const text = source(file);
  const exact = [...text.matchAll(/"([a-z_]+(?:\.\w+)+)"/g)].map((one) => one[1] ?? "");
  const begun = [...text.matchAll(/`([a-z_]+\.[\w.]*)\$\{/g)].map((one) => one[1] ?? "");
  return KEYS.filter((key) => exact.includes(key) || begun.some((start) => key.startsWith(start)));
}

const isText = (file: string): boolean => relative(SRC, file).startsWith("texts");

function lacking(files: Set<string>): string[] {
  const words = [...files].filter(isText).map(source).join("\n");
  const lacks = [...files].filter((file) => !isText(file)).flatMap((file) =>
    said(file).filter((key) => !words.includes(`"${key}":`)).map((key) => `${relative(SRC, file)}: ${key}`),
  );
  return [...new Set(lacks)];
}

const first = withImports(join(SRC, "main.tsx"));
const parts = [...source(join(SRC, "parts/index.ts")).matchAll(/import\("(.+?)"\)/g)].map((one) => one[1] ?? "");

describe("words", () => {
  it("of the first chunk come with it", () => {
    expect(first.size).toBeGreaterThan(80);
    expect(lacking(first)).toEqual([]);
  });

  it.each(parts)("of %s come with it", (part) => {
    const [file = ""] = found(join(SRC, "parts/index.ts"), part);
    expect(lacking(new Set([...first, ...withImports(file)]))).toEqual([]);
  });
});
