import { type ExecutionResult, graphql, parse } from "graphql";
import { buildSchema } from "type-graphql";
import type { DataSource } from "typeorm";
import { administratorOfDefault, type Viewer } from "../../src/access/viewer.ts";
import { createReadSnapshot } from "../../src/database/read-snapshot.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { RAISED_FIELDS_SQL, readRaisedFields } from "../../src/fields/raised-fields.ts";
import type { GraphQLContext } from "../../src/graphql/context.ts";
import { enforceScopes } from "../../src/graphql/enforce-scopes.ts";
import { readJoinedFields } from "../../src/graphql/joined-fields.ts";
import { createLoaders } from "../../src/graphql/loaders.ts";
import { createSlicer } from "../../src/graphql/slices.ts";
import { ForecastResolver } from "../../src/lifecycle/forecast/forecast.resolver.ts";
import { LifecycleSettingsResolver } from "../../src/lifecycle/settings/lifecycle-settings.resolver.ts";
import { OfficeTimeZoneResolver } from "../../src/org/office-time-zone.resolver.ts";
import { OrgResolver } from "../../src/org/org.resolver.ts";
import { ApproverResolver } from "../../src/people/approvers/approver.resolver.ts";
import {
  FallbackApproverResolver,
  FallbackApproverSettingsResolver,
} from "../../src/people/approvers/fallback-approver.resolver.ts";
import { CustomAttributeResolver } from "../../src/people/custom-attributes/custom-attribute.resolver.ts";
import {
  DepartmentPeopleResolver,
  LegalEntityPeopleResolver,
  OfficePeopleResolver,
} from "../../src/people/directory/org-people.resolver.ts";
import { PeopleResolver } from "../../src/people/directory/people.resolver.ts";
import { MeResolver } from "../../src/people/me/me.resolver.ts";
import { OrgIssuesResolver } from "../../src/people/org-issues/org-issues.resolver.ts";
import { OrgTreeResolver } from "../../src/people/org-tree/org-tree.resolver.ts";
import { PersonResolver } from "../../src/people/person.resolver.ts";
import { ReportingResolver } from "../../src/people/reporting/reporting.resolver.ts";
import {
  SupervisorQueryResolver,
  SupervisorResolver,
} from "../../src/people/reporting/supervisor.resolver.ts";
import { createCursors } from "../../src/request/cursors.ts";
import { readSelected, type Selected } from "../../src/request/look-ahead.ts";
import type { Read, RequestContext } from "../../src/request/request-context.ts";
import { FieldSourcesResolver } from "../../src/setup/fields/field-sources.resolver.ts";
import { PeopleSettingsResolver } from "../../src/tenant/people-settings.resolver.ts";
import { LOOKS_AHEAD } from "./looks-ahead.ts";

export const TENANT = "acme";

/** A Monday at noon in UTC: the same calendar day from Honolulu to Auckland's evening. */
export const NOON = new Date("2026-06-15T12:00:00Z");

/** `viewer`: what differs from the administrator of the tenant. */
type Asker = {
  tenantId?: string;
  now?: Date;
  viewer?: Partial<Viewer>;
  looksAhead?: boolean;
  selected?: Selected | null;
};

/** The part of a context that depends on no service. */
type Context = Pick<GraphQLContext, keyof RequestContext | "loaders">;

export type ReadContext = AsyncDisposable & { readonly context: Context };

/** A resolver's context of one request, with a snapshot of its own. */
export function createReadContext(
  dataSource: DataSource,
  { tenantId = TENANT, now = NOON, viewer = {}, looksAhead = LOOKS_AHEAD, selected = null }: Asker = {},
): ReadContext {
  const snapshot = createReadSnapshot(dataSource, tenantId, RAISED_FIELDS_SQL);
  const read: Read = async (work) => work(snapshot.queries());
  const context: Context = {
    viewer: { ...administratorOfDefault, tenantId, ...viewer },
    now,
    read,
    expectOneRead: () => snapshot.expectOneRead(),
    looksAhead,
    selected: looksAhead ? selected : null,
    raised: async () => readRaisedFields(await snapshot.firstRows()),
    countErrors: () => null,
    write: (work) => inTenant(dataSource, tenantId, work),
    cursors: createCursors({ keys: [Buffer.alloc(32, "test key")], tenantId }),
    loaders: createLoaders(
      { read, schedule: createSlicer()(tenantId).schedule, selected: looksAhead ? selected : null },
      now,
    ),
  };
  return { context, [Symbol.asyncDispose]: () => snapshot.close() };
}

const resolvers = await buildSchema({
  resolvers: [
    ApproverResolver,
    CustomAttributeResolver,
    DepartmentPeopleResolver,
    FallbackApproverResolver,
    FallbackApproverSettingsResolver,
    FieldSourcesResolver,
    LegalEntityPeopleResolver,
    LifecycleSettingsResolver,
    MeResolver,
    OfficePeopleResolver,
    OfficeTimeZoneResolver,
    OrgIssuesResolver,
    OrgTreeResolver,
    ForecastResolver,
    OrgResolver,
    PeopleResolver,
    PeopleSettingsResolver,
    PersonResolver,
    ReportingResolver,
    SupervisorQueryResolver,
    SupervisorResolver,
  ],
  validate: false,
});
readJoinedFields(resolvers, resolvers);
export const schema = enforceScopes(resolvers);

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape that the query of the test gave it.
type Answer = ExecutionResult<any>;

/** Executes a query with only the directory's resolvers, as one request of the tenant. */
export async function ask(
  dataSource: DataSource,
  query: string,
  { variables = {}, ...asker }: Asker & { variables?: Record<string, unknown> } = {},
): Promise<Answer> {
  const selected = readSelected(schema, parse(query));
  await using request = createReadContext(dataSource, { ...asker, selected });
  // Awaited here: the request must outlive its result.
  return await graphql({ schema, source: query, variableValues: variables, contextValue: request.context });
}

/** The code of the answer's first error. */
export const codeOf = ({ errors }: Answer): unknown => {
  const [error] = errors ?? [];
  const cause = error?.originalError;
  return cause && "code" in cause ? cause.code : undefined;
};
