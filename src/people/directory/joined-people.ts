import { DEPARTMENT_COLUMNS, LEGAL_ENTITY_COLUMNS, OFFICE_COLUMNS } from "../../org/org.repository.ts";
import { selectedAt } from "../../request/look-ahead.ts";
import type { JoinedRelations } from "../person.repository.ts";

/** A relation of a person to one row: the rows that it leads to, their fields, and the person's key. */
type Relation = { readonly rows: string; readonly fields: readonly string[]; readonly key: string };

const RELATIONS: Readonly<Record<keyof JoinedRelations, Relation>> = {
  department: {
    rows: `select ${DEPARTMENT_COLUMNS} from departments`,
    fields: ["id", "personioId", "name"],
    key: "departmentId",
  },
  office: {
    rows: `select ${OFFICE_COLUMNS} from offices`,
    fields: ["id", "personioId", "name", "timeZone", "isTimeZoneGuessed"],
    key: "officeId",
  },
  legalEntity: {
    rows: `select ${LEGAL_ENTITY_COLUMNS} from legal_entities`,
    fields: ["id", "personioId", "name"],
    key: "legalEntityId",
  },
  supervisor: {
    rows: `select id, display_name as "displayName", work_email as "workEmail", position,
      supervisor_id as "supervisorId" from people`,
    fields: ["id", "displayName", "workEmail", "position", "supervisorId"],
    key: "supervisorId",
  },
};

export type RelationName = keyof JoinedRelations;

const NAMES = Object.keys(RELATIONS) as RelationName[];

const selectedOfPeople = selectedAt([["edges", "node"], ["nodes"]]);

/** The relations that the answer selects for each person of a page. */
export function selectedRelations(info: Parameters<typeof selectedOfPeople>[0]): readonly RelationName[] {
  const selected = selectedOfPeople(info);
  return NAMES.filter((name) => selected.has(name));
}

/** The page with the rows of these relations beside each person, in the order of the page. */
export function joinedSql(page: string, names: readonly RelationName[], order: string): string {
  const columns = names.flatMap((name) =>
    RELATIONS[name].fields.map((field) => `"${name}"."${field}" as "${name}.${field}"`),
  );
  const joins = names.map(
    (name) => `left join (${RELATIONS[name].rows}) "${name}" on "${name}".id = page."${RELATIONS[name].key}"`,
  );
  return `select ${["page.*", ...columns].join(", ")} from (${page}) page ${joins.join(" ")} order by ${order}`;
}

/** Puts the columns of each relation into an object of its own; null if the person has no such row. */
export function nestRelations(
  rows: readonly Record<string, unknown>[],
  names: readonly RelationName[],
): void {
  for (const name of names) {
    const fields = RELATIONS[name].fields.map((field) => [field, `${name}.${field}`] as const);
    for (const row of rows) {
      const related: Record<string, unknown> = {};
      for (const [field, column] of fields) related[field] = row[column];
      row[name] = related.id === null ? null : related;
    }
  }
}
