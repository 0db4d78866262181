import { Arg, Args, Ctx, Directive, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import type { Queries } from "../../database/queries.ts";
import { Department } from "../../org/department.ts";
import type { DepartmentRow } from "../../org/org.repository.ts";
import { type Connection, createConnectionType, pageOf } from "../../request/connection.ts";
import type { CursorValue } from "../../request/cursors.ts";
import { NotKept } from "../../request/kept-rules.ts";
import { PageArgs } from "../../request/page-args.ts";
import { checkFirst } from "../../request/page-size.ts";
import type { PeopleContext } from "../person.loader.ts";
import type { PersonRow } from "../person.repository.ts";
import { Person } from "../person.ts";
import { ORG_ISSUE_KINDS, OrgIssue, OrgIssueCount, OrgIssueKind } from "./org-issue.ts";
import {
  countPeopleWithIssue,
  findPeopleWithIssue,
  findSupervisorsWithIssues,
  type IssuePosition,
  type IssueRow,
  type SupervisorsWithIssues,
} from "./org-issues.repository.ts";

const OrgIssueConnection = createConnectionType({
  name: "OrgIssue",
  node: () => OrgIssue,
  entry: "issue",
  entries: "issues",
  scope: ADMIN_SCOPE,
  countCost: 5_000,
});

const LIST = "orgIssues";

@Resolver(() => OrgIssue)
export class OrgIssuesResolver {
  // The query reads every supervisor of the company.
  @Directive("@cost(weight: 2500)")
  @RequiresScope(ADMIN_SCOPE)
  @NotKept("STATE")
  @Query(() => OrgIssueConnection, {
    description:
      "Problems in the reporting lines of people who work here, the worst kind first and each kind by " +
      "name. A person can have several issues, at most one of each kind. Needs the scope `people:admin`. " +
      "Costly: the service reads every supervisor.",
  })
  async orgIssues(
    @Args(() => PageArgs) { first, after }: PageArgs,
    @Ctx() { read, cursors }: PeopleContext,
    @Arg("kinds", () => [OrgIssueKind], {
      nullable: true,
      description: "Only issues of these kinds; null for all. An empty list matches no issue.",
    })
    kinds?: OrgIssueKind[] | null,
  ): Promise<Connection<FoundIssue>> {
    const size = checkFirst(first);
    const cursor = after == null ? null : issueCursor(cursors.decode(LIST, after));
    const wanted = ORG_ISSUE_KINDS.filter((kind) => !kinds || kinds.includes(kind));
    const findSupervisors = once(() => read(findSupervisorsWithIssues));
    const issues = await read((manager) =>
      listOrgIssues(manager, { wanted, findSupervisors, after: cursor, limit: size + 1 }),
    );
    return pageOf(issues, {
      first: size,
      after,
      cursorOf: ({ kind, person: { lastName, firstName, id } }) =>
        cursors.encode(LIST, [kind, lastName, firstName, id]),
      countAll: async () => {
        const known = await findSupervisors();
        const counts = await read((manager) => countOrgIssues(manager, wanted, known));
        return counts.reduce((sum, { count }) => sum + count, 0);
      },
    });
  }

  // As `orgIssues` with its `totalCount`.
  @Directive("@cost(weight: 7500)")
  @RequiresScope(ADMIN_SCOPE)
  @NotKept("STATE")
  @Query(() => [OrgIssueCount], {
    description:
      "How many people have each kind of issue, in the order of `orgIssues`. A kind without an issue is left out. " +
      "Needs the scope `people:admin`. Costly: the service reads every supervisor.",
  })
  async orgIssueCounts(@Ctx() { read }: PeopleContext): Promise<OrgIssueCount[]> {
    const counts = await read(async (manager) =>
      countOrgIssues(manager, ORG_ISSUE_KINDS, await findSupervisorsWithIssues(manager)),
    );
    return counts.filter(({ count }) => count > 0);
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

  @FieldResolver(() => ID, {
    nullable: true,
    description:
      "Of SUPERVISOR_NOT_SYNCED: Personio's id of the supervisor's record, such as for `whyMissing`. Null for other kinds.",
  })
  supervisorPersonioId(@Root() { kind, person }: FoundIssue): string | null {
    return kind === "SUPERVISOR_NOT_SYNCED" ? person.supervisorPersonioId : null;
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

function once<Found>(find: () => Promise<Found>): () => Promise<Found> {
  let found: Promise<Found> | undefined;
  return () => {
    found ??= find();
    return found;
  };
}

const describe = ({ kind, person: { supervisorPersonioId } }: FoundIssue) =>
  describeOrgIssue({ kind, supervisorPersonioId });

/** The position in a cursor of this list; null, so from the start, for a kind that no longer exists. */
function issueCursor([kind, ...position]: readonly CursorValue[]): IssueCursor | null {
  const known = ORG_ISSUE_KINDS.find((candidate) => candidate === kind);
  return known ? { kind: known, position } : null;
}

type Found = { readonly kind: OrgIssueKind; readonly supervisorPersonioId: string | null };
type Advice = { readonly message: string; readonly help: string };

/** The finding and the remedy, for the people who maintain Personio. Contains no names of people. Pure. */
const describeOrgIssue = (issue: Found): Advice => ADVICE[issue.kind](issue);

const ADVICE: Readonly<Record<OrgIssueKind, (issue: Found) => Advice>> = {
  SUPERVISOR_CYCLE: () => ({
    message: "The reporting line leads back to the person.",
    help: "Follow `person.reportingChain`, and correct one supervisor of the circle in Personio.",
  }),
  SELF_SUPERVISED: () => ({
    message: "The person is their own supervisor.",
    help: "Choose another supervisor on the person's profile in Personio, or none if the person is at the top.",
  }),
  SUPERVISOR_LEFT: () => ({
    message: "The supervisor has left.",
    help:
      "Choose another supervisor on the person's profile in Personio. Until then, the next supervisor " +
      "above approves.",
  }),
  SUPERVISOR_NOT_SYNCED: ({ supervisorPersonioId }) => ({
    message: `The supervisor is Personio's record ${supervisorPersonioId}, which is not in the directory.`,
    help:
      `Query \`whyMissing(personioId: "${supervisorPersonioId}")\` for the reason, or choose another ` +
      "supervisor in Personio.",
  }),
  NO_SUPERVISOR: () => ({
    message: "The person has no supervisor.",
    help:
      "Choose one on the person's profile in Personio, unless the person is at the top. If no person has " +
      "one, the credential may not read Supervisor: see `personioIntegration.attributes`.",
  }),
};

type FoundIssue = { readonly kind: OrgIssueKind; readonly person: IssueRow };

type IssueCursor = { readonly kind: OrgIssueKind; readonly position: IssuePosition };

/** Reads the whole company once, on the first call. */
type FindSupervisors = () => Promise<SupervisorsWithIssues>;

type PageBounds = {
  readonly wanted: readonly OrgIssueKind[];
  readonly findSupervisors: FindSupervisors;
  readonly after: IssueCursor | null;
  readonly limit: number;
};

/** Kinds that a person's own row shows. They come last, and their pages cost next to nothing. */
const ROW_KINDS: ReadonlySet<OrgIssueKind> = new Set(["SUPERVISOR_NOT_SYNCED", "NO_SUPERVISOR"]);
const NO_SUPERVISORS: SupervisorsWithIssues = { inCycles: [], ownSupervisors: [], left: [] };

/**
 * A page of issues: kind after kind, each by the names of the people. The function reads a kind only if the
 * kinds before leave room for it.
 */
async function listOrgIssues(
  manager: Queries,
  { wanted, findSupervisors, after, limit }: PageBounds,
): Promise<FoundIssue[]> {
  const issues: FoundIssue[] = [];
  for (const kind of ORG_ISSUE_KINDS.slice(after ? ORG_ISSUE_KINDS.indexOf(after.kind) : 0)) {
    if (issues.length === limit) break;
    if (!wanted.includes(kind)) continue;
    const people = await findPeopleWithIssue(manager, kind, {
      supervisors: ROW_KINDS.has(kind) ? NO_SUPERVISORS : await findSupervisors(),
      after: after?.kind === kind ? after.position : null,
      limit: limit - issues.length,
    });
    issues.push(...people.map((person) => ({ kind, person })));
  }
  return issues;
}

async function countOrgIssues(
  manager: Queries,
  kinds: readonly OrgIssueKind[],
  supervisors: SupervisorsWithIssues,
): Promise<OrgIssueCount[]> {
  const counts: OrgIssueCount[] = [];
  for (const kind of kinds)
    counts.push({ kind, count: await countPeopleWithIssue(manager, kind, supervisors) });
  return counts;
}
