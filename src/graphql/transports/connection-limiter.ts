import type { Viewer } from "../../access/viewer.ts";
import { createKeyedSemaphore } from "../operation/keyed-semaphore.ts";

export type ConnectionLimits = { readonly perUser: number; readonly perTenant: number };

/** The `release` of an admitted connection, or the limit that refuses it. */
export type ConnectionAdmission =
  | { readonly release: () => void }
  | { readonly exceeded: "user" | "company"; readonly limit: number };

/**
 * Counts the open connections of one transport, so that no user and no company takes all of them.
 */
export function createConnectionLimiter({ perUser, perTenant }: ConnectionLimits) {
  const acquireUserSlot = createKeyedSemaphore(perUser);
  const acquireTenantSlot = createKeyedSemaphore(perTenant);

  return ({ tenantId, subject, kind }: Viewer): ConnectionAdmission => {
    const releaseUserSlot = acquireUserSlot(JSON.stringify([tenantId, kind, subject]));
    if (!releaseUserSlot) return { exceeded: "user", limit: perUser };
    const releaseTenantSlot = acquireTenantSlot(tenantId);
    if (!releaseTenantSlot) {
      releaseUserSlot();
      return { exceeded: "company", limit: perTenant };
    }
    return {
      release() {
        releaseUserSlot();
        releaseTenantSlot();
      },
    };
  };
}
