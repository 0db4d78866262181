import { readOpaqueId } from "../../request/opaque-id.ts";
import { keyOf } from "../schema/resource.ts";
import { invalidFilter } from "../scim-error.ts";
import type { Comparison, Condition } from "./condition.ts";

/** Adds a parameter to the statement, and returns its placeholder. */
export type Bind = (value: unknown) => string;

/** How a filterable attribute is stored. */
type Column = {
  readonly sql: string;
  /** `key`: in the form for comparing. `exact`: as sent. `id`: a uuid. */
  readonly form: "key" | "exact" | "id";
};

/** Rows of a list: what stands around a condition on one of them. */
type Rows = { readonly from: string; readonly columns: Readonly<Record<string, Column>> };

export type Filterable = {
  readonly columns: Readonly<Record<string, Column>>;
  /** By the name of the list. */
  readonly lists: Readonly<Record<string, Rows>>;
};

const key = (sql: string): Column => ({ sql, form: "key" });

/** Attributes of users, on `idp_users u`. */
export const FILTERABLE_USERS: Filterable = {
  columns: {
    id: { sql: "u.id", form: "id" },
    userName: key("u.user_name_key"),
    externalId: { sql: "u.external_id", form: "exact" },
    displayName: key("u.display_name_key"),
    "manager.value": { sql: "u.supervisor_id", form: "id" },
  },
  lists: {
    emails: {
      from: "idp_user_emails e where e.user_id = u.id",
      columns: { value: key("e.value_key"), type: key("e.type_key") },
    },
  },
};

/** Attributes of groups, on `idp_groups g`. */
export const FILTERABLE_GROUPS: Filterable = {
  columns: {
    id: { sql: "g.id", form: "id" },
    displayName: key("g.display_name_key"),
    externalId: { sql: "g.external_id", form: "exact" },
  },
  lists: {
    members: {
      from: "idp_group_members m where m.group_id = g.id",
      columns: { value: { sql: "m.user_id", form: "id" } },
    },
  },
};

/**
 * The condition in SQL. An `eq` stays a plain comparison with a column, so that its index serves it.
 *
 * @throws ScimError invalidFilter for an attribute that no column keeps.
 */
export function filterSql(condition: Condition, filterable: Filterable, bind: Bind): string {
  switch (condition.op) {
    case "and":
    case "or":
      return `(${condition.of.map((one) => filterSql(one, filterable, bind)).join(` ${condition.op} `)})`;
    case "not":
      // The condition is null for an attribute that the row does not have.
      return `((${filterSql(condition.of, filterable, bind)}) is not true)`;
    case "element": {
      const rows = own(filterable.lists, condition.path);
      if (!rows) throw notFilterable(condition.path);
      return exists(rows, filterSql(condition.of, { columns: rows.columns, lists: {} }, bind));
    }
    default: {
      const column = own(filterable.columns, condition.path);
      if (column) return compareSql(condition, column, bind);
      const [list = "", sub = ""] = condition.path.split(".");
      const rows = own(filterable.lists, list);
      const part = rows && own(rows.columns, sub);
      // Only for an address: a type by itself would be read from every row.
      if (!part || sub !== "value") throw notFilterable(condition.path);
      return exists(rows, compareSql(condition, part, bind));
    }
  }
}

const own = <Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

const exists = ({ from }: Rows, condition: string): string => `exists (select from ${from} and ${condition})`;

type Leaf = Extract<Condition, { readonly op: Comparison | "pr" }>;

function compareSql(condition: Leaf, { sql, form }: Column, bind: Bind): string {
  if (condition.op === "pr") return form === "id" ? `(${sql} is not null)` : `(${sql} <> '')`;
  const { op, value } = condition;
  const text = form === "exact" ? String(value) : keyOf(String(value));
  if (form === "id" && (op === "eq" || op === "ne")) {
    const id = readOpaqueId(text);
    const isEqual = id === null ? "false" : `${sql} = ${bind(id)}::uuid`;
    return op === "eq" ? `(${isEqual})` : `((${isEqual}) is not true)`;
  }
  const column = form === "id" ? `${sql}::text collate "C"` : sql;
  return `(${OPERATORS[op](column, `${bind(text)}::text`)})`;
}

const OPERATORS: Readonly<Record<Comparison, (column: string, value: string) => string>> = {
  eq: (column, value) => `${column} = ${value}`,
  ne: (column, value) => `(${column} = ${value}) is not true`,
  co: (column, value) => `strpos(${column}, ${value}) > 0`,
  sw: (column, value) => `starts_with(${column}, ${value})`,
  ew: (column, value) => `right(${column}, length(${value})) = ${value}`,
  gt: (column, value) => `${column} > ${value}`,
  ge: (column, value) => `${column} >= ${value}`,
  lt: (column, value) => `${column} < ${value}`,
  le: (column, value) => `${column} <= ${value}`,
};

const notFilterable = (path: string): Error =>
  invalidFilter(
    `${path} cannot be filtered. Users: id, userName, externalId, displayName, emails.value, manager. Groups: id, ` +
      "displayName, externalId, members.value.",
  );
