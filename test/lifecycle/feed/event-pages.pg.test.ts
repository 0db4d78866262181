import { randomUUID } from "node:crypto";
import { type ExecutionResult, execute, parse } from "graphql";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SCOPES, type Scope } from "../../../src/access/viewer.ts";
import { buildSubgraph } from "../../../src/graphql/build-schema.ts";
import { subgraphResolvers } from "../../../src/graphql/resolvers.ts";
import { countStatements } from "../../support/count-statements.ts";
import { codeOf, createReadContext } from "../../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { anEvent, beginLog, emit, prune } from "../support/log-of-events.ts";

const { schema } = await buildSubgraph(subgraphResolvers);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

let tenantId: string;
beforeEach(async () => {
  tenantId = randomUUID();
  await beginLog(database.dataSource, tenantId);
});

const append = (...events: Parameters<typeof emit>[1]) => emit(database.dataSource, events, tenantId);

const PAGE = `query ($first: Int, $after: String, $order: SortDirection, $kinds: [LifecycleEventKind!], $personIds: [ID!]) {
  lifecycleEvents(first: $first, after: $after, order: $order, kinds: $kinds, personIds: $personIds) {
    totalCount nodes { personId cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

async function ask(
  query: string,
  variables: Record<string, unknown> = {},
  scopes: readonly Scope[] = SCOPES,
  // biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of the test's query.
): Promise<ExecutionResult<any>> {
  await using request = createReadContext(database.dataSource, {
    tenantId,
    viewer: { scopes: new Set(scopes) },
  });
  const document = parse(query);
  return await execute({ schema, document, contextValue: request.context, variableValues: variables });
}

const page = async (variables: Record<string, unknown> = {}, scopes: readonly Scope[] = SCOPES) => {
  const { data, errors } = await ask(PAGE, variables, scopes);
  expect(errors).toBeUndefined();
  const { nodes, ...rest } = data.lifecycleEvents;
  return {
    ...rest,
    people: nodes.map(({ personId }: { personId: string }) => personId),
    cursors: nodes.map(({ cursor }: { cursor: string }) => cursor),
  };
};

const newestFirst = (variables: Record<string, unknown> = {}, scopes: readonly Scope[] = SCOPES) =>
  page({ order: "DESC", ...variables }, scopes);

/** `count` events of as many people, whose ids it returns from the oldest to the newest. */
async function story(count: number): Promise<string[]> {
  const events = Array.from({ length: count }, () => anEvent());
  await append(...events);
  return events.map(({ personId }) => personId);
}

describe("lifecycleEvents(order: DESC)", () => {
  test("the newest event comes first, and pages go back to the oldest one", async () => {
    const people = await story(5);
    const read: string[] = [];
    let after: string | null = null;
    for (let more = true; more; ) {
      const { people: some, pageInfo } = await newestFirst({ first: 2, after });
      read.push(...some);
      expect(pageInfo.hasPreviousPage).toBe(after !== null);
      ({ endCursor: after, hasNextPage: more } = pageInfo);
    }
    expect(read).toEqual(people.toReversed());
  });

  test("events that happen while a client pages back move no page", async () => {
    const people = await story(4);
    const first = await newestFirst({ first: 2 });
    await story(3);
    const second = await newestFirst({ first: 2, after: first.pageInfo.endCursor });
    expect([...first.people, ...second.people]).toEqual(people.toReversed());
    expect(second.pageInfo.hasNextPage).toBe(false);
  });

  test("the startCursor of the first page is the end of the log, after events that the filter excludes", async () => {
    await story(2);
    await append(anEvent({ kind: "PERSON_LEFT", changedFields: null }));
    const { endCursor: end } = (await page({ kinds: [] })).pageInfo;
    expect((await newestFirst({ first: 1 })).pageInfo.startCursor).toBe(end);
    expect((await newestFirst({ kinds: ["PERSON_CHANGED"] })).pageInfo.startCursor).toBe(end);
    expect((await newestFirst({ kinds: [] })).pageInfo).toMatchObject({ startCursor: end, endCursor: null });

    const [news] = await story(1);
    expect((await page({ after: end })).people).toEqual([news]);
  });

  test("the cursors of later pages are those of their events", async () => {
    await story(4);
    const first = await newestFirst({ first: 2 });
    const second = await newestFirst({ first: 2, after: first.pageInfo.endCursor });
    expect(second.pageInfo).toMatchObject({ startCursor: second.cursors[0], endCursor: second.cursors[1] });
    const beyond = await newestFirst({ after: second.pageInfo.endCursor });
    expect(beyond).toMatchObject({
      people: [],
      pageInfo: { hasNextPage: false, startCursor: null, endCursor: null },
    });
  });

  test("one cursor is valid in both directions", async () => {
    const [oldest, middle, newest] = await story(3);
    const { cursors } = await page();
    expect((await page({ after: cursors[1] })).people).toEqual([newest]);
    expect((await newestFirst({ after: cursors[1] })).people).toEqual([oldest]);
    expect((await newestFirst({ after: cursors[2] })).people).toEqual([middle, oldest]);
  });

  test("the list ends where the log is pruned, also after a cursor whose event is pruned", async () => {
    const people = await story(4);
    const { cursors } = await page();
    await prune(database.dataSource, 2, tenantId);
    expect((await newestFirst()).people).toEqual([people[3], people[2]]);
    for (const after of cursors.slice(0, 3))
      expect(await newestFirst({ after })).toMatchObject({ people: [], pageInfo: { hasNextPage: false } });
    expect(codeOf(await ask(PAGE, { after: cursors[0] }))).toBe("CURSOR_EXPIRED");
  });

  test("a cursor that another log has written is BAD_CURSOR", async () => {
    await story(2);
    const { cursors } = await page();
    tenantId = randomUUID();
    await beginLog(database.dataSource, tenantId);
    await story(2);
    for (const order of ["ASC", "DESC"])
      expect(codeOf(await ask(PAGE, { order, after: cursors[1] }))).toBe("BAD_CURSOR");
  });

  test("before the first sync the list is empty and begins at a cursor", async () => {
    tenantId = randomUUID();
    const { people, pageInfo } = await newestFirst();
    expect(people).toEqual([]);
    expect(pageInfo).toMatchObject({ startCursor: expect.any(String), endCursor: null });
  });

  test("without people:hr the first page begins with the last visible event, however many hidden ones follow", async () => {
    const [changed] = await story(1);
    const { pageInfo } = await newestFirst({}, ["people:read"]);
    await append(anEvent({ kind: "TERMINATION_DATE", changedFields: null }));
    await append(anEvent({ changedFields: ["terminationDate"], content: "terminationDate" }));
    expect(await newestFirst({}, ["people:read"])).toMatchObject({
      people: [changed],
      totalCount: 1,
      pageInfo,
    });
    expect((await newestFirst()).people).toHaveLength(3);
  });
});

describe("lifecycleEvents(personIds:)", () => {
  test.each(["ASC", "DESC"] as const)(
    "only events of these people are listed and counted, with %s",
    async (order) => {
      const [ada, ben] = [randomUUID(), randomUUID()];
      await append(anEvent({ personId: ada }), anEvent(), anEvent({ personId: ben }));
      await append(anEvent({ personId: ada, kind: "PERSON_LEFT", changedFields: null }), anEvent());
      const sorted = (...people: string[]) => (order === "ASC" ? people : people.toReversed());

      const both = await page({ order, personIds: [ada, ben] });
      expect(both).toMatchObject({ totalCount: 3, people: sorted(ada, ben, ada) });
      const left = await page({ order, personIds: [ada], kinds: ["PERSON_LEFT"] });
      expect(left).toMatchObject({ totalCount: 1, people: [ada] });
      const first = await page({ order, personIds: [ada, ben], first: 2 });
      const rest = await page({ order, personIds: [ada, ben], after: first.pageInfo.endCursor });
      expect([...first.people, ...rest.people]).toEqual(both.people);
    },
  );

  test("the last page ends at the end of the log, after events of other people", async () => {
    const [ada] = await story(3);
    const end = (await page({ kinds: [] })).pageInfo.endCursor;
    expect((await page({ personIds: [ada] })).pageInfo.endCursor).toBe(end);
    expect((await newestFirst({ personIds: [ada] })).pageInfo.startCursor).toBe(end);
  });

  test("unknown and malformed ids match no event, and no ids match none", async () => {
    await story(2);
    for (const personIds of [[randomUUID()], ["no id", ""], []])
      expect(await page({ personIds })).toMatchObject({ people: [], totalCount: 0 });
    expect((await page({ personIds: null })).people).toHaveLength(2);
  });

  test("an event that the viewer may not see stays hidden when its person is named", async () => {
    const personId = randomUUID();
    await append(anEvent({ personId, kind: "TERMINATION_DATE", changedFields: null }));
    const hidden = await page({ personIds: [personId] }, ["people:read"]);
    expect(hidden).toMatchObject({ people: [], totalCount: 0 });
    expect((await page({ personIds: [personId] })).people).toEqual([personId]);
  });

  test("more than 1,000 ids are BAD_USER_INPUT before any SQL, and 1,000 are not", async () => {
    const personIds = Array.from({ length: 1_001 }, () => randomUUID());
    const request = () => ask(PAGE, { personIds });
    const { result, statements } = await countStatements(database.dataSource, request);
    expect(codeOf(result)).toBe("BAD_USER_INPUT");
    expect(result.errors?.[0]?.message).toBe("`personIds` takes at most 1000 values, not 1001.");
    expect(statements).toEqual([]);
    expect((await page({ personIds: personIds.slice(1) })).people).toEqual([]);
  });
});

describe("LifecycleEvent.supersededEvent", () => {
  const CORRECTIONS = `{ lifecycleEvents(order: DESC) { nodes {
    kind change occursOn supersedes supersededEvent { id occursOn change supersededEvent { id } } } } }`;

  /** A first day that moved `moves` times, each time by a day. */
  async function aMovingDate(personId: string, moves: number): Promise<string[]> {
    const date = anEvent({ personId, kind: "HIRE_DATE", changedFields: null, content: null });
    await append(date);
    const idOfNewest = async (): Promise<string> =>
      (await ask("{ lifecycleEvents(order: DESC, first: 1) { nodes { id } } }")).data.lifecycleEvents.nodes[0]
        .id;
    const ids = [await idOfNewest()];
    for (let move = 1; move <= moves; move += 1) {
      const supersedes = ids.at(-1) ?? null;
      await append({ ...date, occursOn: `2026-06-${15 + move}`, change: "RESCHEDULED", supersedes });
      ids.push(await idOfNewest());
    }
    return ids;
  }

  test("a correction shows what it corrects", async () => {
    const [first, second] = await aMovingDate(randomUUID(), 2);
    const { data, errors } = await ask(CORRECTIONS);
    expect(errors).toBeUndefined();
    expect(data.lifecycleEvents.nodes).toMatchObject([
      {
        change: "RESCHEDULED",
        occursOn: "2026-06-17",
        supersedes: second,
        supersededEvent: { id: second, occursOn: "2026-06-16", supersededEvent: { id: first } },
      },
      { occursOn: "2026-06-16", supersededEvent: { id: first, occursOn: "2026-06-15", change: null } },
      { change: null, occursOn: "2026-06-15", supersedes: null, supersededEvent: null },
    ]);
  });

  test("it is null when the log no longer keeps the corrected event", async () => {
    const [first] = await aMovingDate(randomUUID(), 1);
    await prune(database.dataSource, 1, tenantId);
    const { nodes } = (await ask(CORRECTIONS)).data.lifecycleEvents;
    expect(nodes).toMatchObject([{ supersedes: first, supersededEvent: null }]);
  });

  test("forty corrections cost as many statements as one", async () => {
    const statementsFor = async (people: number) => {
      tenantId = randomUUID();
      await beginLog(database.dataSource, tenantId);
      const dates = Array.from({ length: people }, () =>
        anEvent({ kind: "HIRE_DATE", changedFields: null, content: null }),
      );
      await append(...dates);
      const { nodes } = (await ask("{ lifecycleEvents { nodes { id } } }")).data.lifecycleEvents;
      await append(
        ...dates.map((date, index) => ({
          ...date,
          change: "CANCELLED" as const,
          supersedes: nodes[index].id,
        })),
      );
      const { result, statements } = await countStatements(database.dataSource, () => ask(CORRECTIONS));
      expect(result.data.lifecycleEvents.nodes).toHaveLength(2 * people);
      expect(result.data.lifecycleEvents.nodes[0].supersededEvent).not.toBeNull();
      return statements.map((statement) => /\/\* ([\w.]+) \*\//.exec(statement)?.[1]);
    };
    const one = await statementsFor(1);
    expect(one).toEqual([
      "lifecycle.findStream",
      "lifecycle.listMatchingEvents",
      "lifecycle.findEventsByIds",
    ]);
    expect(await statementsFor(40)).toEqual(one);
  });
});

test("a page of a person's events costs two statements, and three after a cursor", async () => {
  const [ada] = await story(3);
  const { cursors } = await page();
  const query = PAGE.replace("totalCount", "");
  const count = async (variables: Record<string, unknown>) =>
    (await countStatements(database.dataSource, () => ask(query, { personIds: [ada], ...variables })))
      .statements.length;
  for (const order of ["ASC", "DESC"])
    expect([await count({ order }), await count({ order, after: cursors[1] })]).toEqual([2, 3]);
});
