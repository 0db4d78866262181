import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Scope, Viewer } from "../../src/access/viewer.ts";
import { createOpenTenant } from "../../src/identity/open-tenant.ts";
import { captureLog } from "../personio/captured-log.ts";
import { countStatements } from "../support/count-statements.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const viewer = (tenantId: string, kind: Viewer["kind"], ...scopes: Scope[]): Viewer => ({
  tenantId,
  kind,
  subject: "kim",
  email: null,
  scopes: new Set(scopes),
  expiresAt: null,
  authIsOff: false,
});

const open = () => {
  let passed = 1;
  const { log, lines } = captureLog();
  const openTenant = createOpenTenant({ dataSource: database.dataSource, log, elapsedMs: () => passed });
  const pass = (ms: number) => {
    passed += ms;
  };
  return { openTenant, lines, pass };
};

const tenantIds = async (): Promise<string[]> => {
  const rows: { id: string }[] = await database.dataSource.query("select id from tenants order by id");
  return rows.map(({ id }) => id);
};

const newId = () => `company-${randomUUID()}`;

describe("an unknown tenant", () => {
  test("the first administrator with a token of the issuer creates it, and the log names it once", async () => {
    const [id, { openTenant, lines }] = [newId(), open()];
    const admin = viewer(id, "USER", "people:admin");
    await Promise.all(Array.from({ length: 20 }, () => openTenant(admin)));
    expect(await tenantIds()).toContain(id);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ msg: "tenant created", tenantId: id }]);
  });

  test.each([
    ["a user without people:admin", "USER", ["people:read", "people:hr", "people:sensitive"]],
    ["a user without scopes", "USER", []],
    ["a service token of a deleted tenant", "TOKEN", ["people:admin"]],
  ] as const)("%s gets FORBIDDEN, and the help explains how to begin", async (_name, kind, scopes) => {
    const [id, { openTenant, lines }] = [newId(), open()];
    for (const _again of [1, 2])
      await expect(openTenant(viewer(id, kind, ...scopes))).rejects.toMatchObject({
        code: "FORBIDDEN",
        help: expect.stringMatching(/people:admin.*npm run tenant -- create/),
      });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { msg: "access refused: unknown company", code: "FORBIDDEN", tenantId: id, kind, subject: "kim" },
    ]);
    expect(await tenantIds()).not.toContain(id);
  });

  test("other users are served as soon as an administrator has created it", async () => {
    const [id, { openTenant }] = [newId(), open()];
    const reader = viewer(id, "USER", "people:read");
    await expect(openTenant(reader)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await openTenant(viewer(id, "USER", "people:admin"));
    await openTenant(reader);
  });
});

test("a known tenant costs no statement for a minute", async () => {
  const [id, { openTenant, pass }] = [newId(), open()];
  await openTenant(viewer(id, "USER", "people:admin"));
  const reader = viewer(id, "USER", "people:read");
  const soon = await countStatements(database.dataSource, () => openTenant(reader));
  expect(soon.statements).toEqual([]);
  pass(60_001);
  const later = await countStatements(database.dataSource, () => openTenant(reader));
  expect(later.statements).toHaveLength(1);
});

test.each(["unknown", "known again after a minute"])(
  "a crowd of one company that is %s costs one lookup, and leaves the connections to others",
  async (what) => {
    const [id, { openTenant, pass }] = [newId(), open()];
    if (what !== "unknown") await openTenant(viewer(id, "USER", "people:admin"));
    pass(60_001);
    const crowd = () =>
      Promise.allSettled(Array.from({ length: 500 }, () => openTenant(viewer(id, "USER", "people:read"))));
    const { result, statements } = await countStatements(database.dataSource, crowd);

    expect(statements).toHaveLength(1);
    expect(new Set(result.map(({ status }) => status))).toEqual(
      new Set([what === "unknown" ? "rejected" : "fulfilled"]),
    );
  },
);

test("a deleted tenant is unknown after a minute", async () => {
  const [id, { openTenant, pass }] = [newId(), open()];
  await openTenant(viewer(id, "USER", "people:admin"));
  await database.dataSource.query("delete from tenants where id = $1", [id]);
  pass(60_001);
  await expect(openTenant(viewer(id, "USER", "people:read"))).rejects.toMatchObject({ code: "FORBIDDEN" });
});
