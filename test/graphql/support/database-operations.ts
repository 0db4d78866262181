import { pino } from "pino";
import type { DataSource } from "typeorm";
import { administratorOfDefault, type Viewer } from "../../../src/access/viewer.ts";
import { buildSubgraph } from "../../../src/graphql/build-schema.ts";
import { createRequests } from "../../../src/graphql/context.ts";
import { createOperations, type Operations } from "../../../src/graphql/operation/operations.ts";
import { subgraphResolvers } from "../../../src/graphql/resolvers.ts";
import type { TakeTurn } from "../../../src/graphql/tenant-turns.ts";
import { createMetrics } from "../../../src/metrics/metrics.ts";
import { untraced } from "../../../src/metrics/trace.ts";
import { LOCAL_REACH } from "../../support/local-reach.ts";
import { LOOKS_AHEAD } from "../../support/looks-ahead.ts";
import { TENANT } from "../../support/read-context.ts";
import { NO_SERVICES } from "./stub-resolvers.ts";

/** An administrator of the company of the factories. */
export const administrator: Viewer = { ...administratorOfDefault, tenantId: TENANT };

/** The operations of the whole graph on a database, without transports. */
export async function createDatabaseOperations(
  dataSource: DataSource,
  { keptBytes = 0, takeTurn }: { keptBytes?: number; takeTurn?: TakeTurn | undefined } = {},
): Promise<Operations> {
  const { schema } = await buildSubgraph(subgraphResolvers);
  const log = pino({ level: "silent" });
  const requests = createRequests({
    dataSource,
    services: NO_SERVICES,
    cursorKeys: [Buffer.alloc(32, "test key")],
    looksAhead: LOOKS_AHEAD,
    ...(takeTurn && { takeTurn }),
    log,
  });
  return createOperations({
    graph: { schema, requests },
    identify: async () => administrator,
    reach: { ...LOCAL_REACH, production: true },
    limits: { keptBytes },
    telemetry: { metrics: createMetrics(), trace: untraced, log },
  });
}
