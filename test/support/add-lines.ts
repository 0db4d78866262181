import { randomUUID } from "node:crypto";
import type { DataSource } from "typeorm";
import { inTenant } from "../../src/database/transaction.ts";
import type { Person } from "../../src/people/person.ts";
import { addPeople } from "./factories.ts";

/** People by last name, each with the supervisor's and other fields: `{ Top: [null], Mid: ["Top"] }`. */
export type Lines = Readonly<
  Record<string, readonly [above: string | null, fields?: Partial<Omit<Person, "tenantId">> | undefined]>
>;

/**
 * Adds reporting lines. Ids are in the order of the lines, so that a circle is cut above its first person.
 * @returns ids by name.
 */
export async function addLines(
  dataSource: DataSource,
  tenantId: string,
  lines: Lines,
): Promise<Record<string, string>> {
  const ids = Object.fromEntries(
    Object.keys(lines).map((name, index) => [
      name,
      randomUUID().replace(/^..../, String(index).padStart(4, "0")),
    ]),
  );
  await inTenant(dataSource, tenantId, (manager) =>
    addPeople(
      manager,
      Object.entries(lines).map(([lastName, [above, fields]]) => ({
        id: ids[lastName] ?? "",
        lastName,
        supervisorId: above === null ? null : (ids[above] ?? null),
        supervisorPersonioId: above,
        ...fields,
      })),
    ),
  );
  return ids;
}
