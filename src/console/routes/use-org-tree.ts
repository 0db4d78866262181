import { useCallback, useEffect, useRef, useState } from "react";
import type { ConsoleOrgPersonQuery, ConsoleOrgTreeQuery } from "#graph/graphql";
import { uncached } from "../graph/client.ts";
import { useConnection } from "../graph/connection.ts";
import { graphql } from "../graph/operation.ts";
import { type Problem, problemsIn } from "../graph/problem.ts";
import { hiddenIn } from "../parts/hidden-fields.tsx";
import {
  EMPTY,
  isOpen,
  type OrgModel,
  type OrgPerson,
  openLevels,
  TOP,
  withClosed,
  withLine,
  withMember,
  withOpen,
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

/** The deepest that the service goes. */
const ALL_LEVELS = 50;

/** What a first look at a company shows. */
const FIRST_LEVELS = 2;

type Found = NonNullable<ConsoleOrgPersonQuery["person"]>;
type Tree = ConsoleOrgTreeQuery["orgTree"];
type Answer<Data> = {
  readonly data: Data | undefined;
  readonly problem: Problem | undefined;
  readonly hidden: readonly string[];
};

/** A company may protect first days; then the tree comes without who has not started yet. */
async function askWithout<Data>(
  ask: (preHire: boolean) => Promise<{ data?: Data; error?: Parameters<typeof problemsIn>[0] }>,
): Promise<Answer<Data>> {
  let answer = await ask(true);
  const isProtected = problemsIn(answer.error).some(
    ({ code, path }) => code === "FORBIDDEN" && path?.endsWith("isPreHire"),
  );
  if (isProtected) answer = await ask(false);
  const problems = problemsIn(answer.error);
  return {
    data: answer.data,
    problem: answer.data ? undefined : problems[0],
    hidden: [...hiddenIn(problems), ...(isProtected ? ["hireDate"] : [])],
  };
}

const askTree = async (rootId: string, levels: number): Promise<Answer<Tree>> => {
  const { data, ...rest } = await askWithout((preHire) =>
    uncached.query(TREE, { rootId: rootId === TOP ? null : rootId, levels, preHire }).toPromise(),
  );
  return { ...rest, data: data?.orgTree };
};

export type OrgState = {
  readonly model: OrgModel;
  readonly isLoading: boolean;
  /** The id is that of no person. */
  readonly isUnknown: boolean;
  readonly problem: Problem | undefined;
  readonly hidden: readonly string[];
  /** The last answer left out teams, because there were too many people. */
  readonly isCut: boolean;
  readonly isBusy: boolean;
  readonly again: () => void;
  readonly toggle: (id: string) => void;
  readonly openBranch: (id: string) => void;
  readonly openLevel: () => void;
  readonly closeAll: () => void;
  /** Loads all reports of a person; until then, the tree has one of them. */
  readonly openOthers: (id: string) => void;
};

/** The tree of the company, or the place of one person in it: the line above, the colleagues, the reports. */
export function useOrgTree(focusId: string | undefined): OrgState {
  const { version } = useConnection();
  const [attempt, setAttempt] = useState(0);
  const [model, setModel] = useState<OrgModel>(EMPTY);
  const [state, setState] = useState<
    Pick<OrgState, "isLoading" | "isUnknown" | "problem" | "hidden" | "isCut">
  >({
    isLoading: true,
    isUnknown: false,
    problem: undefined,
    hidden: [],
    isCut: false,
  });
  const [busy, setBusy] = useState(0);
  const isRead = useRef(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: an attempt asks again; so does a new connection.
  useEffect(() => {
    if (isRead.current) return;
    let isCurrent = true;
    void readFirst(focusId).then(({ data, problem, hidden, isCut }) => {
      if (!isCurrent) return;
      isRead.current = problem === undefined;
      if (data) setModel(data);
      const isUnknown = problem === undefined && data === undefined;
      setState({ isLoading: false, isUnknown, problem, hidden, isCut });
    });
    return () => {
      isCurrent = false;
    };
  }, [focusId, attempt, version]);

  const add = useCallback(async (id: string, levels: number): Promise<void> => {
    setBusy((count) => count + 1);
    const { data, problem } = await askTree(id, levels);
    setBusy((count) => count - 1);
    setState((before) => ({ ...before, problem, isCut: data?.isCut ?? before.isCut }));
    if (data) setModel((before) => withTree(before, id, data.nodes));
  }, []);

  const base = focusId ?? TOP;
  return {
    model,
    ...state,
    isBusy: busy > 0,
    again() {
      isRead.current = false;
      setAttempt((count) => count + 1);
    },
    toggle(id) {
      if (isOpen(model, id)) setModel(withOpen(model, id, false));
      else if (model.teams.has(id)) setModel(withOpen(model, id, true));
      else void add(id, 1);
    },
    openBranch: (id) => void add(id, ALL_LEVELS),
    openLevel: () => void add(base, openLevels(model, base) + 1),
    closeAll: () => setModel(withClosed(model, base)),
    openOthers: (id) => void add(id, 1),
  };
}

type First = Answer<OrgModel> & { readonly isCut: boolean };

async function readFirst(focusId: string | undefined): Promise<First> {
  if (focusId === undefined) {
    const { data, ...rest } = await askTree(TOP, FIRST_LEVELS);
    return { ...rest, data: data && withTree(EMPTY, TOP, data.nodes), isCut: data?.isCut ?? false };
  }
  const [found, reports] = await Promise.all([
    askWithout((preHire) => uncached.query(PERSON, { id: focusId, preHire }).toPromise()),
    askTree(focusId, 1),
  ]);
  const person = found.data?.person;
  const problem = found.problem ?? reports.problem;
  if (!person || !reports.data) return { data: undefined, problem, hidden: [], isCut: false };
  const parent = person.supervisor?.id ?? TOP;
  const team = await askTree(parent, 1);
  if (!team.data) return { ...team, data: undefined, isCut: false };
  let model = withLine(EMPTY, person.reportingChain.toReversed().map(leaderOf));
  model = withTree(model, parent, team.data.nodes);
  model = withMember(model, parent, personOf(person, reports.data.nodes.length));
  model = withTree(model, focusId, reports.data.nodes);
  const hidden = [...new Set([...found.hidden, ...team.hidden, ...reports.hidden])];
  return { data: model, problem: undefined, hidden, isCut: team.data.isCut || reports.data.isCut };
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
