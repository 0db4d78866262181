import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import {
  resolveDepartmentReference,
  resolveLegalEntityReference,
  resolveOfficeReference,
} from "../../src/org/org.reference.ts";
import { countStatements } from "../support/count-statements.ts";
import { addDepartment, addLegalEntity, addOffice } from "../support/factories.ts";
import { ask, createReadContext, TENANT } from "../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let database: TestDatabase;
let foreignIds: string[] = [];
const ids: Record<string, string> = {};

beforeAll(async () => {
  database = await createTestDatabase();
  await inTenant(database.dataSource, TENANT, async (manager) => {
    for (const name of ["Zoll", "Ärzte", "arbeit"]) ids[name] = (await addDepartment(manager, { name })).id;
    ids.Wien = (await addOffice(manager, { name: "Wien", timeZone: "Europe/Vienna", personioId: "7" })).id;
    ids.Bonn = (await addOffice(manager, { name: "Bonn" })).id;
    ids.GmbH = (await addLegalEntity(manager, { name: "Acme GmbH" })).id;
  });
  foreignIds = await inTenant(database.dataSource, "other", async (manager) => [
    (await addDepartment(manager)).id,
    (await addOffice(manager)).id,
    (await addLegalEntity(manager)).id,
  ]);
});
afterAll(() => database[Symbol.asyncDispose]());

test("departments, offices and legal entities of the company are listed in dictionary order", async () => {
  const { data, errors } = await ask(
    database.dataSource,
    "{ departments { name } offices { name timeZone } legalEntities { name } }",
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    departments: [{ name: "arbeit" }, { name: "Ärzte" }, { name: "Zoll" }],
    offices: [
      { name: "Bonn", timeZone: null },
      { name: "Wien", timeZone: "Europe/Vienna" },
    ],
    legalEntities: [{ name: "Acme GmbH" }],
  });
});

test("a query by id returns that department or office, and null for any other id", async () => {
  const query = "query ($id: ID!) { department(id: $id) { name } office(id: $id) { name personioId } }";
  const answer = async (id: string | undefined) =>
    (await ask(database.dataSource, query, { variables: { id } })).data;
  expect(await answer(ids.Zoll)).toEqual({ department: { name: "Zoll" }, office: null });
  expect(await answer(ids.Wien)).toEqual({ department: null, office: { name: "Wien", personioId: "7" } });
  for (const id of [...foreignIds, randomUUID(), "nonsense", ""]) {
    expect(await answer(id)).toEqual({ department: null, office: null });
  }
});

describe.each([
  ["a department", resolveDepartmentReference, ["Zoll", "arbeit"]],
  ["an office", resolveOfficeReference, ["Wien", "Bonn"]],
  ["a legal entity", resolveLegalEntityReference, ["GmbH"]],
] as const)("a reference to %s", (_, resolve, names) => {
  test("references are resolved in one batch, in order; unknown, foreign and malformed ones are null", async () => {
    await using request = createReadContext(database.dataSource);
    const wanted = names.map((name) => ids[name] ?? null);
    const unusable = [...foreignIds, randomUUID(), "nonsense", null, undefined, 12, {}];
    const { result, statements } = await countStatements(database.dataSource, () =>
      Promise.all([...wanted, ...unusable].map((id) => resolve({ id }, request.context))),
    );
    expect(result.map((row) => row?.id ?? null)).toEqual([...wanted, ...unusable.map(() => null)]);
    expect(statements).toHaveLength(1);
  });
});
