import {
  type RawSearch,
  readChoice,
  readChoices,
  readFlag,
  readText,
  readTexts,
  withoutEmpty,
} from "../parts/search-params.ts";

export const STATUSES = ["ACTIVE", "ONBOARDING", "LEAVE", "INACTIVE"] as const;
export const EMPLOYMENT_TYPES = ["INTERNAL", "EXTERNAL"] as const;
export const ORDERS = ["name", "position", "department", "office", "status", "hireDate", "match"] as const;
export const COLUMNS = [
  "position",
  "department",
  "office",
  "supervisor",
  "status",
  "hireDate",
  "team",
  "legalEntity",
  "employmentType",
  "workEmail",
  "personnelNumber",
  "costCenter",
] as const;

/** The column that every list has. By itself in the address, it stands for a list of only names. */
export const NAME_COLUMN = "name" as const;

export type OrderKey = (typeof ORDERS)[number];
export type ColumnKey = (typeof COLUMNS)[number];

/** What the address of the list holds: the whole state of the screen. */
export type PeopleSearch = ReturnType<typeof readPeopleSearch>;

export const readPeopleSearch = (raw: RawSearch) =>
  withoutEmpty({
    search: readText(raw.search),
    status: readChoices(raw.status, STATUSES),
    department: readTexts(raw.department),
    office: readTexts(raw.office),
    entity: readTexts(raw.entity),
    type: readChoices(raw.type, EMPLOYMENT_TYPES),
    starting: readFlag(raw.starting),
    reportsTo: readText(raw.reportsTo),
    order: readChoice(raw.order, ORDERS),
    descending: readFlag(raw.descending),
    columns: readChoices(raw.columns, [NAME_COLUMN, ...COLUMNS]),
  });

/** A change of the address. A name without a value is removed. */
export type SearchChange = { readonly [Name in keyof PeopleSearch]?: PeopleSearch[Name] | undefined };

export const changedBy = (search: PeopleSearch, change: SearchChange): PeopleSearch =>
  withoutEmpty({ ...search, ...change });

/** Names of filters, without order and columns. */
const FILTERS = [
  "search",
  "status",
  "department",
  "office",
  "entity",
  "type",
  "starting",
  "reportsTo",
] as const;

export const isFiltered = (search: PeopleSearch): boolean =>
  FILTERS.some((name) => search[name] !== undefined);

export const withoutFilters = ({ order, descending, columns }: PeopleSearch): PeopleSearch =>
  withoutEmpty({ order: order === "match" ? undefined : order, descending, columns });

export const filterOf = (search: PeopleSearch) =>
  withoutEmpty({
    search: search.search,
    statuses: search.status,
    departmentIds: search.department,
    officeIds: search.office,
    legalEntityIds: search.entity,
    employmentTypes: search.type,
    isPreHire: search.starting && true,
    supervisorId: search.reportsTo,
  });

const FIELDS = {
  name: "NAME",
  position: "POSITION",
  department: "DEPARTMENT",
  office: "OFFICE",
  status: "STATUS",
  hireDate: "HIRE_DATE",
  match: "RELEVANCE",
} as const;

/** A search shows the best match first, until the user orders by a column. */
export const orderKeyOf = ({ order, search }: PeopleSearch): OrderKey => {
  if (order === "match" && search === undefined) return "name";
  return order ?? (search === undefined ? "name" : "match");
};

export const orderOf = (search: PeopleSearch) => ({
  field: FIELDS[orderKeyOf(search)],
  direction: search.descending ? ("DESC" as const) : ("ASC" as const),
});
