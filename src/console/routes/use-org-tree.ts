import { useCallback, useEffect, useRef, useState } from "react";
import { useConnection } from "../graph/connection.ts";
import type { Problem } from "../graph/problem.ts";
import {
  EMPTY,
  isOpen,
  type OrgModel,
  openLevels,
  TOP,
  withClosed,
  withOpen,
  withTree,
} from "./org-model.ts";
import { askTree, type OrgAnswer, readAgain, readFirst } from "./read-org-tree.ts";

/** The most levels that the service reads. */
const ALL_LEVELS = 50;

export type OrgState = {
  readonly model: OrgModel;
  readonly isLoading: boolean;
  /** No person has this id. */
  readonly isUnknown: boolean;
  readonly problem: Problem | undefined;
  readonly hidden: readonly string[];
  /** The last answer left out teams, because there were too many people. */
  readonly isCut: boolean;
  readonly isBusy: boolean;
  readonly again: () => void;
  /** Reads the tree again, with the same teams open: a sync may have changed it. */
  readonly look: () => void;
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

  const readNow = useReadAgain(focusId, model, ({ data, problem, hidden, isCut }) => {
    // If there is no answer, the tree stays.
    if (problem) return;
    if (data) setModel(data);
    setState((before) => ({ ...before, isUnknown: data === undefined, problem, hidden, isCut }));
  });
  const look = (): void => {
    if (isRead.current) void readNow();
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: an attempt asks again; so does a new connection.
  useEffect(() => {
    if (isRead.current) {
      void readNow();
      return;
    }
    let isCurrent = true;
    void readFirst(focusId).then(({ data, problem, hidden, isCut }) => {
      if (!isCurrent) return;
      isRead.current = data !== undefined || problem === undefined;
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
    look,
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

/** Reads the tree again. What the user opens or closes meanwhile is taken into account. */
function useReadAgain(
  focusId: string | undefined,
  model: OrgModel,
  onRead: (tree: OrgAnswer) => void,
): () => Promise<void> {
  const latest = useRef({ model, onRead });
  latest.current = { model, onRead };
  const last = useRef(0);
  return useCallback(async () => {
    last.current += 1;
    const mine = last.current;
    for (;;) {
      const before = latest.current.model;
      const tree = await readAgain(before, focusId);
      // A later attempt has begun.
      if (last.current !== mine) return;
      if (latest.current.model !== before) continue;
      latest.current.onRead(tree);
      return;
    }
  }, [focusId]);
}
