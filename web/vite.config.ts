/// How the client is built and, while developing, where its server stands.
/// Everything is served as files from our own origin: nothing is inlined, so a strict CSP holds.

import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const server = process.env["TERTULIA_URL"] ?? "http://127.0.0.1:8000";
const proxy = { "/api": { target: server, ws: true } };

interface Emoji {
  unicode: string;
  label: string;
  tags?: string[];
  group?: number;
  order?: number;
}

/** `virtual:emoji`: of the emoji data what the picker shows, a tenth of its size. */
function emoji(): Plugin {
  const id = "virtual:emoji";
  return {
    name: "emoji",
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load(source) {
      if (source !== `\0${id}`) return undefined;
      const file = new URL("node_modules/emojibase-data/en/compact.json", import.meta.url);
      const all = JSON.parse(readFileSync(file, "utf8")) as Emoji[];
      // Group 2 are the skin tones and hair by themselves.
      const shown = all
        .filter((one) => one.group !== undefined && one.group !== 2)
        .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0))
        .map(({ unicode, label, tags = [], group }) => [unicode, label, tags.join(" "), group]);
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(shown))});`;
    },
  };
}

export default defineConfig({
  plugins: [emoji()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 400,
  },
  server: { host: "127.0.0.1", port: 5173, proxy },
  preview: { host: "127.0.0.1", port: 4173, proxy },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}", "tests/**/*.test.{ts,tsx}"] },
});
