import { createHash } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { buildSubgraph } from "../../../src/graphql/build-schema.ts";
import { createPrepareOperation } from "../../../src/graphql/operation/prepare-operation.ts";
import { rooms } from "../../../src/graphql/resolvers.ts";
import { sendOverEventStream } from "../support/event-stream-client.ts";
import { sendOverSocket } from "../support/socket-client.ts";
import { codesOf, post, startStubServer } from "../support/start-stub-server.ts";

const { schema } = await buildSubgraph(rooms);
const prepare = createPrepareOperation(schema, { production: true });
const server = await startStubServer();
afterAll(() => server[Symbol.asyncDispose]());

const times = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join(" ");
const person = (selection: string): string => `{ people { edges { node { ${selection} } } } }`;
const PAGE = "people{edges{node{id}}}";
const ids = (count: number): string => `[${times(count, (index) => `"${index}"`)}]`;

/** Documents within the other limits, of which checking could take long. */
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

/** CPU time of the thread, the best of a few: a busy machine says nothing of the work. */
function cpuMsOf(work: () => void): number {
  const durations = Array.from({ length: 4 }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...durations);
}

/** What the machine needs at this moment for a fixed piece of work: 10 ms of it on a quiet one. */
const SLOWNESS = Math.max(
  1,
  cpuMsOf(() => void createHash("sha256").update(Buffer.alloc(4_000_000)).digest()) / 10,
);

describe("D19: a validation bomb is refused, or checked in less than 50 ms, also with another comment", () => {
  test.each(Object.entries(bombs))("%s", (_what, query) => {
    expect(Buffer.byteLength(query)).toBeLessThan(1_048_576);
    let turn = 0;
    const spent = cpuMsOf(() => {
      turn += 1;
      prepare({ query: `${query}\n# ${turn}` });
    });

    expect(spent).toBeLessThan(50 * SLOWNESS);
  });

  const repeated = `{ ${times(249, () => "things{edges{node{id}}}")} }`;

  test("over HTTP, WebSocket and an event stream alike", async () => {
    const { status, body } = await post(server.url, { query: repeated });
    const [overSocket] = await sendOverSocket(server.url, { query: repeated });
    const [overStream] = await sendOverEventStream(server.url, { query: repeated });

    expect(status).toBe(400);
    for (const answer of [body, overSocket ?? {}, overStream ?? {}])
      expect(codesOf(answer)).toEqual(["LIMIT_COST"]);
  });

  test("and a page that collects a hundred fragments with the same fields is answered", () => {
    const query = `${person(times(100, (i) => `...F${i}`))} ${times(100, (i) => `fragment F${i} on Person{id}`)}`;

    expect(prepare({ query })).toHaveProperty("operation");
  });
});
