import { Args, Ctx, Directive, FieldResolver, Query, Resolver, Root } from "type-graphql";
import { Department } from "../../org/department.ts";
import type { DepartmentRow } from "../../org/org.repository.ts";
import { type Connection, createConnectionType, pageOf } from "../../request/connection.ts";
import type { CursorValue } from "../../request/cursors.ts";
import { PageArgs } from "../../request/page-args.ts";
import { checkFirst } from "../../request/page-size.ts";
import type { PeopleContext } from "../person.loader.ts";
import type { PersonRow } from "../person.repository.ts";
import { Person } from "../person.ts";
import { describeOrgIssue } from "./describe-org-issue.ts";
import { countOrgIssues, type FoundIssue, type IssueCursor, listOrgIssues } from "./list-org-issues.ts";
import { ORG_ISSUE_KINDS, OrgIssue } from "./org-issue.ts";
import { findTroubledSupervisors } from "./org-issues.repository.ts";

const OrgIssueConnection = createConnectionType({
  name: "OrgIssue",
  node: () => OrgIssue,
  entry: "issue",
  entries: "issues",
  countCost: 5_000,
});

const LIST = "orgIssues";

@Resolver(() => OrgIssue)
export class OrgIssuesResolver {
  // It looks at every supervisor of the company.
  @Directive("@cost(weight: 2500)")
  @Query(() => OrgIssueConnection, {
    description:
      "Problems in the reporting lines of people who work here, the worst kind first and each kind by " +
      "name. A person can have several issues, at most one of each kind. Needs the scope `people:admin`. " +
      "Costly: the service reads every supervisor.",
  })
  async orgIssues(
    @Args(() => PageArgs) { first, after }: PageArgs,
    @Ctx() { read, cursors }: PeopleContext,
  ): Promise<Connection<FoundIssue>> {
    const size = checkFirst(first);
    const cursor = after == null ? null : issueCursor(cursors.decode(LIST, after));
    const findTroubled = findOnce(() => read(findTroubledSupervisors));
    const issues = await read((manager) =>
      listOrgIssues(manager, { findTroubled, after: cursor, limit: size + 1 }),
    );
    return pageOf(issues, {
      first: size,
      after,
      cursorOf: ({ kind, person: { lastName, firstName, id } }) =>
        cursors.encode(LIST, [kind, lastName, firstName, id]),
      countAll: async () => {
        const known = await findTroubled();
        return read((manager) => countOrgIssues(manager, known));
      },
    });
  }

  @FieldResolver(() => Person, {
    nullable: true,
    description: "The person with the issue.",
  })
  person(@Root() { person }: FoundIssue): PersonRow {
    return person;
  }

  @FieldResolver(() => Department, {
    nullable: true,
    description: "The person's department, to know which team to contact. Null when HR names none.",
  })
  department(
    @Root() { person }: FoundIssue,
    @Ctx() { loaders }: PeopleContext,
  ): Promise<DepartmentRow | null> | null {
    return person.departmentId === null ? null : loaders.departmentById.load(person.departmentId);
  }

  @FieldResolver(() => String, { description: "What was found." })
  message(@Root() issue: FoundIssue): string {
    return describe(issue).message;
  }

  @FieldResolver(() => String, { description: "What to do in Personio." })
  help(@Root() issue: FoundIssue): string {
    return describe(issue).help;
  }
}

function findOnce<Found>(find: () => Promise<Found>): () => Promise<Found> {
  let found: Promise<Found> | undefined;
  return () => {
    found ??= find();
    return found;
  };
}

const describe = ({ kind, person: { supervisorPersonioId } }: FoundIssue) =>
  describeOrgIssue({ kind, supervisorPersonioId });

/** A cursor of this list that we signed; a kind that is no more is where the list begins. */
function issueCursor([kind, ...position]: readonly CursorValue[]): IssueCursor | null {
  const known = ORG_ISSUE_KINDS.find((candidate) => candidate === kind);
  return known ? { kind: known, position } : null;
}
