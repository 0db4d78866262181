import type { IncomingHttpHeaders } from "node:http";
import type { DataSource } from "typeorm";
import { inTenant } from "../../database/transaction.ts";
import type { Queue } from "../../jobs/queue.ts";
import type { Logger } from "../../log.ts";
import { parseJson } from "../../personio/http/parse-json.ts";
import { readWebhookEvent } from "../../personio/webhooks/read-webhook-event.ts";
import type { SecretKey } from "../secret.ts";
import { enqueueWebhookEventsDue } from "./webhook.job.ts";
import { findWebhook, recordDelivery } from "./webhook.repository.ts";
import { openWebhookAddress } from "./webhook-address.ts";
import { insertWebhookEvents } from "./webhook-event.repository.ts";
import { hasWebhookSecret } from "./webhook-secret.ts";

type ReceiverDeps = {
  readonly dataSource: DataSource;
  readonly queue: Queue;
  readonly secretKeys: readonly SecretKey[];
  readonly log: Logger;
  readonly clock: () => Date;
};

/** A received delivery: the last part of its path, and its body as text. */
export type WebhookDelivery = {
  readonly address: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/** Handles a delivery and returns the HTTP status of the response. */
export type ReceiveWebhook = (delivery: WebhookDelivery) => Promise<number>;

const UNKNOWN = 404;
const UNAUTHENTICATED = 401;
/** Stored now and handled later: Personio waits only three seconds. */
const ACCEPTED = 202;

/**
 * Receives Personio's webhooks. An event is only a hint: the person's id is stored, once, and a run reads the
 * person a little later. So it does not matter whether a delivery comes twice, late or out of order.
 *
 *     delivery ──▶ address ──▶ secret ──▶ stored, 202 ··▶ job ──▶ run that reads those people
 *                  404         401
 *
 * The receiver also accepts a delivery that it cannot parse. Its sender has the secret and would only repeat
 * it, and the timetable's runs find the change.
 */
export const createWebhookReceiver =
  (deps: ReceiverDeps): ReceiveWebhook =>
  async ({ address, headers, body }) => {
    const opened = openWebhookAddress(deps.secretKeys, address);
    if (!opened) return UNKNOWN;
    const { tenantId, webhookId } = opened;
    return inTenant(deps.dataSource, tenantId, async (manager) => {
      const webhook = await findWebhook(manager);
      if (webhook?.id !== webhookId) return UNKNOWN;
      if (!hasWebhookSecret(headers, webhook.secretHash)) return UNAUTHENTICATED;
      const now = deps.clock();
      const event = readWebhookEvent(parseJson(Buffer.from(body)));
      if (event?.personId) {
        await insertWebhookEvents(manager, [event.personId]);
        await enqueueWebhookEventsDue(deps.queue, { tenantId, now, manager });
      } else {
        deps.log.info({ tenantId, event: event?.eventName ?? null }, "webhook delivery without a person id");
      }
      // Last, so that the row is locked only briefly.
      await recordDelivery(manager, now);
      return ACCEPTED;
    });
  };
