import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** The first versions with `light-dark()`: all of 2024. */
const BROWSERS = ["chrome123", "firefox120", "safari17.5"];

const COMPRESSED = /\.(js|css|html|svg)$/;

/** Compresses each file once, when it is built, at the best level. The server sends the result as it is. */
const precompress = (): Plugin => ({
  name: "precompress",
  apply: "build",
  writeBundle({ dir = "." }) {
    for (const path of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
      if (!COMPRESSED.test(path)) continue;
      const bytes = readFileSync(join(dir, path));
      const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
      writeFileSync(join(dir, `${path}.br`), brotliCompressSync(bytes, { params }));
      writeFileSync(join(dir, `${path}.gz`), gzipSync(bytes, { level: 9 }));
    }
  },
});

/** Builds the console into `dist/console`. `npm run dev:console` serves it with hot reload beside `npm run dev`. */
export default defineConfig({
  root: "src/console",
  base: "/console/",
  plugins: [react(), precompress()],
  css: { transformer: "lightningcss" },
  build: {
    target: BROWSERS,
    outDir: "../../dist/console",
    emptyOutDir: true,
    // One file of styles has 7.5 KB compressed; a file for each screen and part had 12.5 KB in all.
    cssCodeSplit: false,
    // The content policy allows no `data:` but for images, and a test reads which chunk needs which.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
    rolldownOptions: {
      // It would report that compressing takes time.
      checks: { pluginTimings: false },
      // One file for what every page loads first. Split by its readers it would be 33 files.
      output: { codeSplitting: { groups: [{ name: "frame", tags: ["$initial"] }] } },
    },
  },
  server: { port: 5173, strictPort: true, proxy: { "/graphql": "http://127.0.0.1:4000" } },
});
