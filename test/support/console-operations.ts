import { globSync, readFileSync } from "node:fs";

/** The documents of the console, as `codegen.ts` finds them. */
export const consoleOperations: readonly string[] = globSync("src/console/**/*.{ts,tsx}").flatMap((path) =>
  [...readFileSync(path, "utf8").matchAll(/\bgraphql\(\s*`([^`]*)`/g)].map(([, text = ""]) => text),
);
