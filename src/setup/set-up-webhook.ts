import { randomUUID } from "node:crypto";
import type { EntityManager } from "typeorm";
import { ActionableError, badUserInput } from "../errors.ts";
import type { Integration } from "../integration/integration.ts";
import { openAccount } from "../integration/open-account.ts";
import { sealHookAddress } from "../integration/webhooks/hook-address.ts";
import { clearHookEvents } from "../integration/webhooks/hook-event.repository.ts";
import { createHookSecret, HOOK_SECRET_HEADER, hashHookSecret } from "../integration/webhooks/hook-secret.ts";
import { deleteWebhook, findWebhook, upsertWebhook } from "../integration/webhooks/webhook.repository.ts";
import type { Logger } from "../log.ts";
import type { SetupDeps } from "./setup.ts";

/** What Personio fires that can concern a directory. */
const EVENTS = [
  "person.created",
  "person.updated",
  "person.deleted",
  "employment.created",
  "employment.updated",
  "employment.updated.cost-centers",
  "employment.deleted",
  "employment.started",
  "employment.terminated",
];

export type WebhookSetupDeps = SetupDeps & {
  /** Where we can be reached from the internet, as far as anybody has said. */
  readonly publicUrl: string | undefined;
  readonly log: Logger;
};

/** A webhook with an address and a secret of its own. */
export type CreatedWebhook = {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  /** Personio's id of it; null where somebody has to make it there by hand. */
  readonly personioId: string | null;
};

/**
 * Makes a webhook in Personio, or one for an admin to make there where the credential may not. Nothing is stored.
 *
 * @throws BAD_USER_INPUT where nobody knows our address, and whatever else Personio says.
 */
export async function createWebhook(
  integration: Integration,
  deps: WebhookSetupDeps,
): Promise<CreatedWebhook> {
  if (deps.publicUrl === undefined) throw noPublicUrl();
  const { tenantId } = integration;
  const id = randomUUID();
  const address = sealHookAddress(deps.secretKeys, { tenantId, webhookId: id });
  const url = `${deps.publicUrl.replace(/\/+$/, "")}/hooks/personio/${address}`;
  const secret = createHookSecret();
  const account = openAccount(integration, deps, { interactive: true });
  const webhook = {
    url,
    description: "People directory",
    headers: { [HOOK_SECRET_HEADER]: secret },
    events: EVENTS,
  };
  try {
    const { id: personioId } = await account.createWebhook(webhook);
    return { id, url, secret, personioId };
  } catch (error) {
    if (error instanceof ActionableError && error.code === "PERSONIO_ACCESS_MISSING")
      return { id, url, secret, personioId: null };
    throw error;
  }
}

/** Stores it in place of the one before, and returns Personio's id of that. */
export async function replaceWebhook(
  manager: EntityManager,
  webhook: CreatedWebhook,
  createdAt: Date,
): Promise<string | null> {
  const former = await findWebhook(manager);
  const { id, url, personioId } = webhook;
  await upsertWebhook(manager, {
    id,
    url,
    personioId,
    secretHash: hashHookSecret(webhook.secret),
    createdAt,
  });
  return former?.personioId ?? null;
}

/** Whatever still comes to its address is turned away. Returns Personio's id of it. */
export async function forgetWebhook(manager: EntityManager): Promise<string | null> {
  const former = await findWebhook(manager);
  await deleteWebhook(manager);
  await clearHookEvents(manager);
  return former?.personioId ?? null;
}

/** Deletes a webhook in Personio, if that is possible: what it sends goes nowhere any more, so failing does no harm. */
export async function removeFromPersonio(
  integration: Integration,
  personioId: string,
  deps: WebhookSetupDeps,
): Promise<void> {
  try {
    await openAccount(integration, deps, { interactive: true }).deleteWebhook(personioId);
  } catch (error) {
    if (!(error instanceof ActionableError)) throw error;
    deps.log.warn({ tenantId: integration.tenantId, code: error.code }, "webhook not deleted in Personio");
  }
}

// VERIFY(personio): where webhooks are made in Personio's pages, and whether a custom header can be chosen there.
export const explainManualSetup = ({ url }: CreatedWebhook): string =>
  "The credential may not create webhooks. In Personio, open Settings > Integrations > Webhooks (in " +
  `newer accounts Marketplace > Webhooks) and create a webhook with the address ${url}. Choose a ` +
  `custom header for authentication, name it ${HOOK_SECRET_HEADER} and paste the secret as its value. ` +
  `Tick the events ${EVENTS.join(", ")}, and enable the webhook. Or tick "Webhooks: Read and Write" ` +
  "for this credential and call createPersonioWebhook again.";

const noPublicUrl = (): ActionableError =>
  badUserInput(
    "PUBLIC_URL is not set, so Personio has no address to send to.",
    "The operator of this service sets PUBLIC_URL to the https address that reaches it from the internet.",
  );
