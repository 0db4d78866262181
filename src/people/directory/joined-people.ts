import { type GraphQLResolveInfo, Kind } from "graphql";
import { DEPARTMENT_COLUMNS, LEGAL_ENTITY_COLUMNS, OFFICE_COLUMNS } from "../../org/org.repository.ts";
import { type Selected, selectedAt } from "../../request/look-ahead.ts";
import { isInPersonRow, type JoinedRelations } from "../person.repository.ts";

/** A relation of a person to one row: its type, the rows that it leads to, their fields, the person's key. */
type Relation = {
  readonly type: string;
  readonly rows: string;
  readonly fields: readonly string[];
  readonly key: string;
};

const RELATIONS: Readonly<Record<keyof JoinedRelations, Relation>> = {
  department: {
    type: "Department",
    rows: `select ${DEPARTMENT_COLUMNS} from departments`,
    fields: ["id", "personioId", "name"],
    key: "departmentId",
  },
  office: {
    type: "Office",
    rows: `select ${OFFICE_COLUMNS} from offices`,
    fields: ["id", "personioId", "name", "timeZone", "isTimeZoneGuessed"],
    key: "officeId",
  },
  legalEntity: {
    type: "LegalEntity",
    rows: `select ${LEGAL_ENTITY_COLUMNS} from legal_entities`,
    fields: ["id", "personioId", "name"],
    key: "legalEntityId",
  },
  supervisor: {
    type: "Supervisor",
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

/** Types of a page that read nothing, and their fields; null for all. */
const OF_A_PAGE: Readonly<Record<string, readonly string[] | null>> = {
  Query: ["people"],
  PersonConnection: ["edges", "nodes", "pageInfo"],
  PersonEdge: null,
  PageInfo: null,
};

/** Whether a document selects nothing but one page by name, and what the page joins. */
export function isReadWithPage(selected: Selected | null, info: GraphQLResolveInfo): boolean {
  const [only, ...others] = info.operation.selectionSet.selections;
  if (!selected || only?.kind !== Kind.FIELD || others.length > 0) return false;
  const known = knownPages.get(selected) ?? [...selected].every(isReadWithPageOf);
  knownPages.set(selected, known);
  return known;
}

const knownPages = new WeakMap<Selected, boolean>();

function isReadWithPageOf([type, fields]: readonly [string, ReadonlySet<string>]): boolean {
  if (type === "Person")
    return [...fields].every((field) => isInPersonRow(field) || NAMES.some((name) => name === field));
  const related = NAMES.find((name) => RELATIONS[name].type === type);
  const among = related ? RELATIONS[related].fields : OF_A_PAGE[type];
  if (among === undefined) return false;
  return among === null || [...fields].every((field) => among.includes(field) || field === "__typename");
}

/** A relation, and the fields of its rows that an answer needs. */
export type RelatedColumns = { readonly name: RelationName; readonly fields: readonly string[] };

/** The key, and the fields that a document selects of such rows; all, if one of these has a resolver. */
export function relatedColumns(name: RelationName, selected: Selected | null): RelatedColumns {
  const { type, fields } = RELATIONS[name];
  const wanted = new Set(["id", ...(selected?.get(type) ?? fields)]);
  wanted.delete("__typename");
  const areFields = [...wanted].every((field) => fields.includes(field));
  return { name, fields: areFields ? fields.filter((field) => wanted.has(field)) : fields };
}

/** The page with the rows of these relations beside each person, in the order of the page. */
export function joinedSql(page: string, related: readonly RelatedColumns[], order: string): string {
  const columns = related.flatMap(({ name, fields }) =>
    fields.map((field) => `"${name}"."${field}" as "${name}.${field}"`),
  );
  const joins = related.map(
    ({ name }) =>
      `left join (${RELATIONS[name].rows}) "${name}" on "${name}".id = page."${RELATIONS[name].key}"`,
  );
  return `select ${["page.*", ...columns].join(", ")} from (${page}) page ${joins.join(" ")} order by ${order}`;
}

/** Puts the columns of each relation into an object of its own; null if the person has no such row. */
export function nestRelations(
  rows: readonly Record<string, unknown>[],
  related: readonly RelatedColumns[],
): void {
  for (const { name, fields: names } of related) {
    const fields = names.map((field) => [field, `${name}.${field}`] as const);
    for (const row of rows) {
      const nested: Record<string, unknown> = {};
      for (const [field, column] of fields) nested[field] = row[column];
      row[name] = nested.id === null ? null : nested;
    }
  }
}
