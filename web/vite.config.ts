/// How the client is built and, while developing, where its server stands.
/// Everything is served as files from our own origin: nothing is inlined, so a strict CSP holds.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { constants, brotliCompressSync, gzipSync } from "node:zlib";
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

/** Beside every text its compressed forms, made once and well; chat/static.py hands out what a browser takes. */
function compressed(): Plugin {
  const most = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  return {
    name: "compressed",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const [name, file] of Object.entries(bundle)) {
          if (!/\.(js|css)$/.test(name)) continue;
          const source = Buffer.from(file.type === "chunk" ? file.code : String(file.source));
          this.emitFile({ type: "asset", fileName: `${name}.br`, source: brotliCompressSync(source, most) });
          this.emitFile({ type: "asset", fileName: `${name}.gz`, source: gzipSync(source, { level: 9 }) });
        }
      },
    },
  };
}

/** What everybody waits for: bytes of the scripts that the page names, before they are compressed. */
const FIRST = 300_000;

/** Fails the build when the first chunk grows: what is drawn on demand is a part (src/parts/). */
function budget(): Plugin {
  return {
    name: "budget",
    apply: "build",
    generateBundle(_, bundle) {
      const sizes = new Map<string, number>();
      const weigh = (name: string): void => {
        const chunk = bundle[name];
        if (chunk?.type !== "chunk" || sizes.has(name)) return;
        sizes.set(name, Buffer.byteLength(chunk.code));
        chunk.imports.forEach(weigh);
      };
      for (const one of Object.values(bundle)) if (one.type === "chunk" && one.isEntry) weigh(one.fileName);
      const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
      if (bytes > FIRST) this.error(`The first chunk weighs ${bytes} bytes, of ${FIRST} at most: see web/src/parts/index.ts.`);
    },
  };
}

export default defineConfig({
  plugins: [emoji(), budget(), compressed()],
  resolve: { alias: { entities: fileURLToPath(new URL("src/markup/entities.ts", import.meta.url)) } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One file of styles: what comes later must not change what stands there.
    cssCodeSplit: false,
    chunkSizeWarningLimit: 400,
  },
  server: { host: "127.0.0.1", port: 5173, proxy },
  preview: { host: "127.0.0.1", port: 4173, proxy },
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}", "tests/**/*.test.{ts,tsx}"],
    // With what it is built with, so that what is tested is what is sent.
    server: { deps: { inline: ["markdown-it"] } },
  },
});
