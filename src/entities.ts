import { FieldSetting } from "./fields/field-setting.ts";
import { ServiceToken } from "./identity/service-token.ts";
import { ConsoleSession } from "./identity/sessions/console-session.ts";
import { Integration } from "./integration/integration.ts";
import { KeyFingerprint } from "./integration/keys/key-fingerprint.ts";
import { Webhook, WebhookEventRow } from "./integration/webhooks/webhook.ts";
import { LifecycleDailyRun } from "./lifecycle/due/daily-run-row.ts";
import { LifecycleEventRow, LifecycleFact, LifecycleStream } from "./lifecycle/events/event-row.ts";
import { LifecycleKind, LifecycleOffset } from "./lifecycle/settings/kind-rows.ts";
import { Department } from "./org/department.ts";
import { LegalEntity } from "./org/legal-entity.ts";
import { Office } from "./org/office.ts";
import { FallbackApprover } from "./people/approvers/fallback-approver.ts";
import { CustomAttributeDefinition } from "./people/custom-attributes/custom-attribute.ts";
import { Person } from "./people/person.ts";
import { IndexedWord } from "./people/search/indexed-word.ts";
import { PersonSourcesRow } from "./people/sources/person-sources.ts";
import { FormerEmail, FormerEmployment } from "./people/write/former.ts";
import { IdpGroupMember, IdpGroupRow } from "./scim/storage/idp-group.ts";
import { IdpUserEmail, IdpUserRow } from "./scim/storage/idp-user.ts";
import { ScimToken } from "./scim/tokens/scim-token.ts";
import { AbsentPerson, PlannedSkipRow, SyncPlanItem } from "./sync/plan/plan-rows.ts";
import { StagedEmployee } from "./sync/read/staging.ts";
import { TranslatedRecord } from "./sync/read/translated-record.ts";
import { LedgerSighting, SkippedEmployee } from "./sync/runs/skipped-employee.ts";
import { SyncRun } from "./sync/runs/sync-run.ts";
import { DirectoryVersion } from "./tenant/directory-version.ts";
import { Tenant } from "./tenant/tenant.ts";

/** Every table, by the class that declares it. */
export const ENTITIES = [
  KeyFingerprint,
  Tenant,
  DirectoryVersion,
  Department,
  Office,
  LegalEntity,
  CustomAttributeDefinition,
  Person,
  IndexedWord,
  FormerEmail,
  FormerEmployment,
  PersonSourcesRow,
  FallbackApprover,
  LifecycleStream,
  LifecycleEventRow,
  LifecycleFact,
  LifecycleDailyRun,
  LifecycleKind,
  LifecycleOffset,
  Integration,
  Webhook,
  WebhookEventRow,
  SyncRun,
  StagedEmployee,
  TranslatedRecord,
  SyncPlanItem,
  PlannedSkipRow,
  AbsentPerson,
  SkippedEmployee,
  LedgerSighting,
  ServiceToken,
  ConsoleSession,
  FieldSetting,
  IdpUserRow,
  IdpUserEmail,
  IdpGroupRow,
  IdpGroupMember,
  ScimToken,
];
