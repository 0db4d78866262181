import { globSync, readFileSync } from "node:fs";

/** The documents of the console, as `codegen.ts` finds them. */
const documents: readonly string[] = globSync("src/console/**/*.{ts,tsx}").flatMap((path) =>
  [...readFileSync(path, "utf8").matchAll(/\bgraphql\(\s*`([^`]*)`/g)].map(([, text = ""]) => text),
);

const nameOfFragment = (text: string): string | undefined => /^\s*fragment (\w+)/.exec(text)?.[1];

/** A document with the fragments that it names, directly or through other fragments. */
const withFragments = (text: string): readonly string[] => [
  text,
  ...documents.filter((other) => text.includes(`...${nameOfFragment(other)}`)).flatMap(withFragments),
];

/** Each operation with its fragments, as the console sends it. */
export const consoleOperations: readonly string[] = documents
  .filter((text) => nameOfFragment(text) === undefined)
  .map((text) => [...new Set(withFragments(text))].join("\n"));
