import type { Viewer } from "../../access/viewer.ts";
import { createViewerSlots, type SlotLimits } from "../operation/viewer-slots.ts";

/** The most connections of one transport: of one user, of one company, and in total. */
export type ConnectionLimits = SlotLimits & { readonly total: number };

/** The `release` of an admitted connection, or the limit that refuses it. */
export type ConnectionAdmission =
  | { readonly release: () => void }
  | { readonly exceeded: "user" | "company"; readonly limit: number };

/**
 * Counts the open connections of one transport, so that no user and no company takes all of them.
 */
export function createConnectionLimiter(limits: SlotLimits) {
  const take = createViewerSlots(limits);

  return (viewer: Viewer): ConnectionAdmission => {
    const taken = take(viewer);
    if (typeof taken === "function") return { release: taken };
    return taken.exceeded === "user"
      ? { exceeded: "user", limit: limits.perUser }
      : { exceeded: "company", limit: limits.perTenant };
  };
}
