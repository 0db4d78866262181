import type { DataSource, EntityManager } from "typeorm";
import { acrossTenants } from "../../database/across-tenants.ts";
import type { AsOwner } from "../../database/open-database.ts";
import { opens, type SecretKey } from "../secret.ts";
import {
  insertFingerprints,
  listFingerprints,
  listSealedSecrets,
  lockFingerprints,
} from "./key-fingerprint.repository.ts";
import { fingerprintOf } from "./key-fingerprint.ts";

/**
 * Returns null if the database knows a key of the ring, or else why the service must not start. A known ring
 * may add new keys, and the database remembers them. So an operator can put a new key first, keep the old one
 * for a while, and remove it later.
 */
export async function findKeyRingProblem(
  dataSource: DataSource,
  ring: readonly SecretKey[],
  asOwner: AsOwner = (work) => work(dataSource),
): Promise<string | null> {
  const isKnown = await dataSource.transaction(async (manager) => {
    const known = await listFingerprints(manager);
    if (known.size === 0) return null;
    const isKnown = ring.some((key) => known.has(fingerprintOf(key)));
    if (isKnown && ring.some((key) => !known.has(fingerprintOf(key))))
      await insertFingerprints(manager, ring);
    return isKnown;
  });
  return (isKnown ?? (await asOwner((owner) => adoptFirstRing(owner, ring)))) ? null : UNKNOWN_RING;
}

/**
 * A database without fingerprints is new, or of a version that stored none: then the ring must open one of
 * the secrets.
 */
const adoptFirstRing = (dataSource: DataSource, ring: readonly SecretKey[]): Promise<boolean> =>
  acrossTenants(dataSource, ["integrations"], async (manager: EntityManager) => {
    await lockFingerprints(manager);
    const known = await listFingerprints(manager);
    if (known.size > 0) return ring.some((key) => known.has(fingerprintOf(key)));
    const sealed = await listSealedSecrets(manager);
    const opensData = sealed.length === 0 || sealed.some(({ owner, secret }) => opens(ring, owner, secret));
    if (opensData) await insertFingerprints(manager, ring);
    return opensData;
  });

const UNKNOWN_RING =
  "SECRET_KEYS: none of these keys has been used with the stored data, so the service cannot open its " +
  "secrets. Without SECRET_KEYS, the keys come from the file secret-keys in DATA_DIR. Put the former " +
  "keys back; if they are lost, run: npm run keys:reset";
