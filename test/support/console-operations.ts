import { globSync, readFileSync } from "node:fs";

/** The documents of the console, as `codegen.ts` finds them. */
const documents: readonly string[] = globSync("src/console/**/*.{ts,tsx}").flatMap((path) =>
  [...readFileSync(path, "utf8").matchAll(/\bgraphql\(\s*`([^`]*)`/g)].map(([, text = ""]) => text),
);

const nameOfFragment = (text: string): string | undefined => /^\s*fragment (\w+)/.exec(text)?.[1];

/** Each operation with the fragments that it names, as the console sends it. */
export const consoleOperations: readonly string[] = documents
  .filter((text) => nameOfFragment(text) === undefined)
  .map((text) =>
    [text, ...documents.filter((other) => text.includes(`...${nameOfFragment(other)}`))].join("\n"),
  );
