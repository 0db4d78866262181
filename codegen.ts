import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { preset } from "@graphql-codegen/client-preset";
import { codegen } from "@graphql-codegen/core";
import { buildSchema, parse } from "graphql";

/*
 * Writes the types of the console's operations, from the published schema. Only the compiler reads them: at
 * runtime an operation is the text in its screen, so a screen's operations load with the screen.
 */

const SCHEMA = "schema/people.api.graphql";
const TARGET = "dist/console-types";

/** `graphql(…)` with a template without expressions: each operation is complete where it stands. */
const OPERATION = /\bgraphql\(\s*`([^`]*)`/g;

/** The schema's scalars as they arrive in JSON; a scalar without a line here fails the build. */
const SCALARS = { DateTime: "string", EmailAddress: "string", JSON: "unknown", LocalDate: "string" };

const documents = globSync("src/console/**/*.{ts,tsx}")
  .sort()
  .flatMap((location) =>
    [...readFileSync(location, "utf8").matchAll(OPERATION)].map(([, text = ""]) => ({
      location,
      document: parse(text),
      rawSDL: text,
    })),
  );
const sdl = readFileSync(SCHEMA, "utf8");
const sections = await preset.buildGeneratesSection({
  baseOutputDir: `${TARGET}/`,
  presetConfig: { fragmentMasking: false },
  config: { scalars: SCALARS, strictScalars: true, enumsAsTypes: true, useTypeImports: true },
  schema: parse(sdl),
  schemaAst: buildSchema(sdl),
  documents,
  plugins: [],
  pluginMap: {},
});
mkdirSync(TARGET, { recursive: true });
for (const section of sections)
  writeFileSync(join(TARGET, section.filename.slice(TARGET.length + 1)), await codegen(section));
