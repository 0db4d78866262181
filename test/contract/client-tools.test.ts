import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { preset } from "@graphql-codegen/client-preset";
import { codegen } from "@graphql-codegen/core";
import { buildSchema, parse, validate } from "graphql";
import { describe, expect, test } from "vitest";
import { compileRelay, createClientProject, RELAY_CONFIG } from "./support/client-project.ts";

/** The operations of a frontend's directory page: refetchable pages, a card, events, and a sync. */
const APP = `
import { graphql } from "relay-runtime";

export const page = graphql\`
  query DirectoryQuery($filter: PeopleFilter, $orderBy: PeopleOrder, $departmentId: ID!) {
    ...Directory_people @arguments(filter: $filter, orderBy: $orderBy)
    ...Directory_department @arguments(id: $departmentId)
  }\`;
export const list = graphql\`
  fragment Directory_people on Query
  @refetchable(queryName: "DirectoryPageQuery")
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    filter: { type: "PeopleFilter" }
    orderBy: { type: "PeopleOrder" }
  ) {
    people(first: $first, after: $after, filter: $filter, orderBy: $orderBy)
    @connection(key: "Directory_people", filters: ["filter", "orderBy"]) {
      totalCount
      edges { node { id ...Directory_card } }
    }
  }\`;
export const department = graphql\`
  fragment Directory_department on Query
  @refetchable(queryName: "DirectoryDepartmentPageQuery")
  @argumentDefinitions(id: { type: "ID!" }, first: { type: "Int", defaultValue: 20 }, after: { type: "String" }) {
    department(id: $id) {
      name
      people(first: $first, after: $after) @connection(key: "Directory_department_people") {
        edges { node { ...Directory_card } }
      }
    }
  }\`;
export const card = graphql\`
  fragment Directory_card on Person {
    displayName workEmail hireDate status
    department { id name }
    supervisor { id displayName }
    customAttributes { key label type value }
  }\`;
export const events = graphql\`
  subscription DirectorySubscription($after: String) {
    lifecycleEvent(after: $after, kinds: [HIRE_DATE]) { id cursor occursOn emittedAt person { ...Directory_card } }
  }\`;
export const sync = graphql\`
  mutation DirectoryMutation { syncPersonio { id status startedAt } }\`;
`;

/** The operations without Relay's own directives, and the list as other clients query it. */
const DOCUMENTS = [
  ...[...APP.matchAll(/graphql`([^`]+)`/g)]
    .map(([, text = ""]) => text)
    .filter((text) => !text.includes("@")),
  `query Directory($filter: PeopleFilter, $after: String) {
    people(filter: $filter, after: $after) { nodes { ...Directory_card } pageInfo { hasNextPage endCursor } }
  }`,
];

describe("Relay's compiler", () => {
  test("Relay's compiler makes artifacts of paginated, refetchable fragments, with every scalar mapped", async () => {
    await using project = await createClientProject();
    await project.write("src/directory.ts", APP);

    expect(await compileRelay(project)).toMatchObject({ code: 0 });

    const artifacts = await readdir(join(project.folder, RELAY_CONFIG.artifactDirectory));
    expect(artifacts.toSorted()).toEqual(
      [
        "DirectoryDepartmentPageQuery",
        "DirectoryMutation",
        "DirectoryPageQuery",
        "DirectoryQuery",
        "DirectorySubscription",
        "Directory_card",
        "Directory_department",
        "Directory_people",
      ].map((name) => `${name}.graphql.ts`),
    );
    const card = await readFile(
      join(project.folder, RELAY_CONFIG.artifactDirectory, "Directory_card.graphql.ts"),
      "utf8",
    );
    expect(card).toContain("readonly hireDate: string | null | undefined;");
    // Enums may grow: the compiler forces a client to handle a value that it does not know.
    expect(card).toContain('"%future added value"');
  });

  test("Relay's compiler refuses a scalar that a client does not map", async () => {
    await using project = await createClientProject();
    await project.write("src/directory.ts", APP);
    const { LocalDate: _, ...customScalarTypes } = RELAY_CONFIG.customScalarTypes;
    expect((await compileRelay(project, { ...RELAY_CONFIG, customScalarTypes })).code).not.toBe(0);
  });
});

describe("graphql-codegen's client preset", () => {
  const scalars = RELAY_CONFIG.customScalarTypes;

  const generate = async (config: object): Promise<{ filename: string; content: string }[]> => {
    const schema = parse(await readFile("schema/people.api.graphql", "utf8"));
    const documents = DOCUMENTS.map((text, index) => ({
      location: `${index}.ts`,
      document: parse(text),
      rawSDL: text,
    }));
    const sections = await preset.buildGeneratesSection({
      baseOutputDir: "src/gql/",
      presetConfig: {},
      config,
      schema,
      schemaAst: buildSchema(await readFile("schema/people.api.graphql", "utf8")),
      documents,
      plugins: [],
      pluginMap: {},
    });
    return Promise.all(
      sections.map(async (section) => ({ filename: section.filename, content: await codegen(section) })),
    );
  };

  test("the client preset generates types of our operations that compile, with strict scalars", async () => {
    await using project = await createClientProject();
    for (const { filename, content } of await generate({ scalars, strictScalars: true }))
      await project.write(filename, content);
    await project.write("src/use.ts", USE);
    const strict = [
      "--noEmit",
      "--strict",
      "--allowImportingTsExtensions",
      "--target",
      "es2022",
      "--module",
      "esnext",
      "--moduleResolution",
      "bundler",
      "--types",
      "",
    ];
    expect(await project.run("typescript/bin/tsc", ...strict, "src/use.ts")).toEqual({
      code: 0,
      output: "",
    });
  });

  test("the client preset refuses a scalar that a client does not map", async () => {
    const { LocalDate: _, ...others } = scalars;
    await expect(generate({ scalars: others, strictScalars: true })).rejects.toThrow(/LocalDate/);
  });
});

/** Compiles only when the generated types agree with the schema. */
const USE = `
import { graphql } from "./gql/index.ts";
import type { ResultOf } from "@graphql-typed-document-node/core";
import type { DirectorySubscriptionSubscription } from "./gql/graphql.ts";

const sync = graphql(${JSON.stringify(DOCUMENTS.find((text) => text.includes("DirectoryMutation")))});
const id: string = ({} as ResultOf<typeof sync>).syncPersonio.id;
const day: string = ({} as DirectorySubscriptionSubscription).lifecycleEvent.occursOn;
// @ts-expect-error: a run that has not started has no such time
const startedAt: string = ({} as ResultOf<typeof sync>).syncPersonio.startedAt;
export const used = [id, day, startedAt];
`;

test("graphql-js builds the schema and validates our operations against it", async () => {
  const schema = buildSchema(await readFile("schema/people.api.graphql", "utf8"));
  const document = parse(DOCUMENTS.join("\n"));
  expect(DOCUMENTS).toHaveLength(4);
  expect(validate(schema, document)).toEqual([]);
});
