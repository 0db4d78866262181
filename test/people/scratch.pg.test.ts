import { expect, test } from "vitest";
import { Tenant } from "../../src/access/tenant.ts";
import { Department } from "../../src/org/department.ts";
import { LegalEntity } from "../../src/org/legal-entity.ts";
import { Office } from "../../src/org/office.ts";
import { CustomAttributeDefinition } from "../../src/people/custom-attributes/custom-attribute.ts";
import { PersonWord } from "../../src/people/directory/person-word.ts";
import { Person } from "../../src/people/person.ts";
import { createTestDatabase } from "../support/test-database.ts";

test("drift", async () => {
  await using db = await createTestDatabase({
    entities: [Tenant, Department, Office, LegalEntity, Person, CustomAttributeDefinition, PersonWord],
  });
  const log = await db.dataSource.driver.createSchemaBuilder().log();
  expect(log.upQueries.map((q) => q.query)).toEqual([]);
});
