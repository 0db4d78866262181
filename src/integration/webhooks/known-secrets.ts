import type { IncomingHttpHeaders } from "node:http";
import { LRUCache } from "lru-cache";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { hasWebhookSecret } from "./webhook-secret.ts";

/** A hash has 32 bytes, and few deployments serve more companies. */
const WEBHOOKS_KEPT = 10_000;

/** Wrong deliveries of one sender that may cost a query, each minute. Personio sends none. */
const WRONG_A_MINUTE = 60;

/**
 * Bounds what deliveries with a wrong secret, or to a former address, cost. The secret of a webhook never
 * changes, because a new webhook has a new id. So its hash is kept, and a wrong secret needs no query.
 * Deliveries to addresses that are not kept cost a query, up to a limit for each sender.
 */
export function createKnownSecrets(wrongAMinute = WRONG_A_MINUTE) {
  const hashes = new LRUCache<string, Buffer>({ max: WEBHOOKS_KEPT });
  const wrong = new RateLimiterMemory({ points: wrongAMinute, duration: 60 });
  return {
    /** The delivery may go on if its secret is right, or if no hash is kept and its sender may still ask. */
    async check(delivery: {
      readonly webhookId: string;
      readonly sender: string;
      readonly headers: IncomingHttpHeaders;
    }): Promise<"right" | "unknown" | "wrong" | "too many"> {
      const hash = hashes.get(delivery.webhookId);
      if (hash) return hasWebhookSecret(delivery.headers, hash) ? "right" : "wrong";
      const counted = await wrong.get(delivery.sender);
      return counted && counted.remainingPoints <= 0 ? "too many" : "unknown";
    },
    remember(webhookId: string, secretHash: Buffer): void {
      hashes.set(webhookId, secretHash);
    },
    /** Records a delivery that cost a query and was refused. */
    async countWrong({ webhookId, sender }: { webhookId: string; sender: string }, isGone: boolean) {
      if (isGone) hashes.delete(webhookId);
      await wrong.penalty(sender);
    },
  };
}
