import type DataLoader from "dataloader";
import {
  createCountLoader,
  createRowLoader,
  type Loading,
  type RowLoader,
} from "../../request/row-loader.ts";
import { createMembersLoader, type MembersLoader } from "../directory/members.loader.ts";
import type { PeopleContext } from "../person.loader.ts";
import { personColumns } from "../person.repository.ts";
import { countAllReports, findReportingChains, type ReportingChain } from "./reporting.repository.ts";

export type ReportingLoaders = {
  readonly reportingChain: RowLoader<ReportingChain>;
  readonly directReports: MembersLoader;
  readonly reportCount: DataLoader<string, number>;
};

export type ReportingContext = PeopleContext & { readonly loaders: ReportingLoaders };

export const createReportingLoaders = (loading: Loading, now: Date): ReportingLoaders => ({
  reportingChain: createRowLoader(
    loading,
    (manager, ids) => findReportingChains(manager, ids, personColumns(loading.selected)),
    ({ id }) => id,
  ),
  directReports: createMembersLoader(loading, "supervisor_id", now),
  reportCount: createCountLoader(loading, countAllReports),
});
