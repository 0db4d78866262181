import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_TENANT_ID } from "../../src/access/viewer.ts";
import { inTenant } from "../../src/database/transaction.ts";
import type { NewEvent } from "../../src/lifecycle/events/event-log.repository.ts";
import { createEventStreamClient } from "../graphql/support/event-stream-client.ts";
import { createSocketClient, sendOverSocket } from "../graphql/support/socket-client.ts";
import { anEvent, beginLog, emit, prune, someEvents } from "../lifecycle/support/log-of-events.ts";
import { countStatements } from "../support/count-statements.ts";
import { eventually } from "../support/eventually.ts";
import { addPerson } from "../support/factories.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

type Event = {
  id: string;
  cursor: string;
  kind: string;
  personId: string;
  person: { displayName: string } | null;
};
type Answer = { data?: { lifecycleEvent: Event } | null; errors?: { extensions: Record<string, string> }[] };

const FIELDS =
  "id cursor kind personId occursOn offsetDays years changedFields late change supersedes emittedAt";
const FOLLOW = `subscription ($after: String, $kinds: [LifecycleEventKind!]) { lifecycleEvent(after: $after, kinds: $kinds) { ${FIELDS} } }`;
const PAGE = `query ($after: String, $first: Int, $kinds: [LifecycleEventKind!]) {
  lifecycleEvents(after: $after, first: $first, kinds: $kinds) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ${FIELDS} } }
  }
}`;
type Page = {
  lifecycleEvents: {
    totalCount: number;
    pageInfo: { hasNextPage: boolean; endCursor: string };
    edges: { cursor: string; node: Event }[];
  };
};

let app: TestApp;
let dataSource: TestApp["app"]["database"]["dataSource"];
beforeAll(async () => {
  app = await startTestApp({ sandbox: { people: 10 } });
  ({ dataSource } = app.app.database);
});
afterAll(() => app[Symbol.asyncDispose]());
beforeEach(() => beginLog(dataSource));

const head = async (): Promise<string> =>
  (await app.get<Page>(PAGE, { kinds: [] })).lifecycleEvents.pageInfo.endCursor;

/** Subscribes until `count` answers have arrived. */
async function firstAnswers(
  count: number,
  variables: object,
  query = FOLLOW,
  createClient: typeof createSocketClient | typeof createEventStreamClient = createSocketClient,
): Promise<Answer[]> {
  const client = createClient(app.app.url);
  const answers: Answer[] = [];
  for await (const answer of client.iterate({ query, variables: { ...variables } })) {
    answers.push(answer as unknown as Answer);
    if (answers.length === count) break;
  }
  await client.dispose();
  return answers;
}

const codesOf = (answers: unknown): unknown[] =>
  (answers as Answer[]).flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions.code));

describe("lifecycleEvent over a WebSocket", () => {
  test("a subscription MUST emit missed events and then new ones, in order, each with a cursor to resume from", async () => {
    const after = await head();
    const [left, changed, added] = [
      anEvent({ kind: "PERSON_LEFT" }),
      anEvent({ changedFields: ["position", "supervisor"] }),
      anEvent({ kind: "PERSON_ADDED" }),
    ];
    await emit(dataSource, [left, changed]);
    const answers = firstAnswers(3, { after });
    await emit(dataSource, [added]);
    const events = (await answers).map(({ data }) => data?.lifecycleEvent);

    expect(events.map((event) => event?.personId)).toEqual([left.personId, changed.personId, added.personId]);
    expect(events[1]).toMatchObject({
      kind: "PERSON_CHANGED",
      occursOn: "2026-06-15",
      offsetDays: 0,
      years: null,
      changedFields: ["position", "supervisor"],
      late: false,
      change: null,
      supersedes: null,
    });
    const [resumed] = await firstAnswers(1, { after: events[0]?.cursor });
    expect(resumed?.data?.lifecycleEvent).toEqual(events[1]);
  });

  test("a subscription without a cursor MUST start with the next event", async () => {
    const before = someEvents(3);
    await emit(dataSource, before);
    const answers = firstAnswers(1, {});
    const news: string[] = [];
    // A client does not learn when its subscription begins: append events until one of them arrives.
    await eventually(async () => {
      const event = anEvent();
      news.push(event.personId);
      await emit(dataSource, [event]);
      return Promise.race([answers.then(() => true), wait(100).then(() => false)]);
    });

    expect(news).toContain((await answers)[0]?.data?.lifecycleEvent.personId);
  });

  test("a subscription that cannot begin MUST get an error that a program can act on, and complete (H7)", async () => {
    const send = (variables: object) =>
      sendOverSocket(app.app.url, { query: FOLLOW, variables: { ...variables } });

    expect(codesOf(await send({ after: "no cursor" }))).toEqual(["BAD_CURSOR"]);
    const start = (await app.get<Page>(PAGE, { first: 1 })).lifecycleEvents.edges[0]?.cursor;
    await emit(dataSource, someEvents(3));
    await prune(dataSource, 3);
    const [expired] = (await send({ after: start })) as Answer[];
    const oldestCursor = expired?.errors?.[0]?.extensions.oldestCursor;
    expect(expired?.errors?.[0]?.extensions).toMatchObject({
      code: "CURSOR_EXPIRED",
      help: expect.any(String),
    });
    expect((await firstAnswers(1, { after: oldestCursor }))[0]?.errors).toBeUndefined();
  });

  test("a subscription MUST refuse an offset that is not registered, and emit events of a registered one", async () => {
    const query = `subscription ($after: String, $kinds: [LifecycleEventKind!]) {
      lifecycleEvent(after: $after, kinds: $kinds, offsetDays: -7) { kind offsetDays }
    }`;
    const after = await head();
    expect(codesOf(await firstAnswers(1, { after }, query))).toEqual(["BAD_USER_INPUT"]);
    await inTenant(dataSource, DEFAULT_TENANT_ID, (manager) =>
      manager.query(
        "insert into lifecycle_offsets (tenant_id, kind, offset_days, since) values ('default', 'HIRE_DATE', -7, now())",
      ),
    );
    expect(codesOf(await firstAnswers(1, { after, kinds: ["BIRTHDAY"] }, query))).toEqual(["BAD_USER_INPUT"]);
    expect(codesOf(await firstAnswers(1, { after, kinds: ["PERSON_LEFT"] }, query))).toEqual([
      "BAD_USER_INPUT",
    ]);
    await emit(dataSource, [anEvent({ kind: "HIRE_DATE" }), anEvent({ kind: "HIRE_DATE", offsetDays: -7 })]);

    expect(await firstAnswers(1, { after }, query)).toEqual([
      { data: { lifecycleEvent: { kind: "HIRE_DATE", offsetDays: -7 } } },
    ]);
  });

  test("an event MUST show the person as they are now, and null if the directory has no record of them", async () => {
    const person = await inTenant(dataSource, DEFAULT_TENANT_ID, (manager) => addPerson(manager));
    const after = await head();
    await emit(dataSource, [anEvent({ personId: person.id }), anEvent()]);
    const query =
      "subscription ($after: String) { lifecycleEvent(after: $after) { person { displayName } } }";
    const answers = await firstAnswers(2, { after }, query);

    expect(answers).toEqual([
      { data: { lifecycleEvent: { person: { displayName: person.displayName } } } },
      { data: { lifecycleEvent: { person: null } } },
    ]);
  });

  test("an event MUST NOT cost a statement per subscriber, even when all of them select the person", async () => {
    const person = await inTenant(dataSource, DEFAULT_TENANT_ID, (manager) => addPerson(manager));
    const query =
      "subscription ($after: String) { lifecycleEvent(after: $after) { person { displayName } } }";
    const after = await head();
    const clients = Array.from({ length: 20 }, () => createSocketClient(app.app.url));
    const iterators = clients.map((client) =>
      client.iterate({ query, variables: { after } })[Symbol.asyncIterator](),
    );
    await emit(dataSource, [anEvent({ personId: person.id })]);
    await Promise.all(iterators.map((iterator) => iterator.next()));
    const { statements } = await countStatements(app.serving, async () => {
      const next = Promise.all(iterators.map((iterator) => iterator.next()));
      await emit(dataSource, [anEvent({ personId: person.id })]);
      await next;
    });
    await Promise.all(clients.map((client) => client.dispose()));

    expect(statements.filter((statement) => statement.includes("people.findPeopleByIds"))).toHaveLength(1);
  });
});

describe.each([
  ["a WebSocket", createSocketClient],
  ["server-sent events", createEventStreamClient],
])("lifecycleEvent over %s", (_transport, createClient) => {
  const [departmentId, officeId] = [randomUUID(), randomUUID()];
  const query = `subscription ($after: String, $departmentIds: [ID!], $officeIds: [ID!]) {
    lifecycleEvent(after: $after, departmentIds: $departmentIds, officeIds: $officeIds) { personId }
  }`;

  test.each([
    ["one of its departments", { departmentIds: [departmentId] }, ["both", "department"]],
    ["one of its offices", { officeIds: [officeId.toUpperCase()] }, ["both", "office"]],
    ["both, where both are given", { departmentIds: [departmentId], officeIds: [officeId] }, ["both"]],
    ["one of several departments", { departmentIds: [randomUUID(), departmentId] }, ["both", "department"]],
  ])(
    "a subscription MUST emit only events that match %s, among missed and new events",
    async (_what, filter, wanted) => {
      const after = await head();
      const story = () => ({
        both: anEvent({ departmentId, officeId }),
        elsewhere: anEvent({ departmentId: randomUUID(), officeId: randomUUID() }),
        department: anEvent({ departmentId }),
        office: anEvent({ officeId }),
        nowhere: anEvent(),
      });
      const [missed, news]: Record<string, NewEvent>[] = [story(), story()];
      await emit(dataSource, Object.values(missed ?? {}));
      const answers = firstAnswers(2 * wanted.length, { after, ...filter }, query, createClient);
      await wait(100);
      await emit(dataSource, Object.values(news ?? {}));

      expect((await answers).map(({ data }) => data?.lifecycleEvent.personId)).toEqual(
        [missed, news].flatMap((events) => wanted.map((place) => events?.[place]?.personId)),
      );
    },
  );
});

describe("lifecycleEvents", () => {
  test("lifecycleEvents MUST read the same log in pages, and a subscription MUST resume from the end of the last page", async () => {
    const after = await head();
    const story = [...someEvents(5), anEvent({ kind: "PERSON_LEFT" })];
    await emit(dataSource, story);
    const people: string[] = [];
    let cursor = after;
    for (let more = true; more; ) {
      const { lifecycleEvents: page } = await app.get<Page>(PAGE, {
        after: cursor,
        first: 2,
        kinds: ["PERSON_CHANGED"],
      });
      people.push(...page.edges.map(({ node }) => node.personId));
      expect(page.edges.map(({ cursor: edge, node }) => edge === node.cursor)).not.toContain(false);
      ({ endCursor: cursor, hasNextPage: more } = page.pageInfo);
    }
    const news = anEvent();
    await emit(dataSource, [news]);
    const [first] = await firstAnswers(1, { after: cursor });

    expect(people).toEqual(story.slice(0, 5).map(({ personId }) => personId));
    // The end of the last page is behind the event of another kind.
    expect(first?.data?.lifecycleEvent.personId).toBe(news.personId);
  });

  test("lifecycleEvents MUST list the newest event first on request, and a subscription MUST continue from the startCursor", async () => {
    const query = `query ($after: String) { lifecycleEvents(order: DESC, first: 2, after: $after, kinds: [PERSON_CHANGED]) {
      nodes { personId } pageInfo { startCursor endCursor } } }`;
    type Newest = {
      lifecycleEvents: {
        nodes: { personId: string }[];
        pageInfo: { startCursor: string; endCursor: string };
      };
    };
    const story = [...someEvents(3), anEvent({ kind: "PERSON_LEFT" })];
    await emit(dataSource, story);
    const { lifecycleEvents: newest } = await app.get<Newest>(query);
    const { lifecycleEvents: older } = await app.get<Newest>(query, { after: newest.pageInfo.endCursor });
    const news = anEvent();
    await emit(dataSource, [news]);
    const [first] = await firstAnswers(1, { after: newest.pageInfo.startCursor });

    const read = [...newest.nodes, ...older.nodes].map(({ personId }) => personId);
    expect(read.slice(0, 3)).toEqual([story[2]?.personId, story[1]?.personId, story[0]?.personId]);
    expect(first?.data?.lifecycleEvent.personId).toBe(news.personId);
  });

  test("lifecycleEvents MUST count only the events that match the filter", async () => {
    const { lifecycleEvents: all } = await app.get<Page>(PAGE);
    const { lifecycleEvents: left } = await app.get<Page>(PAGE, { kinds: ["PERSON_LEFT"] });
    await emit(dataSource, [anEvent(), anEvent({ kind: "PERSON_LEFT" })]);

    expect((await app.get<Page>(PAGE)).lifecycleEvents.totalCount).toBe(all.totalCount + 2);
    expect((await app.get<Page>(PAGE, { kinds: ["PERSON_LEFT"] })).lifecycleEvents.totalCount).toBe(
      left.totalCount + 1,
    );
  });

  test.each([
    ["a cursor of another list", "people"],
    ["a text that is not a cursor", "none"],
  ])("lifecycleEvents MUST refuse %s with BAD_CURSOR", async (_what, after) => {
    const { errors } = await app.ask<unknown>(PAGE, { after });

    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(["BAD_CURSOR"]);
  });
});
