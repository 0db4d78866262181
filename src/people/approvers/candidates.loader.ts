import DataLoader from "dataloader";
import { createRowLoader, type Loading, type RowLoader } from "../../request/row-loader.ts";
import type { PeopleContext } from "../person.loader.ts";
import type { PersonRow } from "../person.repository.ts";
import type { ReportingChain } from "../reporting/reporting.repository.ts";
import {
  COMPANY,
  type EmploymentState,
  type FallbackRow,
  fallbackKey,
  findEmploymentStates,
  findFallbackApprovers,
} from "./approvers.repository.ts";
import type { ApproverRequest } from "./resolve-approver.ts";

type KnownPerson = PersonRow & EmploymentState;

/** All candidates who could approve for a person, at any level. */
export type Candidates = Pick<ApproverRequest<KnownPerson>, "people" | "fallbackIds">;

export type CandidatesLoader = DataLoader<Pick<PersonRow, "id" | "departmentId">, Candidates, string>;

export type ApproverLoaders = { readonly approverCandidates: CandidatesLoader };

export type ApproverContext = PeopleContext & { readonly loaders: ApproverLoaders };

type Shared = {
  readonly now: Date;
  readonly personById: RowLoader<PersonRow>;
  readonly reportingChain: RowLoader<ReportingChain>;
};

type Sources = Omit<Shared, "now"> & {
  readonly employmentState: RowLoader<EmploymentState>;
  /** By the id of a department, or `COMPANY`. */
  readonly fallbackApprover: RowLoader<FallbackRow>;
};

export const createApproverLoaders = (loading: Loading, shared: Shared): ApproverLoaders => ({
  approverCandidates: createCandidatesLoader(loading, shared),
});

/**
 * Runs four statements for any number of people: reporting chains, fallbacks, the people in both, and their
 * employment states. The loader caches per person, so several levels cost no more than one.
 */
function createCandidatesLoader(loading: Loading, { now, ...shared }: Shared): CandidatesLoader {
  const sources: Sources = {
    ...shared,
    employmentState: createRowLoader(
      loading,
      (manager, ids) => findEmploymentStates(manager, ids, now),
      ({ id }) => id,
    ),
    fallbackApprover: createRowLoader(loading, findFallbackApprovers, fallbackKey),
  };
  return new DataLoader(
    (subjects) => Promise.all(subjects.map((subject) => findCandidates(subject, sources))),
    {
      cacheKeyFn: ({ id }) => id,
      batchScheduleFn: loading.schedule,
    },
  );
}

// Every subject loads from each source in the same step, needed or not, so that each loader sees them as one
// batch.
async function findCandidates(
  { id, departmentId }: Pick<PersonRow, "id" | "departmentId">,
  sources: Sources,
): Promise<Candidates> {
  const [line, ...fallbacks] = await Promise.all([
    sources.reportingChain.load(id),
    departmentId === null ? null : sources.fallbackApprover.load(departmentId),
    sources.fallbackApprover.load(COMPANY),
  ]);
  const fallbackIds = fallbacks.filter((fallback) => fallback !== null).map(({ personId }) => personId);
  const people = await findKnownPeople(
    [id, ...(line?.supervisors ?? []).map((supervisor) => supervisor.id), ...fallbackIds],
    sources,
  );
  return { fallbackIds, people };
}

async function findKnownPeople(
  ids: readonly string[],
  { personById, employmentState }: Sources,
): Promise<Map<string, KnownPerson>> {
  const found = await Promise.all(
    ids.map((id) => Promise.all([personById.load(id), employmentState.load(id)])),
  );
  return new Map(
    found.flatMap(([person, state]) => (person && state ? [[person.id, { ...person, ...state }]] : [])),
  );
}
