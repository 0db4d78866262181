import { Ctx, FieldResolver, Mutation, Resolver } from "type-graphql";
import { findIntegration } from "../integration/integration.repository.ts";
import { followed } from "../integration/open-account.ts";
import { PersonioIntegration } from "../integration/personio-integration.ts";
import { HOOK_SECRET_HEADER } from "../integration/webhooks/hook-secret.ts";
import { PersonioWebhook, PersonioWebhookState } from "../integration/webhooks/personio-webhook.ts";
import { findWebhook } from "../integration/webhooks/webhook.repository.ts";
import { helpByHand, makeWebhook, removeFromPersonio, replaceWebhook } from "./set-up-webhook.ts";
import type { SetupContext } from "./setup.resolver.ts";

@Resolver(() => PersonioIntegration)
export class PersonioWebhookResolver {
  @Mutation(() => PersonioWebhook, {
    description:
      "Let Personio tell us of changes, so that they show within seconds; the timetable stays, for Personio does not tell everything. " +
      "Makes the webhook in Personio where the credential may; else the answer says how to make it by hand. Called again, it makes a " +
      "new one with a new secret, and the former address is void. Fails with BAD_USER_INPUT while PUBLIC_URL is not set, and with " +
      "PERSONIO_NOT_CONNECTED before the setup is finished. [people:admin]",
  })
  async createPersonioWebhook(@Ctx() context: SetupContext): Promise<PersonioWebhook> {
    const integration = followed(await context.write(findIntegration));
    const made = await makeWebhook(integration, context.setup);
    const former = await context.write((manager) => replaceWebhook(manager, made, context.now));
    if (former !== null) await removeFromPersonio(integration, former, context.setup);
    const createdInPersonio = made.personioId !== null;
    return {
      url: made.url,
      headerName: HOOK_SECRET_HEADER,
      secret: made.secret,
      createdInPersonio,
      help: createdInPersonio ? null : helpByHand(made),
    };
  }

  @FieldResolver(() => PersonioWebhookState, {
    nullable: true,
    description: "How Personio tells us of changes; null until `createPersonioWebhook`.",
  })
  webhook(@Ctx() context: SetupContext): Promise<PersonioWebhookState | null> {
    return context.read(findWebhook);
  }
}
