import { createLifecycleLoaders } from "../lifecycle/events/lifecycle-event.loader.ts";
import { createOrgLoaders } from "../org/org.loader.ts";
import { createApproverLoaders } from "../people/approvers/candidates.loader.ts";
import { createCustomAttributeLoaders } from "../people/custom-attributes/custom-attribute.loader.ts";
import { createDirectoryLoaders } from "../people/directory/members.loader.ts";
import { createPersonLoaders } from "../people/person.loader.ts";
import { createReportingLoaders } from "../people/reporting/reporting.loader.ts";
import type { Loading } from "../request/row-loader.ts";
import { createFieldSourcesLoaders } from "../setup/fields/field-sources.loader.ts";

export type Loaders = ReturnType<typeof createLoaders>;

/** The loaders of one request and its snapshot. Each folder creates its own. */
export function createLoaders(loading: Loading, now: Date) {
  const people = createPersonLoaders(loading, now);
  const reporting = createReportingLoaders(loading, now);
  return {
    ...createOrgLoaders(loading),
    ...people,
    ...createDirectoryLoaders(loading, now),
    ...reporting,
    ...createCustomAttributeLoaders(loading),
    ...createFieldSourcesLoaders(loading),
    ...createApproverLoaders(loading, { now, ...people, ...reporting }),
    ...createLifecycleLoaders(loading),
  };
}
