import { randomUUID } from "node:crypto";
import type { EntityManager } from "typeorm";
import { ActionableError, badUserInput } from "../errors.ts";
import { peopleFields } from "../integration/fields/people-fields.ts";
import type { Integration } from "../integration/integration.ts";
import { openAccount } from "../integration/open-account.ts";
import { deleteWebhook, findWebhook, upsertWebhook } from "../integration/webhooks/webhook.repository.ts";
import { sealWebhookAddress } from "../integration/webhooks/webhook-address.ts";
import { clearWebhookEvents } from "../integration/webhooks/webhook-event.repository.ts";
import {
  createWebhookSecret,
  hashWebhookSecret,
  WEBHOOK_SECRET_HEADER,
} from "../integration/webhooks/webhook-secret.ts";
import type { Logger } from "../log.ts";
import type { SetupDeps } from "./setup.ts";

/** The events of Personio's that can change the directory. */
export const WEBHOOK_EVENTS = [
  "person.created",
  "person.updated",
  "person.deleted",
  "employment.created",
  "employment.updated",
  "employment.deleted",
  "employment.started",
  "employment.terminated",
  ...peopleFields.flatMap(({ webhookEvent }) => webhookEvent ?? []),
];

export type WebhookSetupDeps = SetupDeps & {
  /** The address of the service on the internet (`PUBLIC_URL`); undefined if it is not configured. */
  readonly publicUrl: string | undefined;
  readonly log: Logger;
};

/** A webhook with an address and a secret of its own. */
export type CreatedWebhook = {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  /** Personio's id of the webhook; null if an admin has to create it there by hand. */
  readonly personioId: string | null;
};

/**
 * Creates a webhook in Personio and stores nothing. If the credential lacks the right, an admin has to create
 * it there.
 *
 * @throws BAD_USER_INPUT if `PUBLIC_URL` is not configured, or Personio's error.
 */
export async function createWebhook(
  integration: Integration,
  deps: WebhookSetupDeps,
): Promise<CreatedWebhook> {
  if (deps.publicUrl === undefined) throw noPublicUrl();
  const { tenantId } = integration;
  const id = randomUUID();
  const address = sealWebhookAddress(deps.secretKeys, { tenantId, webhookId: id });
  const url = `${deps.publicUrl.replace(/\/+$/, "")}/hooks/personio/${address}`;
  const secret = createWebhookSecret();
  const account = openAccount(integration, deps, { interactive: true });
  const webhook = {
    url,
    description: "People directory",
    headers: { [WEBHOOK_SECRET_HEADER]: secret },
    events: WEBHOOK_EVENTS,
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

/** Replaces the stored webhook. @returns Personio's id of the former one. */
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
    secretHash: hashWebhookSecret(webhook.secret),
    createdAt,
  });
  return former?.personioId ?? null;
}

/**
 * Deletes the stored webhook, so its address refuses deliveries from now on. @returns Personio's id of it.
 */
export async function forgetWebhook(manager: EntityManager): Promise<string | null> {
  const former = await findWebhook(manager);
  await deleteWebhook(manager);
  await clearWebhookEvents(manager);
  return former?.personioId ?? null;
}

/**
 * Tries to delete a webhook in Personio. A failure does no harm: the service refuses its deliveries already.
 */
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

// VERIFY(personio): on which page an admin creates webhooks, and whether it allows a custom header.
export const explainManualSetup = ({ url }: CreatedWebhook): string =>
  "The credential may not create webhooks. In Personio, open Settings > Integrations > Webhooks (in " +
  `newer accounts Marketplace > Webhooks) and create a webhook with the address ${url}. Choose a ` +
  `custom header for authentication, name it ${WEBHOOK_SECRET_HEADER} and paste the secret as its value. ` +
  `Tick the events ${WEBHOOK_EVENTS.join(", ")}, and enable the webhook. Or tick "Webhooks: Read and Write" ` +
  "for this credential and call createPersonioWebhook again.";

const noPublicUrl = (): ActionableError =>
  badUserInput(
    "PUBLIC_URL is not set, so Personio has no address to send to.",
    "The operator of this service sets PUBLIC_URL to the https address that reaches it from the internet.",
    "PUBLIC_URL_MISSING",
  );
