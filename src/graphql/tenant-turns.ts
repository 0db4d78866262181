import { POOL_SIZE } from "../database/data-source.ts";
import { ActionableError } from "../errors.ts";

/** Ends a turn. Calling it again does nothing. */
export type EndTurn = () => void;

/** Events of subscriptions wait apart from queries and mutations: their clients wait for no answer. */
export type TurnKind = "operation" | "event";

export type TakeTurn = (tenantId: string, kind: TurnKind) => Promise<EndTurn>;

export type TurnLimits = {
  readonly turnsMax?: number;
  readonly turnsPerTenant?: number;
  readonly waitingPerTenant?: number;
  readonly waitMs?: number;
};

/** One connection of the pool stays free: for webhooks, readiness, and writes beside an open snapshot. */
const TURNS_MAX = POOL_SIZE - 1;

/**
 * Half of the pool: however many queries one tenant sends, the others find connections. Alone, five at a time
 * already use all the CPU of this process.
 */
const TURNS_PER_TENANT = Math.floor(POOL_SIZE / 2);

/** Operations of one tenant that may wait. Each keeps its document and variables in memory. */
const WAITING_PER_TENANT = 1_000;

/** No request waits longer than ten seconds for a response. */
const WAIT_MS = 10_000;

type Waiter = { start(endTurn: EndTurn): void };
type Lane = { readonly tenantId: string; readonly waiters: Waiter[] };

/**
 * Shares the connections among tenants. Each request takes a turn while it has a transaction open. A tenant
 * has few turns at a time, and tenants that wait get the next free one in rotation. So an operation waits
 * for operations of its own tenant, and at most for one of each other tenant.
 *
 * An operation that finds too many of its tenant waiting, or waits for too long, is refused with LIMIT_RATE.
 * Events are not: each subscription waits with at most one.
 */
export function createTenantTurns(limits: TurnLimits = {}): TakeTurn {
  const { waitingPerTenant = WAITING_PER_TENANT, waitMs = WAIT_MS } = limits;
  const { hasTurn, begin } = createTurnCounts(limits, () => startNext());
  // In the order of the rotation.
  const lanes = new Map<string, Lane>();

  const startNext = (): void => {
    for (const [key, { tenantId, waiters }] of lanes) {
      if (!hasTurn(tenantId)) continue;
      const next = waiters.shift();
      lanes.delete(key);
      if (waiters.length > 0) lanes.set(key, { tenantId, waiters });
      next?.start(begin(tenantId));
      return;
    }
  };

  const wait = (key: string, tenantId: string, timeoutMs: number | null): Promise<EndTurn> => {
    const { promise, resolve, reject } = Promise.withResolvers<EndTurn>();
    const lane: Lane = lanes.get(key) ?? { tenantId, waiters: [] };
    const { waiters } = lane;
    const waiter: Waiter = {
      start(endTurn) {
        clearTimeout(timer);
        resolve(endTurn);
      },
    };
    waiters.push(waiter);
    if (!lanes.has(key)) lanes.set(key, lane);
    const giveUp = (): void => {
      waiters.splice(waiters.indexOf(waiter), 1);
      if (waiters.length === 0) lanes.delete(key);
      reject(tooMany());
    };
    const timer = timeoutMs === null ? undefined : setTimeout(giveUp, timeoutMs);
    return promise;
  };

  return async (tenantId, kind) => {
    const key = `${kind} ${tenantId}`;
    const waiting = lanes.get(key)?.waiters.length ?? 0;
    if (waiting === 0 && hasTurn(tenantId)) return begin(tenantId);
    if (kind === "event") return wait(key, tenantId, null);
    if (waiting >= waitingPerTenant) throw tooMany();
    return wait(key, tenantId, waitMs);
  };
}

/** Counts running turns, of each tenant and of all. */
function createTurnCounts(limits: TurnLimits, onEnd: () => void) {
  const { turnsMax = TURNS_MAX, turnsPerTenant = TURNS_PER_TENANT } = limits;
  const running = new Map<string, number>();
  let total = 0;
  return {
    hasTurn: (tenantId: string): boolean => total < turnsMax && (running.get(tenantId) ?? 0) < turnsPerTenant,
    begin(tenantId: string): EndTurn {
      total += 1;
      running.set(tenantId, (running.get(tenantId) ?? 0) + 1);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        total -= 1;
        const left = (running.get(tenantId) ?? 1) - 1;
        if (left > 0) running.set(tenantId, left);
        else running.delete(tenantId);
        onEnd();
      };
    },
  };
}

/**
 * Lets the transactions of one request share its turn. If each had its own, requests that write beside an
 * open snapshot could wait for each other.
 */
export function shareTurn(take: () => Promise<EndTurn>): () => Promise<EndTurn> {
  let turn: Promise<EndTurn> | undefined;
  let users = 0;
  return async () => {
    const current = turn ?? take();
    turn = current;
    users += 1;
    let isOver = false;
    const leave = (): void => {
      if (isOver) return;
      isOver = true;
      users -= 1;
      if (users > 0) return;
      turn = undefined;
      current.then(
        (endTurn) => endTurn(),
        () => undefined,
      );
    };
    try {
      await current;
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  };
}

const tooMany = (): ActionableError =>
  new ActionableError(
    "LIMIT_RATE",
    "Your company has too many operations running and waiting here.",
    "Retry in some seconds. Send fewer operations at once, or operations that read less.",
  );
