import { PeopleSettingsResolver } from "../tenant/people-settings.resolver.ts";
import "reflect-metadata";
import { ServiceTokenResolver } from "../identity/service-token.resolver.ts";
import { ConsoleSessionResolver } from "../identity/sessions/console-session.resolver.ts";
import { OwnSessionResolver } from "../identity/sessions/own-session.resolver.ts";
import { IntegrationResolver } from "../integration/integration.resolver.ts";
import { LifecycleEventResolver } from "../lifecycle/feed/lifecycle-event.resolver.ts";
import { ForecastResolver } from "../lifecycle/forecast/forecast.resolver.ts";
import { LifecycleSettingsResolver } from "../lifecycle/settings/lifecycle-settings.resolver.ts";
import { OfficeTimeZoneResolver } from "../org/office-time-zone.resolver.ts";
import {
  resolveDepartmentReference,
  resolveLegalEntityReference,
  resolveOfficeReference,
} from "../org/org.reference.ts";
import { OrgResolver } from "../org/org.resolver.ts";
import { ApproverResolver } from "../people/approvers/approver.resolver.ts";
import {
  FallbackApproverResolver,
  FallbackApproverSettingsResolver,
} from "../people/approvers/fallback-approver.resolver.ts";
import { CustomAttributeResolver } from "../people/custom-attributes/custom-attribute.resolver.ts";
import {
  DepartmentPeopleResolver,
  LegalEntityPeopleResolver,
  OfficePeopleResolver,
} from "../people/directory/org-people.resolver.ts";
import { PeopleResolver } from "../people/directory/people.resolver.ts";
import { MeResolver } from "../people/me/me.resolver.ts";
import { OrgIssuesResolver } from "../people/org-issues/org-issues.resolver.ts";
import { OrgTreeResolver } from "../people/org-tree/org-tree.resolver.ts";
import { resolvePersonReference, resolveSupervisorReference } from "../people/person.reference.ts";
import { PersonResolver } from "../people/person.resolver.ts";
import { ReportingResolver } from "../people/reporting/reporting.resolver.ts";
import { SupervisorQueryResolver, SupervisorResolver } from "../people/reporting/supervisor.resolver.ts";
import { ScimTokenResolver } from "../scim/tokens/scim-token.resolver.ts";
import { AttributeSampleResolver } from "../setup/attribute-sample.resolver.ts";
import { FieldMappingResolver } from "../setup/field-mapping.resolver.ts";
import { FieldSourcesResolver } from "../setup/fields/field-sources.resolver.ts";
import { PeopleFieldsResolver } from "../setup/fields/people-fields.resolver.ts";
import { SetupResolver } from "../setup/setup.resolver.ts";
import { PersonioWebhookResolver } from "../setup/webhook.resolver.ts";
import { DirectoryResolver } from "../sync/age/directory.resolver.ts";
import { IdpOnlyUsersResolver } from "../sync/review/idp-only-users.resolver.ts";
import { PeopleWithoutUserResolver } from "../sync/review/people-without-user.resolver.ts";
import { SyncPlanItemResolver, SyncPlanResolver } from "../sync/review/sync-plan.resolver.ts";
import { WhyMissingResolver } from "../sync/review/why-missing.resolver.ts";
import { IntegrationRunsResolver } from "../sync/runs/integration-runs.resolver.ts";
import { SkippedEmployeeResolver } from "../sync/runs/skipped-employee.resolver.ts";
import { SyncRunResolver } from "../sync/runs/sync-run.resolver.ts";
import type { SubgraphResolvers } from "./build-schema.ts";

/** The resolvers and entity finders of all rooms. A resolver that is missing here is missing in the graph. */
export const subgraphResolvers: SubgraphResolvers = {
  resolvers: [
    OrgResolver,
    OfficeTimeZoneResolver,
    PeopleResolver,
    PersonResolver,
    ReportingResolver,
    SupervisorResolver,
    SupervisorQueryResolver,
    MeResolver,
    ApproverResolver,
    FallbackApproverResolver,
    FallbackApproverSettingsResolver,
    OrgIssuesResolver,
    OrgTreeResolver,
    DepartmentPeopleResolver,
    OfficePeopleResolver,
    LegalEntityPeopleResolver,
    CustomAttributeResolver,
    IntegrationResolver,
    SetupResolver,
    FieldMappingResolver,
    AttributeSampleResolver,
    PersonioWebhookResolver,
    PeopleFieldsResolver,
    FieldSourcesResolver,
    SyncPlanResolver,
    SyncPlanItemResolver,
    WhyMissingResolver,
    IdpOnlyUsersResolver,
    PeopleWithoutUserResolver,
    DirectoryResolver,
    SyncRunResolver,
    IntegrationRunsResolver,
    SkippedEmployeeResolver,
    PeopleSettingsResolver,
    ServiceTokenResolver,
    ConsoleSessionResolver,
    OwnSessionResolver,
    ScimTokenResolver,
    LifecycleSettingsResolver,
    LifecycleEventResolver,
    ForecastResolver,
  ],
  entities: {
    Department: resolveDepartmentReference,
    LegalEntity: resolveLegalEntityReference,
    Office: resolveOfficeReference,
    Person: resolvePersonReference,
    Supervisor: resolveSupervisorReference,
  },
};
