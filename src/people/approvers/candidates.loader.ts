import DataLoader from "dataloader";
import type { Read } from "../../request/request-context.ts";
import { createRowLoader, type RowLoader } from "../../request/row-loader.ts";
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
import type { ApproverQuestion } from "./resolve-approver.ts";

type KnownPerson = PersonRow & EmploymentState;

/** Everybody who may be asked to approve for a person, whatever the level. */
export type Candidates = Pick<ApproverQuestion<KnownPerson>, "people" | "fallbackIds">;

export type CandidatesLoader = DataLoader<Pick<PersonRow, "id" | "departmentId">, Candidates, string>;

export type ApproverLoaders = { readonly approverCandidates: CandidatesLoader };

export type ApproverContext = PeopleContext & { readonly loaders: ApproverLoaders };

type Shared = {
  readonly now: Date;
  readonly personById: RowLoader<PersonRow>;
  readonly reportingChain: RowLoader<ReportingChain>;
};

type Sources = Omit<Shared, "now"> & {
  readonly standing: RowLoader<EmploymentState>;
  /** By the id of a department, or `COMPANY`. */
  readonly fallbackApprover: RowLoader<FallbackRow>;
};

export const createApproverLoaders = (read: Read, shared: Shared): ApproverLoaders => ({
  approverCandidates: createCandidatesLoader(read, shared),
});

/**
 * Takes four statements for however many people at once: their lines, the fallbacks, everybody in these, and who of them is
 * there. Found once for each person: asking for several levels costs no more.
 */
function createCandidatesLoader(read: Read, { now, ...shared }: Shared): CandidatesLoader {
  const sources: Sources = {
    ...shared,
    standing: createRowLoader(
      read,
      (manager, ids) => findEmploymentStates(manager, ids, now),
      ({ id }) => id,
    ),
    fallbackApprover: createRowLoader(read, findFallbackApprovers, fallbackKey),
  };
  return new DataLoader(
    (subjects) => Promise.all(subjects.map((subject) => findCandidates(subject, sources))),
    {
      cacheKeyFn: ({ id }) => id,
    },
  );
}

// Each source is asked for every subject in the same step, needed or not, so that it sees all of them at once.
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
  const people = await findKnownPeople([id, ...(line?.supervisorIds ?? []), ...fallbackIds], sources);
  return { fallbackIds, people };
}

async function findKnownPeople(
  ids: readonly string[],
  { personById, standing }: Sources,
): Promise<Map<string, KnownPerson>> {
  const found = await Promise.all(ids.map((id) => Promise.all([personById.load(id), standing.load(id)])));
  return new Map(
    found.flatMap(([person, stands]) => (person && stands ? [[person.id, { ...person, ...stands }]] : [])),
  );
}
