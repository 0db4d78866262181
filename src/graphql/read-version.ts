import type { DataSource } from "typeorm";
import type { Viewer } from "../access/viewer.ts";
import { isOutage } from "../database/database-errors.ts";
import { readAtOnce } from "../database/read-snapshot.ts";
import { shareNext } from "../request/share-next.ts";
import { DIRECTORY_VERSION_SQL } from "../tenant/directory-version.ts";
import type { TakeTurn } from "./tenant-turns.ts";

/** Reads the version of the viewer's directory. Null for a directory that was never written. */
export type ReadVersion = (viewer: Viewer) => Promise<string | null>;

/**
 * Each request gets the result of a statement that began after the request arrived. Requests of a company
 * that arrive while a statement runs share the next one. The read takes an ordinary turn, because it costs
 * little.
 */
export function createReadVersion(dataSource: DataSource, takeTurn: TakeTurn): ReadVersion {
  const read = async (tenantId: string): Promise<string | null> => {
    const endTurn = await takeTurn(tenantId);
    try {
      const rows = await readAtOnce(dataSource, tenantId, DIRECTORY_VERSION_SQL);
      return (rows as readonly { readonly version: string | null }[])[0]?.version ?? null;
    } catch (error) {
      endTurn(!isOutage(error));
      throw error;
    } finally {
      endTurn();
    }
  };
  const shared = shareNext(read);
  return ({ tenantId }) => shared(tenantId);
}
