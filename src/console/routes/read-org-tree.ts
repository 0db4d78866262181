import type { ConsoleOrgPersonQuery, ConsoleOrgTreeQuery } from "#graph/graphql";
import { uncached } from "../graph/client.ts";
import { graphql } from "../graph/operation.ts";
import { failureIn, type Problem, problemsIn } from "../graph/problem.ts";
import { BY_TIMER } from "../graph/session.ts";
import { hiddenIn, protectsFirstDays } from "../parts/hidden-fields.tsx";
import {
  EMPTY,
  type OrgModel,
  type OrgPerson,
  openLevels,
  TOP,
  withLine,
  withMember,
  withOpenOf,
  withTree,
} from "./org-model.ts";

const TREE = graphql(`
  query ConsoleOrgTree($rootId: ID, $levels: Int!, $preHire: Boolean!) {
    orgTree(rootId: $rootId, levels: $levels) {
      isCut
      nodes {
        personId
        supervisorId
        displayName
        position
        departmentName
        status
        isPreHire @include(if: $preHire)
        level
        directReportCount
        reportCount
        issues
      }
    }
  }
`);

const PERSON = graphql(`
  query ConsoleOrgPerson($id: ID!, $preHire: Boolean!) {
    person(id: $id) {
      id
      displayName
      position
      status
      isPreHire @include(if: $preHire)
      department {
        id
        name
      }
      supervisor {
        id
      }
      reportingChain {
        id
        displayName
        position
        directReportCount
        reportCount
        person {
          id
          status
          isPreHire @include(if: $preHire)
          department {
            id
            name
          }
        }
      }
    }
  }
`);

/** What a first look at a company shows. */
const FIRST_LEVELS = 2;

type Found = NonNullable<ConsoleOrgPersonQuery["person"]>;
type Tree = ConsoleOrgTreeQuery["orgTree"];
type Answer<Data> = {
  readonly data: Data | undefined;
  readonly problem: Problem | undefined;
  readonly hidden: readonly string[];
};

/** A company may protect first days; the tree is then read without `isPreHire`. */
async function askWithout<Data, Part>(
  ask: (preHire: boolean) => Promise<{ data?: Data; error?: Parameters<typeof problemsIn>[0] }>,
  partOf: (data: Data) => Part | null | undefined,
): Promise<Answer<Part>> {
  let answer = await ask(true);
  const isProtected = protectsFirstDays(problemsIn(answer.error));
  if (isProtected) answer = await ask(false);
  const problems = problemsIn(answer.error);
  const data = (answer.data && partOf(answer.data)) ?? undefined;
  return {
    data,
    problem: failureIn(problems, data),
    hidden: [...hiddenIn(problems), ...(isProtected ? ["hireDate"] : [])],
  };
}

type Context = typeof BY_TIMER | undefined;

/** The reports of a person, or the people at the top, with this many levels below. */
export const askTree = (rootId: string, levels: number, context?: Context): Promise<Answer<Tree>> =>
  askWithout(
    (preHire) =>
      uncached.query(TREE, { rootId: rootId === TOP ? null : rootId, levels, preHire }, context).toPromise(),
    (data) => data.orgTree,
  );

export type OrgAnswer = Answer<OrgModel> & { readonly isCut: boolean };

/** The tree of the company, or the place of one person in it. */
export async function readFirst(focusId: string | undefined, context?: Context): Promise<OrgAnswer> {
  if (focusId === undefined) {
    const { data, ...rest } = await askTree(TOP, FIRST_LEVELS, context);
    return { ...rest, data: data && withTree(EMPTY, TOP, data.nodes), isCut: data?.isCut ?? false };
  }
  const [found, reports] = await Promise.all([
    askWithout(
      (preHire) => uncached.query(PERSON, { id: focusId, preHire }, context).toPromise(),
      (data) => data.person,
    ),
    askTree(focusId, 1, context),
  ]);
  const person = found.data;
  // A person whose supervisor could not be read would stand at the top.
  const isPlaced = person?.supervisor != null || !found.problem;
  if (!person || !isPlaced || !reports.data)
    return { data: undefined, problem: found.problem ?? reports.problem, hidden: [], isCut: false };
  const parent = person.supervisor?.id ?? TOP;
  const team = await askTree(parent, 1, context);
  if (!team.data) return { ...team, data: undefined, isCut: false };
  let model = withLine(EMPTY, person.reportingChain.toReversed().map(leaderOf));
  model = withTree(model, parent, team.data.nodes);
  model = withMember(model, parent, personOf(person, reports.data.nodes.length));
  model = withTree(model, focusId, reports.data.nodes);
  const hidden = [...new Set([...found.hidden, ...team.hidden, ...reports.hidden])];
  return { data: model, problem: found.problem, hidden, isCut: team.data.isCut || reports.data.isCut };
}

/** The most teams that are read one by one. Further open teams are closed. */
const TEAMS_MAX = 20;

/** Reads the tree again after a sync, with the same teams open. No user asks for it. */
export async function readAgain(before: OrgModel, focusId: string | undefined): Promise<OrgAnswer> {
  const first = await readFirst(focusId, BY_TIMER);
  if (!first.data) return first;
  const base = focusId ?? TOP;
  let { data: model, isCut } = first;
  const levels = openLevels(before, base);
  if (levels > openLevels(model, base)) {
    const { data, ...rest } = await askTree(base, levels, BY_TIMER);
    if (!data) return { ...rest, data: undefined, isCut };
    model = withTree(model, base, data.nodes);
    isCut = data.isCut;
  }
  // Teams beside the branch, and teams that the answer left out because of too many people.
  let asked = 0;
  for (const id of before.open) {
    const isMissing = before.teams.get(id)?.isWhole === true && model.teams.get(id)?.isWhole !== true;
    if (!isMissing || !model.people.get(id)?.reportCount || asked === TEAMS_MAX) continue;
    asked += 1;
    const { data } = await askTree(id, 1, BY_TIMER);
    if (data) model = withTree(model, id, data.nodes);
  }
  return { ...first, data: withOpenOf(model, before), isCut };
}

const leaderOf = ({
  id,
  displayName,
  position,
  person,
  ...counts
}: Found["reportingChain"][number]): OrgPerson => ({
  personId: id,
  displayName,
  position,
  departmentName: person.department?.name ?? null,
  status: person.status,
  isPreHire: person.isPreHire,
  directReportCount: counts.directReportCount,
  reportCount: counts.reportCount,
  issues: [],
});

const personOf = (person: Found, reports: number): OrgPerson => ({
  personId: person.id,
  displayName: person.displayName,
  position: person.position,
  departmentName: person.department?.name ?? null,
  status: person.status,
  isPreHire: person.isPreHire,
  directReportCount: reports,
  reportCount: reports,
  issues: [],
});
