import type { DataSource } from "typeorm";
import { inTenant } from "../../../src/database/transaction.ts";
import type { FieldSource, IdpField } from "../../../src/fields/field-source.ts";
import { PERSONIO_RECORD_COLUMNS } from "../../../src/people/write/person-changes.repository.ts";
import type { User } from "./identity-provider.ts";

/** What HR entered about a person. */
export type Entered = {
  readonly personioId: string;
  email: string;
  firstName: string;
  readonly lastName: string;
  readonly preferredName: string | null;
  position: string | null;
  readonly department: string | null;
  readonly employeeId: string | null;
  readonly supervisor: string | null;
};

/** A person as the directory shows them, with the source of each field. Departments without case. */
export type Merged = {
  readonly personioId: string;
  readonly values: Readonly<Record<IdpField, string | null>>;
  readonly winners: Readonly<Record<IdpField, FieldSource>>;
};

/** The order of a field's sources; no source for a hidden field. */
export type Settings = Map<IdpField, readonly FieldSource[]>;

/** The people of the directory by Personio's id. */
export async function listMerged(dataSource: DataSource, tenantId: string): Promise<Merged[]> {
  const rows: {
    personioId: string;
    values: Merged["values"];
    winners: Record<string, { source: FieldSource }>;
  }[] = await inTenant(dataSource, tenantId, (manager) =>
    manager.query(
      `select p.personio_id as "personioId", coalesce(src.winners, '{}') as winners,
           jsonb_build_object('displayName', p.display_name, 'firstName', p.first_name, 'lastName', p.last_name,
             'position', p.position, 'department', lower(d.name), 'employeeId', p.employee_id,
             'supervisor', boss.personio_id) as values
         from people p left join departments d on d.id = p.department_id left join people boss on boss.id = p.supervisor_id
         left join person_sources src on src.person_id = p.id order by p.personio_id`,
    ),
  );
  return rows.map(({ winners, ...row }) => ({
    ...row,
    winners: asWinners((field) => winners[field]?.source ?? "PERSONIO"),
  }));
}

/** What the service still knows of Personio's part, to give it back. */
export const listPersonioPart = (dataSource: DataSource, tenantId: string): Promise<Partial<Entered>[]> =>
  inTenant(dataSource, tenantId, (manager) =>
    manager.query(
      `select p."personioId", p."workEmail" as email, p."firstName", p."lastName", p.position, p."employeeId",
         p."supervisorPersonioId" as supervisor, d.name as department
       from (select ${PERSONIO_RECORD_COLUMNS}) p left join departments d on d.personio_id = p."departmentPersonioId"
       order by p."personioId"`,
    ),
  );

const FIELDS = [
  "displayName",
  "firstName",
  "lastName",
  "position",
  "department",
  "employeeId",
  "supervisor",
] as const satisfies readonly IdpField[];

const asWinners = (winnerOf: (field: IdpField) => FieldSource): Merged["winners"] =>
  Object.fromEntries(FIELDS.map((field) => [field, winnerOf(field)])) as Merged["winners"];

const nameOf = ({ preferredName, firstName, lastName, email }: Entered): string =>
  preferredName ?? (`${firstName} ${lastName}`.trim() || email);

/** The rule, computed from what both systems say: the first source that has the field. Personio has all. */
export function mergedByRule(
  entered: readonly Entered[],
  { users, settings }: { readonly users: readonly User[]; readonly settings: Settings },
): Merged[] {
  const holderOf = new Map(entered.map((person) => [person.email, person.personioId]));
  const emailOf = new Map(users.map((user) => [user.id, user.email]));
  return entered.map((person) => {
    const user = users
      .filter(({ email }) => email === person.email)
      .reduce<User | undefined>(
        (best, one) => (best && (best.active || !one.active) ? best : one),
        undefined,
      );
    const winnerOf = (field: IdpField): FieldSource => {
      const order = settings.get(field) ?? ["PERSONIO", "IDP"];
      // Nothing is stored of a hidden field, so no source is.
      if (order.length === 0) return "PERSONIO";
      const first = order.find((source) => source === "PERSONIO" || user?.offered[field] !== undefined);
      return first ?? "IDP";
    };
    const offer = (field: IdpField): string | null => user?.offered[field] || null;
    const pick = (field: IdpField, ofPersonio: string | null): string | null =>
      winnerOf(field) === "PERSONIO" ? ofPersonio : offer(field);
    const firstName = pick("firstName", person.firstName) ?? "";
    const lastName = pick("lastName", person.lastName) ?? "";
    const lead = emailOf.get(offer("supervisor") ?? "") ?? "";
    const values = {
      firstName,
      lastName,
      displayName: pick("displayName", nameOf(person)) ?? nameOf({ ...person, firstName, lastName }),
      position: pick("position", person.position),
      department: pick("department", person.department)?.toLowerCase() ?? null,
      employeeId: pick("employeeId", person.employeeId),
      supervisor: winnerOf("supervisor") === "PERSONIO" ? person.supervisor : (holderOf.get(lead) ?? null),
    };
    return { personioId: person.personioId, values, winners: asWinners(winnerOf) };
  });
}
