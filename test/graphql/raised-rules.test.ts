import { isObjectType } from "graphql";
import { describe, expect, test } from "vitest";
import { buildSubgraph } from "../../src/graphql/build-schema.ts";
import { RAISABLE_ARGUMENTS, RAISABLE_COORDINATES, RAISABLE_FIELDS } from "../../src/graphql/raised-rules.ts";
import { subgraphResolvers } from "../../src/graphql/resolvers.ts";
import { peopleFields } from "../../src/integration/fields/people-fields.ts";
import { NEVER_RAISED, PERSON_FIELD_SCOPES } from "../../src/people/person-scopes.ts";

const { schema } = await buildSubgraph(subgraphResolvers);

/** The fields of types with names of fields of people. */
const coordinates = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));

/**
 * Where else the graph shows a field of a person. It is written twice on purpose: other tests ask at the
 * places that the rules name. So a place that is lost would take its test along.
 */
const ALSO_SHOWN_IN: Readonly<Record<string, readonly string[]>> = {
  position: ["OrgTreeNode.position", "PreviewPerson.position", "Supervisor.position"],
  department: [
    "Department.people",
    "OrgIssue.department",
    "OrgTreeNode.departmentName",
    "Person.approver",
    "PreviewPerson.department",
  ],
  costCenter: ["PreviewPerson.costCenter"],
  team: ["PreviewPerson.team"],
  legalEntity: ["LegalEntity.people"],
  office: [
    "Office.people",
    "PreviewPerson.office",
    "UpcomingLifecycleEvent.firesAt",
    "UpcomingLifecycleEvent.timeZone",
  ],
  supervisor: [
    "Person.approver",
    "Person.directReports",
    "Person.reportingChain",
    "PreviewPerson.supervisor",
    "Query.orgIssueCounts",
    "Query.orgIssues",
    "Query.orgTree",
    "Supervisor.directReportCount",
    "Supervisor.directReports",
    "Supervisor.reportCount",
    "Supervisor.supervisor",
  ],
  hireDate: [
    "OrgTreeNode.isPreHire",
    "Person.isPreHire",
    "Person.originalHireDate",
    "PreviewPerson.hireDate",
  ],
};

describe("the fields whose sensitivity a company may raise", () => {
  test("each is shown by the person's own field, and in no place beside it but those of the list", () => {
    for (const field of RAISABLE_FIELDS) {
      const shown = [...RAISABLE_COORDINATES].flatMap(([place, fields]) =>
        fields.includes(field) ? [place] : [],
      );
      expect([field, shown.sort()]).toEqual([
        field,
        [`Person.${field}`, ...(ALSO_SHOWN_IN[field] ?? [])].sort(),
      ]);
    }
  });

  test("each field can be raised, or is one without which there is no directory, or is the most sensitive", () => {
    const most = peopleFields
      .map(({ field }) => field)
      .filter((field) => PERSON_FIELD_SCOPES.get(field) === "people:sensitive");
    const known = [...RAISABLE_FIELDS, ...NEVER_RAISED, ...most];
    expect([...peopleFields.map(({ field }) => field), "displayName"].sort()).toEqual(
      [...new Set(known)].sort(),
    );
  });

  test("each place in the graph that shows one exists", () => {
    const named = [...RAISABLE_COORDINATES.keys(), ...RAISABLE_ARGUMENTS.keys()];
    expect(named.filter((name) => !coordinates.includes(name))).toEqual([]);
  });

  test("no other field of the graph has the name of one", () => {
    const elsewhere = coordinates.filter((name) => {
      const field = name.split(".")[1] ?? "";
      return RAISABLE_FIELDS.includes(field) && !RAISABLE_COORDINATES.has(name);
    });
    // A single department, office or supervisor by id; what an administrator sets.
    expect(elsewhere.sort()).toEqual([
      "FallbackApprover.department",
      "Query.department",
      "Query.legalEntity",
      "Query.office",
      "Query.supervisor",
    ]);
  });

  test("an event shows none in place: its raised fields are at most as new as the event", () => {
    const reached = [...RAISABLE_COORDINATES.keys()].filter((name) =>
      /^(LifecycleEvent|Subscription)\./.test(name),
    );
    expect(reached).toEqual([]);
  });
});
