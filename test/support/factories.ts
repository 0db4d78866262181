import { randomUUID } from "node:crypto";
import type { EntityManager } from "typeorm";
import type { Department } from "../../src/org/department.ts";
import type { LegalEntity } from "../../src/org/legal-entity.ts";
import type { Office } from "../../src/org/office.ts";
import type { CustomAttributeDefinition } from "../../src/people/custom-attributes/custom-attribute.ts";
import type { Person } from "../../src/people/person.ts";
import { STORED_COLUMNS } from "../../src/people/person-columns.ts";
import { searchWords } from "../../src/people/search/search-words.ts";
import { openWordIndex } from "../../src/people/search/word-index.repository.ts";

/**
 * Inserts rows that are valid by default; a test sets the fields it needs. Call each function inside
 * `inTenant`; it writes for that transaction's tenant.
 */

type Fields<Entity> = Partial<Omit<Entity, "tenantId">>;

let made = 0;

/** Inserts the tenant of the transaction, with default settings, unless it exists. */
export const addTenant = (manager: EntityManager): Promise<unknown> =>
  manager.query("insert into tenants (id) values (current_setting('app.tenant')) on conflict do nothing");

export const addDepartment = (manager: EntityManager, fields: Fields<Department> = {}): Promise<Department> =>
  addNamed(manager, "departments", { name: `Department ${++made}`, ...fields });

export const addLegalEntity = (
  manager: EntityManager,
  fields: Fields<LegalEntity> = {},
): Promise<LegalEntity> => addNamed(manager, "legal_entities", { name: `Company ${++made}`, ...fields });

export async function addOffice(manager: EntityManager, fields: Fields<Office> = {}): Promise<Office> {
  const office = await addNamed(manager, "offices", { name: `Office ${++made}`, ...fields });
  const { timeZone = null, guessedTimeZone = null } = fields;
  await manager.query("update offices set time_zone = $2, guessed_time_zone = $3 where id = $1", [
    office.id,
    timeZone,
    guessedTimeZone,
  ]);
  return { ...office, timeZone, guessedTimeZone };
}

type Named = { tenantId: string; id: string; personioId: string; name: string };

async function addNamed(manager: EntityManager, table: string, fields: Partial<Named>): Promise<Named> {
  await addTenant(manager);
  const [row] = await manager.query<[Named]>(
    `insert into ${table} (tenant_id, id, personio_id, name) values (current_setting('app.tenant'), $1, $2, $3)
     returning tenant_id as "tenantId", id, personio_id as "personioId", name`,
    [fields.id ?? randomUUID(), fields.personioId ?? String(++made), fields.name],
  );
  return row;
}

export async function addCustomAttribute(
  manager: EntityManager,
  definition: Pick<CustomAttributeDefinition, "key" | "label" | "type">,
): Promise<void> {
  await addTenant(manager);
  await manager.query(
    `insert into custom_attribute_definitions (tenant_id, key, label, type)
     values (current_setting('app.tenant'), $1, $2, $3)`,
    [definition.key, definition.label, definition.type],
  );
}

/** Adds a person that search finds by the words of the name, position and email. */
export async function addPerson(
  manager: EntityManager,
  fields: Fields<Person> = {},
): Promise<Omit<Person, "tenantId">> {
  const [person] = await addPeople(manager, [fields]);
  if (!person) throw new Error("addPeople returned no person.");
  return person;
}

/** All columns but those that the database computes. */
const COLUMNS = ["tenant_id", ...STORED_COLUMNS.map(({ column }) => column), "stored_at"];

/** Adds many people in two statements. Supervisors may be anywhere in the list. */
export async function addPeople(
  manager: EntityManager,
  people: readonly Fields<Person>[],
): Promise<Omit<Person, "tenantId">[]> {
  await addTenant(manager);
  const rows = people.map(aPerson);
  const json = JSON.stringify(rows.map(toSnakeCase));
  await manager.query(
    // In `from`, Postgres builds the record once for each person, and not once for each column.
    `insert into people (${COLUMNS.join(", ")})
     select ${COLUMNS.map((column) => `record.${column}`).join(", ")} from jsonb_array_elements($1::jsonb) person,
       jsonb_populate_record(null::people,
         person || jsonb_build_object('tenant_id', current_setting('app.tenant'))) record`,
    [json],
  );
  const words = openWordIndex(manager);
  await words.change(rows.map(({ id, searchWords }) => ({ id, before: [], after: searchWords })));
  await words.flush();
  return rows;
}

function aPerson(fields: Fields<Person>): Omit<Person, "tenantId"> {
  const number = ++made;
  const { firstName = "Robin", lastName = `Person${number}` } = fields;
  const { workEmail = `person-${number}@example.com`, position = "Engineer" } = fields;
  const displayName = fields.displayName ?? `${firstName} ${lastName}`;
  return {
    ...(Object.fromEntries(STORED_COLUMNS.map(({ field }) => [field, null])) as unknown as Omit<
      Person,
      "tenantId"
    >),
    id: randomUUID(),
    personioId: String(number),
    status: "ACTIVE",
    employmentType: "INTERNAL",
    hireDate: "2020-01-01",
    customAttributes: {},
    storedAt: new Date(),
    searchWords: searchWords(firstName, lastName, null, workEmail, position, displayName),
    ...fields,
    firstName,
    lastName,
    displayName,
    workEmail,
    position,
  };
}

const toSnakeCase = (row: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
