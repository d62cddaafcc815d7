import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Where `npm run dev` finds the server; the built editor is served by the server itself.
const server = process.env.HEADRACE_URL ?? "http://localhost:8000";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    outDir: "../src/headrace/gateway/editor",
    emptyOutDir: true,
    // The policy of the page allows no inline script and no data: script.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1600,
  },
  worker: { format: "es" },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/webhook", "/webhook-test", "/form", "/form-test", "/login", "/setup", "/join", "/entering.js"].map(
        (path) => [path, { target: server, changeOrigin: true }],
      ),
    ),
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    environment: "jsdom",
    setupFiles: ["src/app/testing.ts"],
    css: false,
  },
});
