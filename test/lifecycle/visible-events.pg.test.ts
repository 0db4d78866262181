import { randomUUID } from "node:crypto";
import { type ExecutionResult, execute, parse, subscribe } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SCOPES, type Scope } from "../../src/access/viewer.ts";
import { type Notifications, openNotifications } from "../../src/database/notifications.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { buildSubgraph } from "../../src/graphql/build-schema.ts";
import { subgraphResolvers } from "../../src/graphql/resolvers.ts";
import { type LifecycleFeed, openLifecycleFeed } from "../../src/lifecycle/feed/lifecycle-feed.ts";
import { createLogger } from "../../src/log.ts";
import { addLegalEntity, addPerson } from "../support/factories.ts";
import { codeOf, createReadContext } from "../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { viewerWith, viewerWithout } from "../support/viewers.ts";
import { anEvent, beginLog, emit } from "./support/log-of-events.ts";

const { schema } = await buildSubgraph(subgraphResolvers);
const log = createLogger("silent");
const NOON = new Date("2026-06-15T12:00:00Z");

let database: TestDatabase;
let notifications: Notifications & AsyncDisposable;
let feed: LifecycleFeed & AsyncDisposable;
beforeAll(async () => {
  database = await createTestDatabase();
  notifications = await openNotifications(database.url, log);
  feed = openLifecycleFeed({ dataSource: database.dataSource, notifications, log });
});
/** Subscriptions of the tests; each may have a snapshot open. */
const subscribers = new AsyncDisposableStack();
afterAll(async () => {
  await subscribers.disposeAsync();
  await feed[Symbol.asyncDispose]();
  await notifications[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** A company with a log of its own. */
async function aCompany() {
  const tenantId = randomUUID();
  await beginLog(database.dataSource, tenantId);
  const context = (scopes: readonly Scope[]) => {
    const request = subscribers.use(
      createReadContext(database.dataSource, {
        tenantId,
        now: NOON,
        viewer: { scopes: new Set(scopes) },
      }),
    );
    return { ...request, contextValue: { ...request.context, lifecycleFeed: feed } };
  };
  return {
    as: <Result>(work: Parameters<typeof inTenant<Result>>[2]) =>
      inTenant(database.dataSource, tenantId, work),
    emit: (...events: Parameters<typeof emit>[1]) => emit(database.dataSource, events, tenantId),
    // biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of the test's query.
    async ask(scopes: readonly Scope[], query: string): Promise<ExecutionResult<any>> {
      await using request = createReadContext(database.dataSource, {
        tenantId,
        now: NOON,
        viewer: { scopes: new Set(scopes) },
      });
      const contextValue = { ...request.context, lifecycleFeed: feed };
      return await execute({ schema, document: parse(query), contextValue });
    },
    subscribe(scopes: readonly Scope[], query: string) {
      return subscribe({ schema, document: parse(query), contextValue: context(scopes).contextValue });
    },
  };
}

const EMPLOYEE = [...viewerWith("people:read").scopes];
const HR = [...viewerWithout("people:sensitive").scopes];
const EVENTS =
  "{ lifecycleEvents { totalCount nodes { kind changedFields } pageInfo { endCursor hasNextPage } } }";

const changed = (...fields: string[]) => anEvent({ changedFields: fields, content: fields.join() });
const dated = (kind: Parameters<typeof anEvent>[0], offsetDays = 0) =>
  anEvent({ ...kind, changedFields: null, offsetDays });

describe("E6: events", () => {
  test("kinds that need people:hr are left out silently, also from the total", async () => {
    const company = await aCompany();
    const kinds = [
      "HIRE_DATE",
      "PROBATION_END",
      "CONTRACT_END_DATE",
      "TERMINATION_DATE",
      "WORK_ANNIVERSARY",
      "BIRTHDAY",
    ] as const;
    await company.emit(
      ...kinds.map((kind) => dated({ kind })),
      anEvent({ kind: "PERSON_LEFT", changedFields: null }),
    );

    const seen = async (scopes: readonly Scope[]) => {
      const { data, errors } = await company.ask(scopes, EVENTS);
      expect(errors).toBeUndefined();
      const { totalCount, nodes } = data.lifecycleEvents;
      expect(totalCount).toBe(nodes.length);
      return nodes.map(({ kind }: { kind: string }) => kind);
    };
    expect(await seen(EMPLOYEE)).toEqual(["HIRE_DATE", "WORK_ANNIVERSARY", "PERSON_LEFT"]);
    expect(await seen(HR)).toEqual([...kinds, "PERSON_LEFT"]);
  });

  test.each(["PROBATION_END", "CONTRACT_END_DATE", "TERMINATION_DATE", "BIRTHDAY"])(
    "a request for %s without people:hr is FORBIDDEN, in the query, the subscription and the forecast",
    async (kind) => {
      const company = await aCompany();
      const fields = [
        `lifecycleEvents(kinds: [HIRE_DATE, ${kind}]) { totalCount }`,
        `upcomingLifecycleEvents(kinds: [${kind}], from: "2026-06-15", to: "2026-06-16") { totalCount }`,
      ];
      const answers = await Promise.all(fields.map((field) => company.ask(EMPLOYEE, `{ ${field} }`)));
      const events = await company.subscribe(
        EMPLOYEE,
        `subscription { lifecycleEvent(kinds: [${kind}]) { id } }`,
      );
      for (const answer of [...answers, events as ExecutionResult]) {
        expect(codeOf(answer)).toBe("FORBIDDEN");
        expect(answer.errors?.[0]?.message).toBe(`The kind \`${kind}\` needs the scope \`people:hr\`.`);
      }
    },
  );

  test("changedFields names only fields that the viewer may see, and an event without any is left out", async () => {
    const company = await aCompany();
    await company.emit(
      changed("position", "terminationDate"),
      changed("dateOfBirth", "birthday"),
      changed("dateOfBirth"),
      changed("team"),
      changed("probationEndDate", "contractEndDate", "terminationDate"),
    );
    const seen = async (scopes: readonly Scope[]) => {
      const { nodes, totalCount } = (await company.ask(scopes, EVENTS)).data.lifecycleEvents;
      return {
        totalCount,
        fields: nodes.map(({ changedFields }: { changedFields: string[] }) => changedFields.join()),
      };
    };

    expect(await seen(EMPLOYEE)).toEqual({ totalCount: 2, fields: ["position", "team"] });
    expect(await seen(HR)).toEqual({
      totalCount: 4,
      fields: [
        "position,terminationDate",
        "birthday",
        "team",
        "probationEndDate,contractEndDate,terminationDate",
      ],
    });
    expect(await seen(SCOPES)).toMatchObject({ totalCount: 5 });
  });

  test("pages have no gaps where events are left out", async () => {
    const company = await aCompany();
    await company.emit(
      changed("team"),
      changed("terminationDate"),
      changed("terminationDate"),
      changed("position"),
    );
    const page = (first: number, after?: string) =>
      company.ask(
        EMPLOYEE,
        `{ lifecycleEvents(first: ${first}${after ? `, after: "${after}"` : ""}) { nodes { changedFields } pageInfo { endCursor hasNextPage } } }`,
      );
    const first = (await page(1)).data.lifecycleEvents;
    expect(first).toMatchObject({ nodes: [{ changedFields: ["team"] }], pageInfo: { hasNextPage: true } });
    const second = (await page(1, first.pageInfo.endCursor)).data.lifecycleEvents;
    expect(second).toMatchObject({
      nodes: [{ changedFields: ["position"] }],
      pageInfo: { hasNextPage: false },
    });
  });

  test("the end of the log stays where it is while only hidden events are appended", async () => {
    const company = await aCompany();
    const end = async (scopes: readonly Scope[], after?: string) => {
      const query = `{ lifecycleEvents(kinds: []${after ? `, after: "${after}"` : ""}) { pageInfo { endCursor } } }`;
      const { data, errors } = await company.ask(scopes, query);
      expect(errors).toBeUndefined();
      return data.lifecycleEvents.pageInfo.endCursor as string;
    };
    const empty = await end(EMPLOYEE);
    const emptyForAll = await end(SCOPES);
    const hidden = [
      dated({ kind: "TERMINATION_DATE" }),
      changed("dateOfBirth"),
      dated({ kind: "WORK_ANNIVERSARY" }, -30),
    ];
    await company.emit(...hidden);

    expect(await end(EMPLOYEE)).toBe(empty);
    expect(await end(EMPLOYEE, empty)).toBe(empty);
    const endForAll = await end(SCOPES);
    expect(endForAll).not.toBe(emptyForAll);
    // A position behind the last visible event does not step back.
    expect(await end(EMPLOYEE, endForAll)).toBe(endForAll);

    await company.emit(changed("team"), changed("terminationDate"));
    const team = await end(EMPLOYEE);
    expect(team).not.toBe(empty);
    const { data } = await company.ask(
      EMPLOYEE,
      `{ lifecycleEvents(after: "${empty}") { nodes { cursor } } }`,
    );
    expect(data.lifecycleEvents.nodes).toEqual([{ cursor: team }]);
  });

  test("a subscription leaves out kinds and changes that its viewer may not see", async () => {
    const company = await aCompany();
    await company.emit(changed("team"));
    const { data } = await company.ask(EMPLOYEE, "{ lifecycleEvents { nodes { cursor } } }");
    const [{ cursor }] = data.lifecycleEvents.nodes;
    // One part of the history, and one that arrives afterwards.
    await company.emit(
      changed("terminationDate"),
      dated({ kind: "BIRTHDAY" }),
      changed("position", "dateOfBirth"),
    );
    const query = `subscription { lifecycleEvent(after: "${cursor}") { kind changedFields } }`;
    const events = await company.subscribe(EMPLOYEE, query);
    if (!(Symbol.asyncIterator in events)) return expect.fail("no events");
    const next = async () => (await events.next()).value?.data?.lifecycleEvent;

    expect(await next()).toEqual({ kind: "PERSON_CHANGED", changedFields: ["position"] });
    await company.emit(
      changed("dateOfBirth"),
      dated({ kind: "TERMINATION_DATE" }),
      dated({ kind: "HIRE_DATE" }),
    );
    expect(await next()).toEqual({ kind: "HIRE_DATE", changedFields: null });
    await events.return(undefined);
  });

  test("an anniversary ahead of its day needs people:hr: its absence shows that the employment ends", async () => {
    const company = await aCompany();
    await company.as((manager) =>
      manager.query(
        "insert into lifecycle_offsets (tenant_id, kind, offset_days, since) select current_setting('app.tenant'), kind, -30, '2026-01-01' from unnest(array['WORK_ANNIVERSARY', 'HIRE_DATE']) kind",
      ),
    );
    await company.emit(dated({ kind: "WORK_ANNIVERSARY" }, -30), dated({ kind: "HIRE_DATE" }, -30));
    const ahead = (scopes: readonly Scope[], kinds = "") =>
      company.ask(scopes, `{ lifecycleEvents(offsetDays: -30${kinds}) { nodes { kind } } }`);

    expect((await ahead(EMPLOYEE)).data.lifecycleEvents.nodes).toEqual([{ kind: "HIRE_DATE" }]);
    expect((await ahead(HR)).data.lifecycleEvents.nodes).toHaveLength(2);
    const asked = await ahead(EMPLOYEE, ", kinds: [WORK_ANNIVERSARY]");
    expect(codeOf(asked)).toBe("FORBIDDEN");
    expect(asked.errors?.[0]?.message).toBe(
      "The kind `WORK_ANNIVERSARY` ahead of its date needs the scope `people:hr`.",
    );
  });

  test("an offset of a hidden kind gets the same error as an offset that no kind has", async () => {
    const company = await aCompany();
    await company.as((manager) =>
      manager.query(
        "insert into lifecycle_offsets (tenant_id, kind, offset_days, since) values (current_setting('app.tenant'), 'TERMINATION_DATE', -14, '2026-01-01')",
      ),
    );
    const ask = (scopes: readonly Scope[], days: number) =>
      company.ask(scopes, `{ lifecycleEvents(offsetDays: ${days}) { totalCount } }`);
    const [hidden, unknown] = [await ask(EMPLOYEE, -14), await ask(EMPLOYEE, -13)];
    expect(codeOf(hidden)).toBe("BAD_USER_INPUT");
    expect(hidden.errors?.[0]?.message).toBe(unknown.errors?.[0]?.message.replace("-13", "-14"));
    expect(hidden.errors?.[0]?.extensions).toEqual(unknown.errors?.[0]?.extensions);
    expect((await ask(HR, -14)).errors).toBeUndefined();
  });
});

describe("E6: the forecast", () => {
  const FORECAST = `{ upcomingLifecycleEvents(from: "2026-06-15", to: "2026-07-31", first: 2) {
    totalCount pageInfo { hasNextPage } nodes { kind occursOn person { firstName } } } }`;

  test("without people:hr it lists first days and anniversaries, the same whether or not a person leaves", async () => {
    const dates = {
      hireDate: "2020-06-20",
      probationEndDate: "2026-06-16",
      dateOfBirth: "1990-06-17",
    } as const;
    const [staying, leaving] = [await aCompany(), await aCompany()];
    await staying.as((manager) => addPerson(manager, { firstName: "Ada", ...dates }));
    await leaving.as((manager) =>
      addPerson(manager, { firstName: "Ada", ...dates, terminationDate: "2026-06-18" }),
    );

    const [one, other] = await Promise.all(
      [staying, leaving].map((company) => company.ask(EMPLOYEE, FORECAST)),
    );
    expect(one).toEqual(other);
    expect(one?.data.upcomingLifecycleEvents).toEqual({
      totalCount: 1,
      pageInfo: { hasNextPage: false },
      nodes: [{ kind: "WORK_ANNIVERSARY", occursOn: "2026-06-20", person: { firstName: "Ada" } }],
    });
    expect((await leaving.ask(HR, FORECAST)).data.upcomingLifecycleEvents).toMatchObject({
      totalCount: 4,
      pageInfo: { hasNextPage: true },
    });
  });

  test("the reason why a date will not fire needs people:hr", async () => {
    const company = await aCompany();
    await company.as((manager) =>
      addPerson(manager, { hireDate: "2020-06-20", terminationDate: "2026-06-18" }),
    );
    const query = `{ upcomingLifecycleEvents(from: "2026-06-15", to: "2026-06-30", kinds: [WORK_ANNIVERSARY]) {
      nodes { kind suppressedBecause suppressionReason } } }`;
    const { data, errors } = await company.ask(EMPLOYEE, query);
    expect(data.upcomingLifecycleEvents.nodes).toEqual([
      { kind: "WORK_ANNIVERSARY", suppressedBecause: null, suppressionReason: null },
    ]);
    expect(errors?.map(({ path }) => path)).toEqual([
      ["upcomingLifecycleEvents", "nodes", 0, "suppressedBecause"],
      ["upcomingLifecycleEvents", "nodes", 0, "suppressionReason"],
    ]);
    expect((await company.ask(HR, query)).data.upcomingLifecycleEvents.nodes[0]).toMatchObject({
      suppressedBecause: expect.stringContaining("left"),
      suppressionReason: "LEFT_BEFORE",
    });
  });

  test("a move to another legal entity is neither forecast nor found by its record without people:hr", async () => {
    const company = await aCompany();
    await company.as(async (manager) => {
      const { id: legalEntityId } = await addLegalEntity(manager);
      await addPerson(manager, {
        firstName: "Mo",
        legalEntityId,
        personioId: "100",
        nextPersonioId: "200",
        continuesOn: "2026-07-01",
        terminationDate: "2026-06-30",
        hireDate: "2019-01-01",
      });
    });
    const query = `{ ${FORECAST.slice(1, -1)} people(filter: { personioIds: ["200"] }) { totalCount nodes { firstName } }
      legalEntities { people(filter: { personioIds: ["200"] }) { totalCount } } }`;
    expect((await company.ask(EMPLOYEE, query)).data).toMatchObject({
      upcomingLifecycleEvents: { totalCount: 0 },
      people: { totalCount: 0, nodes: [] },
      legalEntities: [{ people: { totalCount: 0 } }],
    });
    expect((await company.ask(HR, query)).data).toMatchObject({
      upcomingLifecycleEvents: { totalCount: 2 },
      people: { totalCount: 1, nodes: [{ firstName: "Mo" }] },
      legalEntities: [{ people: { totalCount: 1 } }],
    });
  });

  test("an anniversary that was not announced ahead is not listed afterwards", async () => {
    const company = await aCompany();
    await company.as(async (manager) => {
      await manager.query(
        "insert into lifecycle_offsets (tenant_id, kind, offset_days, since) values (current_setting('app.tenant'), 'WORK_ANNIVERSARY', -7, '2026-01-01')",
      );
      await addPerson(manager, { hireDate: "2020-06-20", terminationDate: "2026-06-18" });
    });
    const query = `{ upcomingLifecycleEvents(from: "2026-06-10", to: "2026-06-30", kinds: [WORK_ANNIVERSARY]) {
      totalCount nodes { offsetDays } } }`;
    expect((await company.ask(EMPLOYEE, query)).data.upcomingLifecycleEvents).toEqual({
      totalCount: 1,
      nodes: [{ offsetDays: 0 }],
    });
    expect((await company.ask(HR, query)).data.upcomingLifecycleEvents.totalCount).toBe(2);
  });
});
