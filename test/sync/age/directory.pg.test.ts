import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isStale } from "../../../src/sync/age/directory.ts";
import { countStatements } from "../../support/count-statements.ts";
import { type TestIssuer, useIssuerApp } from "../../support/issuer.ts";
import type { SharedApp } from "../../support/shared-app.ts";
import type { GraphAnswer } from "../../support/test-app.ts";

const opened = useIssuerApp();
let issuer: TestIssuer;
let service: SharedApp;
beforeAll(() => {
  ({ issuer, service } = opened());
});

type Answer = {
  directory: { asOf: string | null; isStale: boolean; peopleCount: number; companyName: string | null };
};

async function readDirectory(scopes: string): Promise<Answer["directory"]> {
  const response = await fetch(`${service.app.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: await issuer.bearer(scopes) },
    body: JSON.stringify({ query: "{ directory { asOf isStale peopleCount companyName } }" }),
  });
  const { data, errors } = (await response.json()) as GraphAnswer<Answer>;
  expect(errors).toBeUndefined();
  return data?.directory ?? expect.fail("The answer has no directory.");
}

const employByOne = () =>
  service.app.database.dataSource.query(
    "update people set legal_entity_id = (select id from legal_entities order by name limit 1)",
  );

describe("before the first sync", () => {
  test("the directory is as of no time, and not stale", async () => {
    await service.reset();
    expect(await readDirectory("people:read people:admin")).toEqual({
      asOf: null,
      isStale: false,
      peopleCount: 0,
      companyName: null,
    });
  });
});

describe("after a sync", () => {
  beforeEach(() => service.resetConnected());

  test("the directory is as of the last successful sync, for viewers without scopes as well", async () => {
    const { personioIntegration, people } = await service.get<{
      personioIntegration: { lastSucceededAt: string };
      people: { totalCount: number };
    }>("{ personioIntegration { lastSucceededAt } people { totalCount } }");
    expect(people.totalCount).toBeGreaterThan(0);
    for (const scopes of ["", "people:read"])
      expect(await readDirectory(scopes)).toMatchObject({
        asOf: personioIntegration.lastSucceededAt,
        isStale: false,
        peopleCount: people.totalCount,
      });
  });

  test("a directory without a success for long is stale", async () => {
    await service.app.database.dataSource.query(
      "update integrations set last_succeeded_at = now() - interval '8 hours 1 minute'",
    );
    expect(await readDirectory("people:read")).toMatchObject({ isStale: true });
  });

  test("the company has the name of its legal entity if there is only one", async () => {
    expect((await readDirectory("people:read")).companyName).toBeNull();
    await employByOne();
    const [{ name }] = await service.app.database.dataSource.query(
      "select name from legal_entities order by name limit 1",
    );
    expect((await readDirectory("people:read")).companyName).toBe(name);
    expect((await readDirectory("")).companyName).toBeNull();
  });

  test("viewers who may not see legal entities see no name", async () => {
    await employByOne();
    await service.get('mutation { setPeopleField(name: "legalEntity", sensitivity: HR) { name } }');
    expect((await readDirectory("people:read")).companyName).toBeNull();
    expect((await readDirectory("people:read people:hr")).companyName).not.toBeNull();
  });

  test("the age of the directory takes one statement, and each other fact one more", async () => {
    const count = async (fields: string): Promise<number> => {
      const ask = () => service.get(`{ directory { ${fields} } }`);
      return (await countStatements(service.serving, ask)).statements.length;
    };
    expect(await count("asOf isStale")).toBe(1);
    expect(await count("asOf isStale peopleCount companyName")).toBe(3);
  });
});

test("a directory is stale after two intervals without a success", () => {
  const asOf = new Date("2026-06-15T12:00:00Z");
  expect(isStale(asOf, 4, new Date("2026-06-15T20:00:00Z"))).toBe(false);
  expect(isStale(asOf, 4, new Date("2026-06-15T20:00:01Z"))).toBe(true);
  expect(isStale(asOf, 24, new Date("2026-06-17T12:00:00Z"))).toBe(false);
  expect(isStale(null, 4, asOf)).toBe(false);
});
