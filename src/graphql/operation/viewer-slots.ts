import type { Viewer } from "../../access/viewer.ts";

export type SlotLimits = { readonly perUser: number; readonly perTenant: number };

/** Takes a slot of the viewer's user and one of its tenant, or none. Returns their idempotent release. */
export type TakeSlots = (viewer: Viewer) => (() => void) | { readonly exceeded: "user" | "tenant" };

/**
 * Counts what users and tenants have open. Tens of thousands of slots may be taken, so each costs one
 * function, and its keys are made again when it is released.
 */
export function createViewerSlots({ perUser, perTenant }: SlotLimits): TakeSlots {
  const users = createCounter(perUser);
  const tenants = createCounter(perTenant);
  return (viewer) => {
    if (!users.add(userOf(viewer))) return { exceeded: "user" };
    if (!tenants.add(viewer.tenantId)) {
      users.remove(userOf(viewer));
      return { exceeded: "tenant" };
    }
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      users.remove(userOf(viewer));
      tenants.remove(viewer.tenantId);
    };
  };
}

const userOf = ({ tenantId, kind, subject }: Viewer): string => JSON.stringify([tenantId, kind, subject]);

function createCounter(max: number) {
  const counts = new Map<string, number>();
  return {
    add(key: string): boolean {
      const count = counts.get(key) ?? 0;
      if (count >= max) return false;
      counts.set(key, count + 1);
      return true;
    },
    remove(key: string): void {
      const remaining = (counts.get(key) ?? 1) - 1;
      if (remaining > 0) counts.set(key, remaining);
      else counts.delete(key);
    },
  };
}
