import type { FastifyInstance } from "fastify";

/** Probes repeat soon, and a probe without an answer counts as failed. */
const READY_TIMEOUT_MS = 2_000;

/** Adds `/health`, whether the process lives, and `/ready`, whether it can answer requests. */
export function addProbeRoutes(server: FastifyInstance, checkReady: () => Promise<void>): void {
  // A probe may use any host, and learns only that the process lives.
  server.get("/health", { config: { anyHost: true } }, async () => ({ healthy: true }));
  let running: Promise<string | null> | undefined;
  server.get("/ready", async (_request, reply) => {
    // Strangers may send probes, and must not take the connections of operations.
    running ??= findReasonNotReady(checkReady).finally(() => {
      running = undefined;
    });
    const reason = await running;
    return reason === null ? { ready: true } : reply.code(503).send({ ready: false, reason });
  });
}

async function findReasonNotReady(checkReady: () => Promise<void>): Promise<string | null> {
  const { promise: timedOut, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(reject, READY_TIMEOUT_MS, new Error(`no answer within ${READY_TIMEOUT_MS} ms`));
  try {
    await Promise.race([checkReady(), timedOut]);
    return null;
  } catch (error) {
    return reasonOf(error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Every client may read it. Messages of the driver contain addresses and logins, so its errors (those with a
 * code) show only the code.
 */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return DATABASE_FAILED;
  return "code" in error ? `${DATABASE_FAILED} (${error.code})` : error.message;
}

const DATABASE_FAILED = "the database does not answer";
