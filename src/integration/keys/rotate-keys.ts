import type { DataSource } from "typeorm";
import { acrossTenants } from "../../database/across-tenants.ts";
import { openSecret, opens, type SecretKey, sealSecret } from "../secret.ts";
import { openWebhookAddress } from "../webhooks/webhook-address.ts";
import { listSealedSecrets, listWebhookUrls, replaceSealedSecret } from "./key-fingerprint.repository.ts";

export type KeyRotation = {
  readonly resealed: number;
  /** Secrets that no key of the ring opens. They stay unchanged: the missing key may come back. */
  readonly unreadable: number;
  /** Webhooks whose address only an older key opens. They must be created again before that key goes. */
  readonly webhooksOfOlderKeys: number;
};

/** Seals every secret with the first key of the ring, so that an operator can remove the older keys. */
export const rotateKeys = (dataSource: DataSource, ring: readonly SecretKey[]): Promise<KeyRotation> =>
  acrossTenants(dataSource, ["integrations", "personio_webhooks"], async (manager) => {
    const stored = await listSealedSecrets(manager);
    const readable = stored.filter(({ owner, secret }) => opens(ring, owner, secret));
    const first = ring.slice(0, 1);
    const older = readable.filter(
      ({ owner, secret }) => secret.keyId !== ring[0]?.id || !opens(first, owner, secret),
    );
    for (const { owner, secret } of older) {
      const resealed = sealSecret(ring, owner, openSecret(ring, owner, secret));
      await replaceSealedSecret(manager, { owner, secret: resealed });
    }
    const addresses = (await listWebhookUrls(manager)).map((url) => url.split("/").at(-1) ?? "");
    const needsOlderKey = (address: string) =>
      openWebhookAddress(first, address) === null && openWebhookAddress(ring, address) !== null;
    return {
      resealed: older.length,
      unreadable: stored.length - readable.length,
      webhooksOfOlderKeys: addresses.filter(needsOlderKey).length,
    };
  });
