import type { Viewer } from "../access/viewer.ts";
import { missingScope, type RaisedFields } from "../fields/raised-fields.ts";

/**
 * The fields of the graph that show a field of a person, by its name. If the company raises its sensitivity,
 * they need its scope as well. Lists that name fields follow `hiddenPersonFields`: events, forecasts, plans.
 */
const SHOWN_IN: Readonly<Record<string, readonly string[]>> = {
  employeeId: ["Person.employeeId"],
  position: ["Person.position", "Supervisor.position", "OrgTreeNode.position", "PreviewPerson.position"],
  // A person's approver may be that of the department.
  department: [
    "Person.department",
    "Department.people",
    "Person.approver",
    "OrgIssue.department",
    "OrgTreeNode.departmentName",
    "PreviewPerson.department",
  ],
  subCompany: ["Person.subCompany"],
  costCenter: ["Person.costCenter", "PreviewPerson.costCenter"],
  team: ["Person.team", "PreviewPerson.team"],
  legalEntity: ["Person.legalEntity", "LegalEntity.people"],
  // The zone of a date is that of the office.
  office: [
    "Person.office",
    "Office.people",
    "PreviewPerson.office",
    "UpcomingLifecycleEvent.timeZone",
    "UpcomingLifecycleEvent.firesAt",
  ],
  supervisor: [
    "Person.supervisor",
    "Person.directReports",
    "Person.reportingChain",
    "Person.approver",
    "Supervisor.supervisor",
    "Supervisor.directReports",
    "Supervisor.directReportCount",
    "Supervisor.reportCount",
    "Query.orgIssues",
    "Query.orgIssueCounts",
    "Query.orgTree",
    "PreviewPerson.supervisor",
  ],
  employmentType: ["Person.employmentType"],
  hireDate: [
    "Person.hireDate",
    "Person.originalHireDate",
    "Person.isPreHire",
    "OrgTreeNode.isPreHire",
    "PreviewPerson.hireDate",
  ],
  probationEndDate: ["Person.probationEndDate"],
  contractEndDate: ["Person.contractEndDate"],
  terminationDate: ["Person.terminationDate"],
};

/** The names of the fields whose sensitivity a company may raise; custom attributes beside them. */
export const RAISABLE_FIELDS: readonly string[] = Object.keys(SHOWN_IN);

/** The fields of the graph that show raisable fields, by coordinate, with the names of these fields. */
export const RAISABLE_COORDINATES: ReadonlyMap<string, readonly string[]> = new Map(
  [...new Set(Object.values(SHOWN_IN).flat())].map((coordinate) => [
    coordinate,
    RAISABLE_FIELDS.filter((field) => SHOWN_IN[field]?.includes(coordinate)),
  ]),
);

/** What filters by a field, or sorts by it, shows it. A search finds words of the position. */
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

/** A use of a raisable field by the arguments of a request: what uses it, and its name. */
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
