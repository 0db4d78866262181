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

/** A delivery as it came in: the last part of its path, and its body as text. */
export type WebhookDelivery = {
  readonly address: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/** Takes in a delivery and gives the HTTP status to answer with. */
export type ReceiveWebhook = (delivery: WebhookDelivery) => Promise<number>;

const UNKNOWN = 404;
const UNAUTHENTICATED = 401;
/** Noted, and worked on later: Personio waits three seconds. */
const ACCEPTED = 202;

/**
 * Where Personio's webhooks come in. An event is taken for a hint and for nothing more: whom it names is noted, once, and
 * read again a little later. So it does not matter when a delivery comes twice, late or in the wrong order.
 *
 *     delivery ──▶ address ──▶ secret ──▶ noted, 202 ··▶ job ──▶ run that reads those people
 *                  404         401
 *
 * What cannot be understood is acknowledged too: its sender has the secret, would not send it any other way if asked
 * again, and the timetable's runs find what it may have been about.
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
      // Last, so that the row is locked for a moment only.
      await recordDelivery(manager, now);
      return ACCEPTED;
    });
  };
