import type { DataSource, EntityManager } from "typeorm";
import { inTenant } from "../database/transaction.ts";
import type { Logger } from "../log.ts";

type Use = { readonly tenantId: string; readonly tokenId: string; readonly usedAt: Date };

/** Stores the last use of a token. */
export type RecordUse = (manager: EntityManager, tokenId: string, usedAt: Date) => Promise<void>;

export type LastUseRecorder = AsyncDisposable & { record(use: Use): void };

/**
 * Writes last uses behind the requests, one after the other: however many tokens are in use, this takes one
 * connection. A failed write drops the others too, which would fail alike; their next use counts again.
 */
export function createLastUseRecorder(deps: {
  readonly dataSource: DataSource;
  readonly log: Logger;
  readonly recordUse: RecordUse;
}): LastUseRecorder {
  const waiting = new Map<string, Use>();
  let writing: Promise<void> | undefined;

  async function writeAll(): Promise<void> {
    try {
      for (const [key, { tenantId, tokenId, usedAt }] of waiting) {
        waiting.delete(key);
        await inTenant(deps.dataSource, tenantId, (manager) => deps.recordUse(manager, tokenId, usedAt));
      }
    } catch (error) {
      waiting.clear();
      deps.log.warn({ err: error }, "last use of tokens not recorded");
    } finally {
      writing = undefined;
    }
  }

  return {
    record(use) {
      waiting.set(use.tokenId, use);
      writing ??= writeAll();
    },
    /** Finishes what is waiting: a token that was used once must not look unused. */
    async [Symbol.asyncDispose]() {
      await writing;
    },
  };
}
