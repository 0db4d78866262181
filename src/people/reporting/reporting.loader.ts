import type DataLoader from "dataloader";
import {
  createCountLoader,
  createRowLoader,
  type Loading,
  type RowLoader,
} from "../../request/row-loader.ts";
import { createMembersLoader, type MembersLoader } from "../directory/members.loader.ts";
import type { PeopleContext } from "../person.loader.ts";
import { countAllReports, findReportingChains, type ReportingChain } from "./reporting.repository.ts";

export type ReportingLoaders = {
  readonly reportingChain: RowLoader<ReportingChain>;
  readonly directReports: MembersLoader;
  readonly reportCount: DataLoader<string, number>;
};

export type ReportingContext = PeopleContext & { readonly loaders: ReportingLoaders };

export const createReportingLoaders = (loading: Loading, now: Date): ReportingLoaders => ({
  reportingChain: createRowLoader(loading, findReportingChains, ({ id }) => id),
  directReports: createMembersLoader(loading, "supervisor_id", now),
  reportCount: createCountLoader(loading, countAllReports),
});
