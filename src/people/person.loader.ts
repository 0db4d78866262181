import DataLoader from "dataloader";
import type { OrgContext } from "../org/org.loader.ts";
import type { Read } from "../request/request-context.ts";
import { createCountLoader, createRowLoader, type RowLoader } from "../request/row-loader.ts";
import { type CandidatesLoader, createCandidatesLoader } from "./approvers/candidates.loader.ts";
import {
  type AttributesOfPerson,
  findCustomAttributes,
} from "./custom-attributes/custom-attribute.repository.ts";
import { createMembersLoader, type MembersLoader } from "./directory/members.loader.ts";
import {
  findPeopleByEmails,
  findPeopleByIds,
  findPreHires,
  type PersonByEmail,
  type PersonRow,
} from "./person.repository.ts";
import {
  countAllReports,
  findReportingChains,
  type ReportingChain,
} from "./reporting/reporting.repository.ts";

export type PersonLoaders = {
  readonly personById: RowLoader<PersonRow>;
  /** By normalized address: who holds it now, else who held it last. */
  readonly personByEmail: RowLoader<PersonByEmail>;
  readonly isPreHire: DataLoader<string, boolean>;
  readonly approverCandidates: CandidatesLoader;
  readonly customAttributes: RowLoader<AttributesOfPerson>;
  readonly reportingChain: RowLoader<ReportingChain>;
  readonly directReports: MembersLoader;
  readonly reportCount: DataLoader<string, number>;
  readonly departmentPeople: MembersLoader;
  readonly officePeople: MembersLoader;
  readonly legalEntityPeople: MembersLoader;
};

/** What this room needs of a request. */
export type PeopleContext = OrgContext & { readonly loaders: PersonLoaders };

/**
 * For one request and its snapshot: rows are remembered and never read again. Ids are those of
 * `readOpaqueId`.
 */
export function createPersonLoaders(read: Read, now: Date): PersonLoaders {
  const personById = createRowLoader(read, findPeopleByIds, ({ id }) => id);
  const reportingChain = createRowLoader(read, findReportingChains, ({ id }) => id);
  return {
    personById,
    personByEmail: createRowLoader(read, findPeopleByEmails, ({ askedEmail }) => askedEmail),
    isPreHire: createPreHireLoader(read, now),
    approverCandidates: createCandidatesLoader(read, { now, personById, reportingChain }),
    customAttributes: createRowLoader(read, findCustomAttributes, ({ id }) => id),
    reportingChain,
    directReports: createMembersLoader(read, "supervisor_id", now),
    reportCount: createCountLoader(read, countAllReports),
    departmentPeople: createMembersLoader(read, "department_id", now),
    officePeople: createMembersLoader(read, "office_id", now),
    legalEntityPeople: createMembersLoader(read, "legal_entity_id", now),
  };
}

const createPreHireLoader = (read: Read, now: Date): DataLoader<string, boolean> =>
  new DataLoader(async (ids) => {
    const preHires = await read((manager) => findPreHires(manager, ids, now));
    const preHireIds = new Set(preHires.map(({ id }) => id));
    return ids.map((id) => preHireIds.has(id));
  });
