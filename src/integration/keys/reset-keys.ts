import type { DataSource } from "typeorm";
import { acrossTenants } from "../../database/across-tenants.ts";
import type { SecretKey } from "../secret.ts";
import { secretUnreadable } from "../secret-unreadable.ts";
import { openWebhookAddress } from "../webhooks/webhook-address.ts";
import {
  deleteFingerprints,
  dropSealedSecrets,
  insertFingerprints,
  listWebhookUrls,
} from "./key-fingerprint.repository.ts";

export type KeyReset = {
  /** How many companies have to enter their credential again. */
  readonly secretsDropped: number;
  /** How many webhooks have an address that no key of the ring opens. */
  readonly webhooksVoid: number;
};

/**
 * Starts over with this ring: deletes every sealed secret and the fingerprints of former keys. It needs no
 * former key. Directories, events and settings stay.
 */
export const resetKeys = (dataSource: DataSource, ring: readonly SecretKey[]): Promise<KeyReset> =>
  acrossTenants(dataSource, ["integrations", "personio_webhooks"], async (manager) => {
    const secretsDropped = await dropSealedSecrets(manager, secretUnreadable("keys:reset deleted it"));
    await deleteFingerprints(manager);
    await insertFingerprints(manager, ring);
    const urls = await listWebhookUrls(manager);
    const webhooksVoid = urls.filter((url) => openWebhookAddress(ring, lastPart(url)) === null).length;
    return { secretsDropped, webhooksVoid };
  });

const lastPart = (url: string): string => url.split("/").at(-1) ?? "";
