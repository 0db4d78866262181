import type DataLoader from "dataloader";
import type { Read } from "../../request/request-context.ts";
import { createCountLoader, createRowLoader, type RowLoader } from "../../request/row-loader.ts";
import { createMembersLoader, type MembersLoader } from "../directory/members.loader.ts";
import type { PeopleContext } from "../person.loader.ts";
import { countAllReports, findReportingChains, type ReportingChain } from "./reporting.repository.ts";

export type ReportingLoaders = {
  readonly reportingChain: RowLoader<ReportingChain>;
  readonly directReports: MembersLoader;
  readonly reportCount: DataLoader<string, number>;
};

export type ReportingContext = PeopleContext & { readonly loaders: ReportingLoaders };

export const createReportingLoaders = (read: Read, now: Date): ReportingLoaders => ({
  reportingChain: createRowLoader(read, findReportingChains, ({ id }) => id),
  directReports: createMembersLoader(read, "supervisor_id", now),
  reportCount: createCountLoader(read, countAllReports),
});
