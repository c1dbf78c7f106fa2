/// How the client is built and, while developing, where its server stands.
/// Everything is served as files from our own origin: nothing is inlined, so a strict CSP holds.

import { defineConfig } from "vitest/config";

const server = process.env.TERTULIA_URL ?? "http://127.0.0.1:8000";
const proxy = { "/api": { target: server, ws: true } };

export default defineConfig({
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
