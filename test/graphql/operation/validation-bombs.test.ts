import { createHash } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { buildSubgraph } from "../../../src/graphql/build-schema.ts";
import { LINES_MAX } from "../../../src/graphql/operation/limits.ts";
import { createPrepareOperation } from "../../../src/graphql/operation/prepare-operation.ts";
import { subgraphResolvers } from "../../../src/graphql/resolvers.ts";
import { sendOverEventStream } from "../support/event-stream-client.ts";
import { sendOverSocket } from "../support/socket-client.ts";
import { codesOf, post, startStubServer } from "../support/start-stub-server.ts";

const { schema } = await buildSubgraph(subgraphResolvers);
const prepare = createPrepareOperation(schema, { production: true });
const server = await startStubServer();
afterAll(() => server[Symbol.asyncDispose]());

const times = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join(" ");
const person = (selection: string): string => `{ people { edges { node { ${selection} } } } }`;
const PAGE = "people{edges{node{id}}}";
const ids = (count: number): string => `[${times(count, (index) => `"${index}"`)}]`;

/** Documents within the other limits whose validation could take long. */
const bombs: Record<string, string> = {
  "the same page 249 times": `{ ${times(249, () => PAGE)} }`,
  "the same page 249 times under one alias": `{ ${times(49, () => `a:${PAGE}`)} ${times(200, () => PAGE)} }`,
  "the same leaf 990 times": `{ ${times(990, () => "__typename")} }`,
  "the same leaf 990 times, inside a page": person(times(990, () => "id")),
  "the same supervisor 300 times": person(times(300, () => "supervisor{id}")),
  "supervisors of supervisors 120 times": person(times(120, () => "supervisor{supervisor{supervisor{id}}}")),
  "many names, each repeated": person(times(40, () => "id displayName firstName lastName position status")),
  "inline fragments": `{ ${times(240, () => `...{${PAGE}}`)} }`,
  "inline fragments with a type": `{ ${times(240, () => `...on Query{${PAGE}}`)} }`,
  "inline fragments inside one another": `{ ${times(60, () => `...{...{...{${PAGE}}}}`)} }`,
  "one fragment 249 times": `{ ${times(249, () => "...F")} } fragment F on Query { ${PAGE} }`,
  "240 fragments": `{ ${times(240, (i) => `...F${i}`)} } ${times(240, (i) => `fragment F${i} on Query{${PAGE}}`)}`,
  "400 fragments of one leaf": `{ ${times(400, (i) => `...F${i}`)} } ${times(400, (i) => `fragment F${i} on Query{__typename}`)}`,
  "a chain of 400 fragments": `{ ...F0 } ${times(400, (i) => `fragment F${i} on Query{__typename ...F${i + 1}}`)} fragment F400 on Query{__typename}`,
  "a chain in which each spreads two": `{ ...F0 } ${times(60, (i) => `fragment F${i} on Query{...F${i + 1} ...F${Math.min(60, i + 2)}}`)} fragment F60 on Query{${PAGE}}`,
  "400 fragments that spread one large one": `{ ...F0 } ${times(200, (i) => `fragment F${i} on Query{...L}`)} fragment L on Query{${times(200, () => PAGE)}}`,
  "spreads of spreads of nothing": `{ ${times(600, () => "...A")} } fragment A on Query { ${times(600, () => "...X")} }`,
  "fragments at different places": person(
    `${times(100, () => "...F")} supervisor{person{${times(100, () => "...F")}}}} } } } fragment F on Person { supervisor { id displayName } `,
  ).replace(/ \} \} \} \}$/, "}"),
  "many operations with one fragment": `${times(200, (i) => `query Q${i}{...F}`)} fragment F on Query{${times(40, () => PAGE)}}`,
  "equal arguments": `{ ${times(200, () => "people(first:10){totalCount}")} }`,
  "different arguments": `{ ${times(200, (i) => `people(first:${i}){totalCount}`)} }`,
  "long lists in arguments": `{ ${times(8, () => `people(filter:{departmentIds:${ids(500)}}){totalCount}`)} }`,
  "huge texts in arguments": `{ ${times(12, () => `person(id:"${"x".repeat(80_000)}"){id}`)} }`,
  "wide input objects": `{ ${times(100, () => `people(filter:{statuses:[ACTIVE,LEAVE],search:"a",departmentIds:["1","2"]}){totalCount}`)} }`,
  "variables in arguments": `query($id:ID){ ${times(240, () => "person(id:$id){id}")} }`,
  "many variables": `query(${times(400, (i) => `$v${i}:ID`)}){ ${times(240, (i) => `person(id:$v${i}){id}`)} }`,
  "conditions everywhere": `query($if:Boolean!){ ${times(50, () => `${PAGE.replace("{", "@include(if:$if){")}`)} ${times(190, () => PAGE)} }`,
  "unknown fields": `{ ${times(900, (i) => `peopel${i}`)} }`,
  "a very long unknown name": `{ ${"p".repeat(900_000)} }`,
  "a long comment": `{ ${times(249, () => PAGE)} } #${"x".repeat(900_000)}`,
  "very many commas": `{ ${times(249, () => PAGE)} ${",".repeat(900_000)} }`,
};

const LINES = "\n".repeat(1_000_000);
const ALLOWED_LINES = "\n".repeat(LINES_MAX - 10);
const many = (count: number): string[] => Array.from({ length: count }, () => "1");
const SEARCH = "people(filter:{departmentIds:$ids}){totalCount}";
const SEARCHES = `${times(49, (i) => `a${i}:${SEARCH}`)} ${times(50, () => SEARCH)}`;

/** Documents with errors far into the text, with unknown names, and with values that many arguments share. */
const bombsOfErrors: Record<string, { query: string; variables?: Record<string, unknown> }> = {
  "a hundred errors behind a million lines": { query: `${LINES}{ ${times(100, (i) => `x${i}`)} }` },
  "a hundred errors between lines": { query: `{ ${times(100, (i) => `x${i}${"\r".repeat(9_000)}`)} }` },
  "a hundred errors behind the maximum of lines": {
    query: `${ALLOWED_LINES}{ ${times(100, (i) => `x${i}`)} }`,
  },
  "a text of a million lines": { query: `{ person(id:"""${LINES}"""){id} }` },
  "a text of the maximum of lines": { query: `{ person(id:"""${ALLOWED_LINES}"""){id} }` },
  "conflicts behind a million lines": {
    query: `${LINES}{ ${times(40, () => "a:people{totalCount}")} ${times(40, () => "a:departments{id}")} }`,
  },
  "wrong variables behind a million lines": {
    query: `${LINES.slice(1_000)}query(${times(20, (i) => `$v${i}:ID`)}){ ${times(20, (i) => `person(id:$v${i}){id}`)} }`,
    variables: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`v${i}`, {}])),
  },
  "one list in 99 arguments": {
    query: `query($ids:[ID!]){ ${SEARCHES} }`,
    variables: { ids: many(100_000) },
  },
  "variables of a fragment in 150 operations": {
    query: `${times(150, (i) => `query Q${i}($a:ID!){...F}`)} fragment F on Query{people(filter:{departmentIds:[${times(1_300, () => "$a")}]}){totalCount}}`,
    variables: { a: "1" },
  },
  "an address with 300,000 accents": {
    query: "query($email:EmailAddress){ person(workEmail:$email){id} }",
    variables: { email: `a${"\u0301".repeat(300_000)}${"\u0323".repeat(30_000)}@b.example` },
  },
  "100,000 unknown fields in a variable": {
    query: "query($f:PeopleFilter){ people(filter:$f){totalCount} }",
    variables: { f: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`x${i}`, 1])) },
  },
  "900 unknown fields with a hundred each in a variable": {
    query: "query($f:PeopleFilter){ people(filter:$f){totalCount} }",
    variables: {
      f: Object.fromEntries(
        Array.from({ length: 900 }, (_, i) => [
          `x${i}`,
          Object.fromEntries(Array.from({ length: 100 }, (_, j) => [`y${j}`, 1])),
        ]),
      ),
    },
  },
  "a name of a megabyte in a variable": {
    query: "query($f:PeopleFilter){ people(filter:$f){totalCount} }",
    variables: { f: { ["p".repeat(1_000_000)]: 1 } },
  },
};

/** CPU time of the process, the best of a few attempts, because a busy machine slows single ones down. */
function cpuMsOf(work: () => void): number {
  const durations = Array.from({ length: 4 }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...durations);
}

/** The current slowness of the machine, by a fixed piece of work that takes 10 ms on a quiet one. */
const SLOWNESS = Math.max(
  1,
  cpuMsOf(() => void createHash("sha256").update(Buffer.alloc(4_000_000)).digest()) / 10,
);

describe("D19: a validation bomb, with a new comment in each attempt", () => {
  test.each(Object.entries(bombs))(
    "D19: %s: the document is prepared or refused in less than 50 ms",
    (_what, query) => {
      expect(Buffer.byteLength(query)).toBeLessThan(1_048_576);
      let attempt = 0;
      const spent = cpuMsOf(() => {
        attempt += 1;
        prepare({ query: `${query}\n# ${attempt}` });
      });

      expect(spent).toBeLessThan(50 * SLOWNESS);
    },
  );

  test.each(Object.entries(bombsOfErrors))(
    "D19: %s: the document is prepared or refused in less than 50 ms",
    (_what, { query, variables = {} }) => {
      let attempt = 0;
      const spent = cpuMsOf(() => {
        attempt += 1;
        prepare({ query: `${query}\n# ${attempt}`, variables });
      });

      expect(spent).toBeLessThan(50 * SLOWNESS);
    },
  );

  test("a long quote in an error is truncated", () => {
    const refused = prepare({ query: `{ people(first: "${"p".repeat(900_000)}") { totalCount } }` });

    expect("errors" in refused && refused.errors[0]?.message.slice(0, 50)).toMatch(/^Int cannot .*"p+$/);
    expect("errors" in refused && refused.errors[0]?.message.length).toBeLessThan(1_100);
  });

  test("ten thousand errors after the maximum of blank lines take no longer than without them", async () => {
    const representations = Array.from({ length: 10_000 }, () => ({ __typename: "Nothing" }));
    const query =
      "query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }";
    const ask = async (lines: string): Promise<number> => {
      const before = process.cpuUsage();
      const { body } = await post(server.url, { query: `${lines}${query}`, variables: { representations } });
      expect(body.errors).toHaveLength(10_000);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    };
    const plain = Math.min(await ask(""), await ask(""));

    expect(await ask("\n".repeat(LINES_MAX - 10))).toBeLessThan(2 * plain + 100 * SLOWNESS);
  });

  const repeated = `{ ${times(249, () => "things{edges{node{id}}}")} }`;

  test("a bomb is refused over HTTP, over WebSocket and over an event stream", async () => {
    const { status, body } = await post(server.url, { query: repeated });
    const [overSocket] = await sendOverSocket(server.url, { query: repeated });
    const [overStream] = await sendOverEventStream(server.url, { query: repeated });

    expect(status).toBe(400);
    for (const answer of [body, overSocket ?? {}, overStream ?? {}])
      expect(codesOf(answer)).toEqual(["LIMIT_COST"]);
  });

  test("a page of a hundred fragments with the same fields is allowed", () => {
    const query = `${person(times(100, (i) => `...F${i}`))} ${times(100, (i) => `fragment F${i} on Person{id}`)}`;

    expect(prepare({ query })).toHaveProperty("operation");
  });
});
