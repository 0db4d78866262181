import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import { actorOf } from "../access/actor.ts";
import { RequiresScope } from "../access/field-rules.ts";
import { ADMIN_SCOPE } from "../access/viewer.ts";
import { findIntegration } from "../integration/integration.repository.ts";
import type { IntegrationContext } from "../integration/integration.resolver.ts";
import { serveIntegration } from "../integration/integration.resolver.ts";
import { personioNotConnected } from "../integration/open-account.ts";
import {
  FieldMappingInput,
  PersonioApiVersion,
  PersonioIntegration,
} from "../integration/personio-integration.ts";
import type { ApiVersion } from "../personio/employee.ts";
import { readStoredPreview } from "./build-preview.ts";
import { checkCredentials, checkNewCredentials } from "./check-credentials.ts";
import { forgetWebhook, removeFromPersonio, type WebhookSetupDeps } from "./set-up-webhook.ts";
import {
  checkApiVersion,
  finishSetup,
  forgetCredentials,
  readGrantedRights,
  startTimetable,
  stopTimetable,
  storeForReview,
  swapCredentials,
  useApiVersion,
} from "./setup.ts";
import { NOT_READY, SetupPreview } from "./setup-preview.ts";

export type SetupContext = IntegrationContext & { readonly setup: WebhookSetupDeps };

const CLIENT_ID = "The credential's client id, as shown in Personio.";
const CLIENT_SECRET = "The credential's secret. We store it encrypted and never show it again.";

@Resolver(() => PersonioIntegration)
export class SetupResolver {
  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => PersonioIntegration, {
    description:
      "Connects a Personio account and returns it for review. It checks the credential first: a wrong one " +
      "fails with PERSONIO_CREDENTIALS_INVALID and stores nothing. `attributes` lists the granted " +
      "attributes, and what the directory lacks without each missing one. `fieldMapping` is the proposal. A job fills `preview` " +
      "with the people to import: poll until it is ready. Nothing is imported before " +
      "`finishPersonioSetup`. [people:admin]",
  })
  async connectPersonio(
    @Ctx() context: SetupContext,
    @Arg("clientId", () => String, { description: CLIENT_ID }) clientId: string,
    @Arg("clientSecret", () => String, { description: CLIENT_SECRET }) clientSecret: string,
  ): Promise<PersonioIntegration> {
    const checked = await checkCredentials({ clientId, clientSecret }, context.setup);
    const { tenantId } = context.viewer;
    await context.write((manager) => storeForReview(manager, { tenantId, ...checked }, context.setup));
    return currentIntegration(context);
  }

  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => PersonioIntegration, {
    description:
      "Accepts the review: sets CONNECTED, queues the first sync run and starts the timetable. Without a " +
      "mapping it accepts the proposal. Attributes granted since connecting count too. Fails with " +
      "PERSONIO_ACCESS_MISSING while the credential may not read Email, First name, Last name or Status. " +
      "On a connected account it changes the mapping. A hidden field by which `peopleSettings` excludes people " +
      "fails with BAD_USER_INPUT. [people:admin]",
  })
  async finishPersonioSetup(
    @Ctx() context: SetupContext,
    @Arg("fieldMapping", () => [FieldMappingInput], {
      nullable: true,
      description:
        "The reviewed mapping; fields without a row keep the proposal, and hidden ones stay hidden.",
    })
    fieldMapping?: FieldMappingInput[] | null,
  ): Promise<PersonioIntegration> {
    // Not `read`: its transaction would stay open during the requests to Personio.
    const integration = await context.write(findIntegration);
    if (!integration || integration.status === "DISCONNECTED") throw personioNotConnected();
    const rights = await readGrantedRights(integration, context.setup);
    const { tenantId } = context.viewer;
    const requestedBy = actorOf(context.viewer);
    const mapping = fieldMapping?.map(({ personField, personioAttribute }) => ({
      personField,
      personioAttribute: personioAttribute ?? null,
    }));
    // First: a timetable without an integration does nothing, but an integration without a timetable would go
    // stale.
    await startTimetable(tenantId, context.setup);
    await context.write((manager) =>
      finishSetup(manager, { tenantId, requestedBy, mapping, ...rights, now: context.now }, context.setup),
    );
    return currentIntegration(context);
  }

  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => PersonioIntegration, {
    description:
      "Replaces the credential with another one of the same account, and queues a sync run. It first " +
      "checks the new credential with the API version in use. A credential for only the other version " +
      "fails with PERSONIO_ACCESS_MISSING, and `help` explains how to switch. It also repairs an " +
      "integration that is BROKEN because its credential was revoked. [people:admin]",
  })
  async updatePersonioCredentials(
    @Ctx() context: SetupContext,
    @Arg("clientId", () => String, { description: CLIENT_ID }) clientId: string,
    @Arg("clientSecret", () => String, { description: CLIENT_SECRET }) clientSecret: string,
  ): Promise<PersonioIntegration> {
    const integration = await context.write(findIntegration);
    if (!integration || integration.status === "DISCONNECTED") throw personioNotConnected();
    const checked = await checkNewCredentials({ clientId, clientSecret }, integration, context.setup);
    const { tenantId } = context.viewer;
    const requestedBy = actorOf(context.viewer);
    await context.write((manager) =>
      swapCredentials(manager, { tenantId, requestedBy, ...checked }, context.setup),
    );
    return currentIntegration(context);
  }

  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => PersonioIntegration, {
    description:
      "Switches to another version of Personio's API from the next sync run on, after checking that the " +
      "credential may use it. The sync matches departments, offices and legal entities by name once, and " +
      "they keep their ids. [people:admin]",
  })
  async setPersonioApiVersion(
    @Ctx() context: SetupContext,
    @Arg("version", () => PersonioApiVersion, { description: "The version to read with." })
    version: ApiVersion,
  ): Promise<PersonioIntegration> {
    const integration = await context.write(findIntegration);
    if (!integration || integration.status === "DISCONNECTED") throw personioNotConnected();
    const rights = await checkApiVersion(integration, version, context.setup);
    await context.write((manager) => useApiVersion(manager, { apiVersion: version, ...rights }));
    return currentIntegration(context);
  }

  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => PersonioIntegration, {
    description:
      "Deletes the secret and the webhook, and stops syncing. The directory stays as it is and is still " +
      "served. [people:admin]",
  })
  async disconnectPersonio(@Ctx() context: SetupContext): Promise<PersonioIntegration> {
    const { integration, webhook } = await context.write(async (manager) => {
      const integration = await findIntegration(manager);
      await forgetCredentials(manager);
      return { integration, webhook: await forgetWebhook(manager) };
    });
    // With the credential that was just deleted. Outside the transaction, because Personio may be slow.
    if (integration && webhook !== null) await removeFromPersonio(integration, webhook, context.setup);
    await stopTimetable(context.viewer.tenantId, context.setup);
    return currentIntegration(context);
  }

  @FieldResolver(() => SetupPreview, {
    nullable: true,
    description: "Preview of the import; null unless the setup awaits its review.",
  })
  async preview(
    @Root() root: PersonioIntegration,
    @Ctx() context: SetupContext,
  ): Promise<SetupPreview | null> {
    if (root.status !== "AWAITING_REVIEW") return null;
    const integration = await context.read(findIntegration);
    return integration?.preview ? readStoredPreview(integration.preview as SetupPreview) : NOT_READY;
  }
}

export async function currentIntegration(context: SetupContext): Promise<PersonioIntegration> {
  const integration = await context.read(findIntegration);
  if (!integration) throw personioNotConnected();
  return serveIntegration(integration, context);
}
