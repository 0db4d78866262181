import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { openStream } from "../../../src/lifecycle/events/event-stream.repository.ts";
import { countStatements } from "../../support/count-statements.ts";
import { addPeople, addTenant } from "../../support/factories.ts";
import { ask, codeOf, TENANT } from "../../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await inTenant(database.dataSource, TENANT, async (manager) => {
    await addTenant(manager);
    await openStream(manager, new Date("2026-06-01T12:00:00Z"));
    await addPeople(
      manager,
      Array.from({ length: 120 }, (_, index) => ({
        firstName: `Robin ${index}`,
        hireDate: "2020-06-20",
        dateOfBirth: index === 0 ? "1990-06-21" : null,
        terminationDate: index === 1 ? "2026-06-19" : null,
      })),
    );
  });
});
afterAll(() => database[Symbol.asyncDispose]());

const FORECAST = `query ($from: LocalDate!, $to: LocalDate!, $kinds: [LifecycleEventKind!], $first: Int, $after: String, $personIds: [ID!]) {
  upcomingLifecycleEvents(from: $from, to: $to, kinds: $kinds, first: $first, after: $after, personIds: $personIds) {
    edges { cursor node { kind occursOn firesOn firesAt offsetDays years timeZone suppressedBecause person { displayName } } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
    totalCount
  }
}`;
const JUNE = { from: "2026-06-15", to: "2026-06-30" };

const forecast = (variables: object) =>
  ask(database.dataSource, FORECAST, { variables: { ...JUNE, ...variables } });

describe("upcomingLifecycleEvents", () => {
  test("the query lists the dates of the requested kinds and days, with their people", async () => {
    const { data } = await forecast({ kinds: ["BIRTHDAY", "TERMINATION_DATE", "PERSON_ADDED"] });
    expect(data.upcomingLifecycleEvents).toMatchObject({
      totalCount: 2,
      pageInfo: { hasNextPage: false, hasPreviousPage: false },
      edges: [
        {
          node: {
            kind: "TERMINATION_DATE",
            occursOn: "2026-06-19",
            person: { displayName: expect.stringMatching(/^Robin 1 /) },
          },
        },
        {
          node: {
            kind: "BIRTHDAY",
            occursOn: "2026-06-21",
            firesOn: "2026-06-21",
            firesAt: new Date("2026-06-21T00:00:00Z"),
            offsetDays: 0,
            years: null,
            timeZone: "UTC",
            suppressedBecause: null,
            person: { displayName: expect.stringMatching(/^Robin 0 /) },
          },
        },
      ],
    });
  });

  test("the query continues from a cursor, with the requested number of entries or 100", async () => {
    const { data: one } = await forecast({});
    const first = one.upcomingLifecycleEvents;
    expect(first.edges).toHaveLength(100);
    expect(first).toMatchObject({ totalCount: 122, pageInfo: { hasNextPage: true, hasPreviousPage: false } });

    const { data: two } = await forecast({ after: first.pageInfo.endCursor });
    const second = two.upcomingLifecycleEvents;
    expect(second.edges).toHaveLength(22);
    expect(second).toMatchObject({
      totalCount: 122,
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    });
    const names = [...first.edges, ...second.edges].map(
      ({ node }) => `${node.kind} ${node.person.displayName}`,
    );
    expect(new Set(names).size).toBe(122);
  });

  test("the query lists and counts only the dates of the requested people", async () => {
    const [zero, one, two]: { id: string }[] = await inTenant(database.dataSource, TENANT, (manager) =>
      manager.query("select id from people where first_name = any('{Robin 0,Robin 1,Robin 2}') order by 1"),
    );
    const personIds = [zero?.id, one?.id, two?.id, "no id", randomUUID()];
    const { data } = await forecast({ personIds });
    const { edges, totalCount } = data.upcomingLifecycleEvents;
    const kinds = edges.map(({ node }: { node: { kind: string } }) => node.kind);
    expect(kinds.toSorted()).toEqual([
      "BIRTHDAY",
      "TERMINATION_DATE",
      "WORK_ANNIVERSARY",
      "WORK_ANNIVERSARY",
      "WORK_ANNIVERSARY",
    ]);
    expect(totalCount).toBe(5);

    const { data: first } = await forecast({ personIds, first: 3 });
    const { endCursor: after } = first.upcomingLifecycleEvents.pageInfo;
    const { data: rest } = await forecast({ personIds, after });
    expect([...first.upcomingLifecycleEvents.edges, ...rest.upcomingLifecycleEvents.edges]).toEqual(edges);
  });

  test("three years of a person's dates cost four statements and one for each later span", async () => {
    const [robin]: { id: string }[] = await inTenant(database.dataSource, TENANT, (manager) =>
      manager.query("select id from people where first_name = 'Robin 0'"),
    );
    const query = FORECAST.replace("totalCount", "");
    const variables = { from: "2026-06-15", to: "2029-06-14", personIds: [robin?.id] };
    const request = () => ask(database.dataSource, query, { variables });
    const { result, statements } = await countStatements(database.dataSource, request);
    expect(result.data.upcomingLifecycleEvents.edges).toHaveLength(6);
    // The rules, the daily runs, the dates in two spans, the people.
    expect(statements).toHaveLength(5);
  });

  test("the query lists nothing for people without dates, unknown ids, and no ids", async () => {
    for (const personIds of [[], [randomUUID()], ["no id"]]) {
      const { data } = await forecast({ personIds });
      expect(data.upcomingLifecycleEvents).toMatchObject({ edges: [], totalCount: 0 });
    }
  });

  test("the query lists nothing for no kinds, and for changes", async () => {
    for (const kinds of [[], ["PERSON_LEFT", "PERSON_CHANGED"]]) {
      const { data } = await forecast({ kinds });
      expect(data.upcomingLifecycleEvents).toMatchObject({ edges: [], totalCount: 0 });
    }
  });

  test.each([
    ["days in the wrong order", { from: "2026-06-15", to: "2026-06-14" }],
    ["more than three years", { from: "2026-06-15", to: "2029-06-15" }],
    ["a year 0", { from: "0000-06-15", to: "0000-06-15" }],
    ["101 entries", { first: 101 }],
    ["1,001 people", { personIds: Array.from({ length: 1_001 }, () => randomUUID()) }],
  ])("the query refuses %s", async (_, variables) => {
    expect(codeOf(await forecast(variables))).toBe("BAD_USER_INPUT");
  });

  test("the query accepts three years with a leap day", async () => {
    expect(
      (await forecast({ from: "2026-06-15", to: "2029-06-14", kinds: ["BIRTHDAY"] })).data,
    ).toMatchObject({
      upcomingLifecycleEvents: { totalCount: 3 },
    });
  });

  test("the query refuses an unknown cursor", async () => {
    expect(codeOf(await forecast({ after: "abc" }))).toBe("BAD_CURSOR");
  });

  test("a hundred entries cost as many statements as two", async () => {
    const count = async (first: number): Promise<number> => {
      const query = FORECAST.replace("totalCount", "");
      const request = () => ask(database.dataSource, query, { variables: { ...JUNE, first } });
      const { result, statements } = await countStatements(database.dataSource, request);
      expect(result.data.upcomingLifecycleEvents.edges).toHaveLength(first);
      return statements.length;
    };
    // The rules, the daily runs, the dates, the people.
    expect([await count(2), await count(100)]).toEqual([4, 4]);
  });
});
