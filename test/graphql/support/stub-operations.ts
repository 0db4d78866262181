import { pino } from "pino";
import { DataSource } from "typeorm";
import { administratorOfDefault } from "../../../src/access/viewer.ts";
import { buildSubgraph } from "../../../src/graphql/build-schema.ts";
import { createRequests } from "../../../src/graphql/context.ts";
import { createOperations, type Operations } from "../../../src/graphql/operation/operations.ts";
import type { ViewerLifetimes } from "../../../src/graphql/transports/viewer-lifetimes.ts";
import { createMetrics } from "../../../src/metrics/metrics.ts";
import { untraced } from "../../../src/metrics/trace.ts";
import { LOCAL_REACH } from "../../support/local-reach.ts";
import { NO_SERVICES, stubResolvers } from "./stub-resolvers.ts";

/** The operations of the stub graph, without transports and without a database. */
export async function createStubOperations(): Promise<Operations> {
  const { schema } = await buildSubgraph(stubResolvers);
  const log = pino({ level: "silent" });
  const requests = createRequests({
    dataSource: new DataSource({ type: "postgres" }),
    services: NO_SERVICES,
    cursorKeys: [Buffer.alloc(32, 1)],
    log,
  });
  return createOperations({
    graph: { schema, requests },
    identify: async () => administratorOfDefault,
    reach: LOCAL_REACH,
    telemetry: { metrics: createMetrics(), trace: untraced, log },
  });
}

/** Watches no viewer: for transports whose viewers never end. */
export const ENDLESS: ViewerLifetimes = { watch: () => () => undefined, [Symbol.dispose]: () => undefined };
