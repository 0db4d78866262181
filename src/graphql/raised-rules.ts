import { SENSITIVE_SCOPE, type Viewer } from "../access/viewer.ts";
import { missingScope, type RaisedFields } from "../fields/raised-fields.ts";
import { PEOPLE_FIELDS, type PersonField, previewFields } from "../integration/fields/people-fields.ts";
import { NEVER_RAISED, PERSON_FIELD_SCOPES } from "../people/person-scopes.ts";

/**
 * Where the graph shows a field of a person, apart from `Person` and the preview of an import, where it has
 * its own name. If the company raises its sensitivity, these places need its scope as well. Lists that name
 * fields follow `hiddenPersonFields`: events, forecasts, plans.
 */
const ALSO_SHOWN_IN: Readonly<Partial<Record<PersonField, readonly string[]>>> = {
  position: ["Supervisor.position", "OrgTreeNode.position"],
  // A person's approver may be that of the department.
  department: [
    "Department.people",
    "Person.approver",
    "OrgIssue.department",
    "OrgTreeNode.departmentName",
    "PreviewPerson.department",
  ],
  legalEntity: ["LegalEntity.people"],
  // The zone of a date is that of the office.
  office: [
    "Office.people",
    "PreviewPerson.office",
    "UpcomingLifecycleEvent.timeZone",
    "UpcomingLifecycleEvent.firesAt",
  ],
  supervisor: [
    "Person.directReports",
    "Person.reportingChain",
    "Person.approver",
    "Supervisor.supervisor",
    "Supervisor.directReports",
    "Supervisor.directReportCount",
    "Supervisor.reportCount",
    "Query.orgIssues",
    "Query.orgTree",
    "Query.orgIssueCounts",
    "PreviewPerson.supervisor",
  ],
  hireDate: [
    "Person.originalHireDate",
    "Person.isPreHire",
    "OrgTreeNode.isPreHire",
    "PreviewPerson.hireDate",
  ],
};

const raisableFields = PEOPLE_FIELDS.map(({ field }) => field).filter(
  (field) => !NEVER_RAISED.includes(field) && PERSON_FIELD_SCOPES.get(field) !== SENSITIVE_SCOPE,
);

const placesOf = (field: PersonField): readonly string[] => [
  `Person.${field}`,
  ...previewFields.flatMap((previewed) => (previewed.field === field ? [`PreviewPerson.${field}`] : [])),
  ...(ALSO_SHOWN_IN[field] ?? []),
];

/** The names of the fields whose sensitivity a company may raise, and custom attributes. */
export const RAISABLE_FIELDS: readonly string[] = raisableFields;

/** The fields of the graph that show raisable fields, by coordinate, with the names of these fields. */
export const RAISABLE_COORDINATES: ReadonlyMap<string, readonly string[]> = new Map(
  [...new Set(raisableFields.flatMap(placesOf))].map((coordinate) => [
    coordinate,
    raisableFields.filter((field) => placesOf(field).includes(coordinate)),
  ]),
);

/** Filtering or sorting by a field reveals it. A search finds words of the position. */
const USED_BY_FILTER: Readonly<Record<string, string>> = {
  search: "position",
  departmentIds: "department",
  officeIds: "office",
  legalEntityIds: "legalEntity",
  supervisorId: "supervisor",
  hasSupervisor: "supervisor",
  employmentTypes: "employmentType",
  isPreHire: "hireDate",
  hiredFrom: "hireDate",
  hiredTo: "hireDate",
};
const USED_BY_ORDER: Readonly<Record<string, string>> = {
  HIRE_DATE: "hireDate",
  DEPARTMENT: "department",
  OFFICE: "office",
  POSITION: "position",
};

type Arguments = Readonly<Record<string, unknown>>;

/** A use of a raisable field in the arguments of a request: the argument, and the name of the field. */
type Use = readonly [what: string, field: string];

const isObject = (value: unknown): value is Arguments => typeof value === "object" && value !== null;

/** How the arguments of each field of the graph use raisable fields. */
const listUses = (args: Arguments): Use[] => [
  ...(isObject(args.filter)
    ? Object.entries(args.filter).flatMap(([name, value]): Use[] =>
        value == null || !USED_BY_FILTER[name] ? [] : [[`filter.${name}`, USED_BY_FILTER[name]]],
      )
    : []),
  ...(isObject(args.orderBy) && typeof args.orderBy.field === "string" && USED_BY_ORDER[args.orderBy.field]
    ? [[`orderBy: ${args.orderBy.field}`, USED_BY_ORDER[args.orderBy.field] ?? ""] as const]
    : []),
];

const listUsesOfEvents = (args: Arguments): Use[] =>
  (["departmentIds", "officeIds"] as const).flatMap((name): Use[] =>
    args[name] == null ? [] : [[name, USED_BY_FILTER[name] ?? ""]],
  );

/** The fields of the graph whose arguments use raisable fields. */
export const RAISABLE_ARGUMENTS: ReadonlyMap<string, (args: Arguments) => readonly Use[]> = new Map([
  ["Query.people", listUses],
  ["Department.people", listUses],
  ["Office.people", listUses],
  ["LegalEntity.people", listUses],
  ["Query.lifecycleEvents", listUsesOfEvents],
  ["Subscription.lifecycleEvent", listUsesOfEvents],
]);

/** The first raised field among the uses that the viewer may not see; null if there is none. Pure. */
export function findForbidden(
  uses: readonly Use[],
  raised: RaisedFields,
  viewer: Pick<Viewer, "scopes">,
): { readonly what: string; readonly scope: string } | null {
  for (const [what, field] of uses) {
    const scope = missingScope(raised, field, viewer);
    if (scope) return { what, scope };
  }
  return null;
}
