import type { IncomingHttpHeaders } from "node:http";
import type { DataSource } from "typeorm";
import { inTenant } from "../../database/transaction.ts";
import type { Queue } from "../../jobs/queue.ts";
import { createLogOnce, type Logger } from "../../log.ts";
import { parseJson } from "../../personio/http/parse-json.ts";
import { readWebhookEvent } from "../../personio/webhooks/read-webhook-event.ts";
import { takeTurnsByKey } from "../../request/take-turns.ts";
import type { SecretKey } from "../secret.ts";
import { createKnownSecrets } from "./known-secrets.ts";
import { enqueueWebhookEventsDue } from "./webhook.job.ts";
import { findWebhook, recordDelivery } from "./webhook.repository.ts";
import { openWebhookAddress, type WebhookAddress } from "./webhook-address.ts";
import { insertWebhookEvents } from "./webhook-event.repository.ts";
import { hasWebhookSecret } from "./webhook-secret.ts";

type ReceiverDeps = {
  readonly dataSource: DataSource;
  readonly queue: Queue;
  readonly secretKeys: readonly SecretKey[];
  readonly log: Logger;
  readonly clock: () => Date;
};

/** A received delivery: the last part of its path, the address of its sender, and its body as text. */
export type WebhookDelivery = {
  readonly address: string;
  readonly sender: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/** Handles a delivery and returns the HTTP status of the response. */
export type ReceiveWebhook = (delivery: WebhookDelivery) => Promise<number>;

const UNKNOWN = 404;
const UNAUTHENTICATED = 401;
/** Not 429: Personio repeats only deliveries that fail with 5xx. */
const LATER = 503;
/** HR may edit thousands of people at once. Their deliveries must leave the connections to requests. */
const STORED_AT_ONCE = { atOnce: 4, perKey: 2 };
/** Stored now and handled later: Personio waits only three seconds. */
const ACCEPTED = 202;

/**
 * Receives Personio's webhooks. An event is only a hint: the person's id is stored, once, and a run reads the
 * person a little later. So it does not matter whether a delivery comes twice, late or out of order.
 *
 *     delivery ──▶ address ──▶ secret ──▶ stored, 202 ··▶ job ──▶ run that reads those people
 *                  404         401
 *
 * `knownSecrets` bounds what wrong deliveries cost; it never refuses the right secret of a webhook in use.
 *
 * The receiver also accepts a delivery that it cannot parse. Its sender has the secret and would only repeat
 * it, and the timetable's runs find the change.
 */
export function createWebhookReceiver(deps: ReceiverDeps): ReceiveWebhook {
  const knownSecrets = createKnownSecrets();
  const inTurn = takeTurnsByKey(STORED_AT_ONCE);
  // HR may edit thousands of people at once, and Personio sends kinds of events that name none of them.
  const storing = { ...deps, logOnce: createLogOnce(deps.log) };
  return async (delivery) => {
    const opened = openWebhookAddress(deps.secretKeys, delivery.address);
    if (!opened) return UNKNOWN;
    const { tenantId, webhookId } = opened;
    const known = await knownSecrets.check({ ...delivery, webhookId });
    if (known === "wrong") return UNAUTHENTICATED;
    if (known === "too many") return LATER;
    const status = await inTurn(tenantId, () =>
      store(storing, opened, delivery, (secretHash) => knownSecrets.remember(webhookId, secretHash)),
    );
    const { sender } = delivery;
    if (status !== ACCEPTED) await knownSecrets.countWrong({ webhookId, sender }, status === UNKNOWN);
    return status;
  };
}

const store = (
  deps: ReceiverDeps & { readonly logOnce: ReturnType<typeof createLogOnce> },
  { tenantId, webhookId }: WebhookAddress,
  { headers, body }: WebhookDelivery,
  onFound: (secretHash: Buffer) => void,
): Promise<number> =>
  inTenant(deps.dataSource, tenantId, async (manager) => {
    const webhook = await findWebhook(manager);
    if (webhook?.id !== webhookId) return UNKNOWN;
    onFound(webhook.secretHash);
    if (!hasWebhookSecret(headers, webhook.secretHash)) return UNAUTHENTICATED;
    const now = deps.clock();
    const event = readWebhookEvent(parseJson(Buffer.from(body)));
    if (event?.personId) {
      await insertWebhookEvents(manager, [event.personId]);
      await enqueueWebhookEventsDue(deps.queue, { tenantId, now, manager });
    } else {
      deps.logOnce({ tenantId, event: event?.eventName ?? null }, "webhook delivery without a person id");
    }
    // Last, so that the row is locked only briefly.
    await recordDelivery(manager, now);
    return ACCEPTED;
  });
