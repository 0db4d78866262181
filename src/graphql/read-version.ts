import type { DataSource } from "typeorm";
import type { Viewer } from "../access/viewer.ts";
import { isOutage } from "../database/database-errors.ts";
import { readAtOnce } from "../database/transaction.ts";
import { DIRECTORY_VERSION_SQL } from "../tenant/directory-version.ts";
import type { TakeTurn } from "./tenant-turns.ts";

/** Reads the version of the viewer's directory. Null for a directory that was never written. */
export type ReadVersion = (viewer: Viewer) => Promise<string | null>;

/** It takes an ordinary turn, because it costs one short statement. */
export const createReadVersion =
  (dataSource: DataSource, takeTurn: TakeTurn): ReadVersion =>
  async ({ tenantId }) => {
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
