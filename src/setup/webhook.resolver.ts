import { Ctx, FieldResolver, Mutation, Resolver } from "type-graphql";
import { RequiresScope } from "../access/field-rules.ts";
import { ADMIN_SCOPE } from "../access/viewer.ts";
import { findIntegration } from "../integration/integration.repository.ts";
import { assertConnected } from "../integration/open-account.ts";
import { PersonioIntegration } from "../integration/personio-integration.ts";
import { PersonioWebhook, PersonioWebhookState } from "../integration/webhooks/personio-webhook.ts";
import { findWebhook } from "../integration/webhooks/webhook.repository.ts";
import { WEBHOOK_SECRET_HEADER } from "../integration/webhooks/webhook-secret.ts";
import {
  createWebhook,
  explainManualSetup,
  removeFromPersonio,
  replaceWebhook,
  WEBHOOK_EVENTS,
} from "./set-up-webhook.ts";
import type { SetupContext } from "./setup.resolver.ts";

@Resolver(() => PersonioIntegration)
export class PersonioWebhookResolver {
  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => PersonioWebhook, {
    description:
      "Sets up a webhook, so that changes in Personio appear within seconds. The timetable continues, " +
      "because Personio does not send every change. If the credential may not create the webhook, `help` " +
      "explains how to do it by hand. Calling it again creates a new webhook and secret, and the former " +
      "address stops working. Fails with BAD_USER_INPUT while PUBLIC_URL is not set, and with " +
      "PERSONIO_NOT_CONNECTED before the setup is finished. [people:admin]",
  })
  async createPersonioWebhook(@Ctx() context: SetupContext): Promise<PersonioWebhook> {
    const integration = assertConnected(await context.write(findIntegration));
    const made = await createWebhook(integration, context.setup);
    const former = await context.write((manager) => replaceWebhook(manager, made, context.now));
    if (former !== null) await removeFromPersonio(integration, former, context.setup);
    const createdInPersonio = made.personioId !== null;
    return {
      url: made.url,
      headerName: WEBHOOK_SECRET_HEADER,
      secret: made.secret,
      createdInPersonio,
      events: WEBHOOK_EVENTS,
      help: createdInPersonio ? null : explainManualSetup(made),
    };
  }

  @FieldResolver(() => PersonioWebhookState, {
    nullable: true,
    description: "The webhook for Personio's changes; null before `createPersonioWebhook`.",
  })
  webhook(@Ctx() context: SetupContext): Promise<PersonioWebhookState | null> {
    return context.read(findWebhook);
  }
}
