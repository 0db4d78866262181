import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { administratorOfDefault } from "../../../src/access/viewer.ts";
import type {
  OperationRequest,
  PreparedOperation,
} from "../../../src/graphql/operation/prepare-operation.ts";
import { createStubOperations } from "../support/stub-operations.ts";
import { observed } from "../support/stub-rooms.ts";

const { prepare: prepareOperation, answers, formatError } = await createStubOperations();

function prepare(request: OperationRequest): PreparedOperation {
  const prepared = prepareOperation(request, administratorOfDefault);
  if ("errors" in prepared) throw prepared.errors[0];
  return prepared;
}

/** The answer as a caller gets it, without the incident's id, which is another each time; errors in the order of their places. */
async function answerOf(prepared: PreparedOperation) {
  const { data, errors } = await answers.answer(prepared, administratorOfDefault);
  const formatted = errors?.map(formatError).map(({ extensions, ...error }) => ({
    ...error,
    extensions: { ...extensions, ...(extensions?.id !== undefined && { id: "…" }) },
  }));
  formatted?.sort((one, other) => JSON.stringify(one.path).localeCompare(JSON.stringify(other.path)));
  return JSON.parse(JSON.stringify({ data, errors: formatted }));
}

const corpus: Record<string, OperationRequest> = {
  "plain fields": { query: "{ thing(id: 1) { id name color } }" },
  "a null object": { query: "{ thing(id: 9) { id } }" },
  "arguments with defaults": { query: "{ echo thing(id: 1) { length } }" },
  aliases: { query: "{ a: thing(id: 1) { n: name name } b: thing(id: 2) { n: name } }" },
  fragments: {
    query: `{ thing(id: 1) { ...Names twin { ...Names ... on Thing { color } } } }
            fragment Names on Thing { id name others { name } }`,
  },
  "a fragment that is included at one place only": {
    query: `query ($yes: Boolean!, $no: Boolean!) {
      a: thing(id: 1) { id ...Names @include(if: $yes) }
      b: thing(id: 1) { id ...Names @include(if: $no) }
      c: thing(id: 1) { id ...Names @skip(if: $no) twin { ...Names @skip(if: $yes) id } }
    } fragment Names on Thing { name color }`,
    variables: { yes: true, no: false },
  },
  "a field twice, once left out": {
    query:
      "query ($no: Boolean!) { thing(id: 1) { name @include(if: $no) name twin @skip(if: $no) { id } } }",
    variables: { no: false },
  },
  "a skipped root field": {
    query: "query ($no: Boolean = false) { echo @include(if: $no) thing(id: 1) @skip(if: $no) { id } }",
  },
  variables: {
    query: "query ($id: ID!, $times: Int = 3) { thing(id: $id) { id length(times: $times) } }",
    variables: { id: "2" },
  },
  "a variable given as null": {
    query: "query ($color: Color = GREEN) { things(color: $color) { edges { node { id } } } }",
    variables: { color: null },
  },
  "an enum variable": {
    query: "query ($color: Color = GREEN) { things(color: $color) { totalCount edges { node { color } } } }",
  },
  "a page": {
    query: `{ things(first: 2) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
              edges { cursor node { id } } } }`,
  },
  "an error of a nullable field": { query: "{ thing(id: 1) { id refused broken } }" },
  "an error of a required field": { query: "{ thing(id: 2) { id brokenRequired } }" },
  "an error thrown at once": { query: "{ echo thing(id: 2) { id brokenAtOnce } }" },
  "an error while a cursor is made": { query: "{ brokenPage { edges { cursor node { id } } } }" },
  "errors inside a list": {
    query: "{ things { edges { node { id refused twin { id brokenRequired } } } } }",
  },
  "an error that takes the whole answer": { query: "{ things { edges { node { id brokenRequired } } } }" },
  "a null that may not be one": { query: "{ thing(id: 2) { id next { id next { id } } } }" },
  "a null that may not be one, inside a list": {
    query: "{ thing(id: 3) { twin { id } others { next { id } } } }",
  },
  "several operations": { query: "query A { echo } query B { thing(id: 1) { id } }", operationName: "B" },
  "type names": { query: "{ __typename thing(id: 1) { __typename } }" },
  "the subgraph's own text": { query: "{ _service { sdl } }" },
  entities: {
    query: `query ($all: [_Any!]!) { _entities(representations: $all) {
      __typename ... on Thing { id name color twin { name } } ... on Shadow { id shade: name } } }`,
    variables: {
      all: [
        { __typename: "Thing", id: "1" },
        { __typename: "Shadow", id: "1" },
        { __typename: "Thing", name: "thing 2" },
        { __typename: "Thing", id: "unknown" },
        { __typename: "Shadow", id: "broken" },
        { __typename: "Nothing", id: "1" },
        { __typename: "Thing", id: { no: "id" } },
        { __typename: "__proto__", id: "1" },
        { __typename: "Query", id: "1" },
        "not an object",
        { id: "1" },
      ],
    },
  },
  "a mutation of several fields": { query: "mutation { one: add(a: 1, b: 2) two: add(a: 3, b: 4) }" },
};

describe("compiled code answers like graphql-js", () => {
  test.each(Object.entries(corpus))("%s", async (_what, request) => {
    const prepared = prepare(request);
    const interpreted = await answerOf(prepared);
    const compiled = await answerOf(prepared);

    expect(compiled).toEqual(interpreted);
  });
});

/** Selections on a thing: fields, objects inside objects, and fragments in and out of line, one inside another. */
const leaf = fc.constantFrom(
  ...["id", "name", "color", "length", "twice: length(times: 2)", "__typename", "refused", "brokenRequired"],
);
const { selections } = fc.letrec<{ selections: string; selection: string }>((tie) => ({
  selections: fc.array(tie("selection"), { minLength: 1, maxLength: 4 }).map((all) => `{ ${all.join(" ")} }`),
  selection: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.constantFrom("...A", "...B"),
    fc
      .tuple(
        fc.constantFrom("twin", "next", "others", "other: twin", "...", "... on Thing"),
        tie("selections"),
      )
      .map((parts) => parts.join(" ")),
  ),
}));
const plainSelections = fc.array(leaf, { minLength: 1, maxLength: 3 }).map((all) => `{ ${all.join(" ")} }`);

test("compiled code answers any document like graphql-js, but for how many errors it tells of one null", async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(selections, selections, plainSelections, async (one, other, plain) => {
      const query = `{ one: thing(id: 1) ${one} things { edges { node ${other} } } third: thing(id: 3) { ...A ...B } }
        fragment A on Thing { id ...B others ${plain} } fragment B on Thing ${plain}`;
      const prepared = prepareOperation({ query }, administratorOfDefault);
      // Some are beyond the limits, or ask for different things by one name.
      if ("errors" in prepared) return;
      compared += 1;
      const interpreted = await answerOf(prepared);
      const compiled = await answerOf(prepared);

      expect(compiled.data).toEqual(interpreted.data);
      expect(compiled.errors === undefined).toBe(interpreted.errors === undefined);
    }),
    { numRuns: 200 },
  );
  expect(compared).toBeGreaterThan(50);
});

describe("a document is compiled", () => {
  test("when it comes back", async () => {
    const prepared = prepare({ query: "{ observe }" });
    observed.length = 0;
    for (const _run of [1, 2, 3]) await answers.answer(prepared, administratorOfDefault);

    expect(observed.map((operation) => operation === prepared.operation)).toEqual([true, false, false]);
    expect(observed[1]).toBe(observed[2]);
  });

  test.each([
    ["it holds text of its own", '{ observe echo(text: "hello") }'],
    ["it asks for the schema", "{ observe __schema { queryType { name } } }"],
    ["it uses a name of JavaScript's", "{ observe __proto__: echo }"],
    ["it has conditions", "{ observe echo @include(if: true) }"],
  ])("never, when %s", async (_why, query) => {
    const prepared = prepare({ query });
    observed.length = 0;
    for (const _run of [1, 2, 3]) await answers.answer(prepared, administratorOfDefault);

    expect(observed.every((operation) => operation === prepared.operation)).toBe(true);
  });

  test("so that no text in it is run as code, the compiler's own marker included", async () => {
    const attack = "__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74dglobalThis.attacked = true";
    const prepared = prepare({ query: `{ echo(text: "${attack}") }` });
    for (const _run of [1, 2, 3]) {
      expect(await answerOf(prepared)).toEqual({ data: { echo: attack } });
    }

    expect(globalThis).not.toHaveProperty("attacked");
  });
});
