import { POOL_SIZE } from "../database/data-source.ts";
import { databaseUnavailable } from "../database/database-errors.ts";
import type { ActionableError } from "../errors.ts";
import { createSilence, type Silence } from "./silence.ts";
import { clientLeft, serviceStops, tooMany } from "./turn-refusals.ts";

/** Ends a turn, and reports whether the database answered its statements. Calling it again does nothing. */
export type EndTurn = (wasAnswered?: boolean) => void;

/** Each kind waits in a lane of its own. */
export type TurnKind = {
  /** An event of a subscription, whose client waits for no answer. */
  readonly isEvent: boolean;
  /** An operation that may take much CPU. */
  readonly isExpensive: boolean;
};

/** Rejects when the operation cannot have a turn, and while it waits as soon as its client has left. */
export type TakeTurn = (tenantId: string, kind?: TurnKind, left?: AbortSignal) => Promise<EndTurn>;

export const ORDINARY: TurnKind = { isEvent: false, isExpensive: false };

export const isOrdinary = ({ isEvent, isExpensive }: TurnKind): boolean => !isEvent && !isExpensive;

export type TurnLimits = {
  readonly turnsMax?: number;
  readonly turnsPerTenant?: number;
  readonly waitingPerTenant?: number;
  readonly waitMs?: number;
  /** Aborts when the service stops: what waits then, or would have to wait, is refused at once. */
  readonly stopping?: AbortSignal | undefined;
  /** A clock that is never set back. */
  readonly elapsedMs?: () => number;
};

/** One connection of the pool stays free: for tokens, webhooks and readiness. */
const TURNS_MAX = POOL_SIZE - 1;

/**
 * Half of the pool: however many queries one tenant sends, the others find connections. Five at a time
 * already use all the CPU of this process.
 */
const TURNS_PER_TENANT = Math.floor(POOL_SIZE / 2);

/** Slices keep the event loop free, but statements of several compete with other tenants for Postgres. */
const EXPENSIVE_TURNS_PER_TENANT = 1;

/** The limit while no other tenant is active: one computes while the other reads. */
const EXPENSIVE_TURNS_ALONE = 2;

/** A tenant is active for this time after a turn of it began. */
const ACTIVE_MS = 1_000;

/** Operations of one tenant that may wait. Each keeps its document and variables in memory. */
const WAITING_PER_TENANT = 1_000;

/**
 * The same time as an operation waits for a lock. After it, a retry of the client is likely to be faster than
 * waiting on.
 */
const WAIT_MS = 5_000;

/** If turns run for this part of a wait without an answer, the operations wait for the database. */
const SILENT_SHARE = 0.5;

type Waiter = {
  start(endTurn: EndTurn): void;
  refuse(error: ActionableError): void;
  /** False for an event, which waits as long as it takes. */
  hasWaitedLong(): boolean;
};
type Lane = { readonly tenantId: string; readonly isExpensive: boolean; readonly waiters: Waiter[] };

/**
 * Shares the connections among tenants. Each request takes a turn while it has a transaction open. A tenant
 * has few turns at a time, and tenants that wait get the next free one in rotation. So an operation waits
 * for operations of its own tenant, and at most for one of each other tenant.
 *
 * An operation that finds too many of its tenant waiting, or waits for too long, is refused with LIMIT_RATE.
 * If the database was silent meanwhile, or turns failed for as long, it is UNAVAILABLE. The same holds for an
 * operation that waited for a turn which failed after a silence, because its own statements would wait as
 * long. Events are not refused: each subscription waits with at most one.
 */
export function createTenantTurns(limits: TurnLimits = {}): TakeTurn {
  const { waitingPerTenant = WAITING_PER_TENANT, waitMs = WAIT_MS, stopping } = limits;
  const { elapsedMs = () => performance.now() } = limits;
  const silentMs = waitMs * SILENT_SHARE;
  const silence = createSilence(silentMs, elapsedMs);
  const { hasTurn, begin } = createTurnCounts({ ...limits, elapsedMs }, silence, (failed) => {
    if (failed && failed.afterMs > silentMs) refuseLongWaiting(failed.tenantId);
    startWaiting();
  });
  // In the order of the rotation.
  const lanes = new Map<string, Lane>();

  // A lane with more waiters moves to the end of the rotation.
  const startWaiting = (): void => {
    for (const [key, lane] of lanes) {
      const { tenantId, isExpensive, waiters } = lane;
      if (!hasTurn(tenantId, isExpensive)) continue;
      const next = waiters.shift();
      lanes.delete(key);
      if (waiters.length > 0) lanes.set(key, lane);
      next?.start(begin(tenantId, isExpensive));
    }
    if (lanes.size === 0) silence.rest();
  };

  const refuseLongWaiting = (tenantId: string): void => {
    const own = [...lanes.values()].filter((lane) => lane.tenantId === tenantId);
    for (const waiter of own.flatMap(({ waiters }) => waiters))
      if (waiter.hasWaitedLong()) waiter.refuse(databaseUnavailable());
  };

  const wait = (key: string, lane: Lane, timeoutMs: number | null, left?: AbortSignal): Promise<EndTurn> => {
    const { promise, resolve, reject } = Promise.withResolvers<EndTurn>();
    const { waiters } = lane;
    silence.watch();
    const wasSilent = silence.noteSince();
    const startedAt = elapsedMs();
    const stopWaiting = (): void => {
      clearTimeout(timer);
      left?.removeEventListener("abort", leave);
    };
    const waiter: Waiter = {
      start(endTurn) {
        stopWaiting();
        resolve(endTurn);
      },
      refuse(error) {
        stopWaiting();
        waiters.splice(waiters.indexOf(waiter), 1);
        if (waiters.length === 0) lanes.delete(key);
        if (lanes.size === 0) silence.rest();
        reject(error);
      },
      hasWaitedLong: () => timeoutMs !== null && elapsedMs() - startedAt > silentMs,
    };
    waiters.push(waiter);
    lanes.set(key, lane);
    const giveUp = (): void => waiter.refuse(wasSilent() ? databaseUnavailable() : tooMany());
    const leave = (): void => waiter.refuse(clientLeft());
    const timer = timeoutMs === null ? undefined : setTimeout(giveUp, timeoutMs);
    left?.addEventListener("abort", leave);
    return promise;
  };

  stopping?.addEventListener("abort", () => {
    for (const { waiters } of [...lanes.values()])
      for (const waiter of [...waiters]) waiter.refuse(serviceStops());
  });

  return async (tenantId, { isEvent, isExpensive } = ORDINARY, left) => {
    if (left?.aborted) throw clientLeft();
    const key = JSON.stringify([tenantId, isEvent, isExpensive]);
    const lane: Lane = lanes.get(key) ?? { tenantId, isExpensive, waiters: [] };
    if (lane.waiters.length === 0 && hasTurn(tenantId, isExpensive)) return begin(tenantId, isExpensive);
    if (stopping?.aborted) throw serviceStops();
    if (!isEvent && lane.waiters.length >= waitingPerTenant) throw tooMany();
    return wait(key, lane, isEvent ? null : waitMs, left);
  };
}

/** Counts running turns: of all tenants, of each tenant, and the expensive ones of each tenant. */
function createTurnCounts(
  limits: TurnLimits & { readonly elapsedMs: () => number },
  silence: Silence,
  onEnd: (failed?: { readonly tenantId: string; readonly afterMs: number }) => void,
) {
  const { turnsMax = TURNS_MAX, turnsPerTenant = TURNS_PER_TENANT } = limits;
  const activity = createActivity(limits.elapsedMs);
  const running = new Map<string, number>();
  const expensive = new Map<string, number>();
  let total = 0;
  const add = (counts: Map<string, number>, tenantId: string, change: 1 | -1): void => {
    const count = (counts.get(tenantId) ?? 0) + change;
    if (count > 0) counts.set(tenantId, count);
    else counts.delete(tenantId);
  };
  const change = (tenantId: string, isExpensive: boolean, by: 1 | -1): void => {
    total += by;
    add(running, tenantId, by);
    if (isExpensive) add(expensive, tenantId, by);
  };
  const expensiveTurns = (tenantId: string): number =>
    activity.isAlone(tenantId) ? EXPENSIVE_TURNS_ALONE : EXPENSIVE_TURNS_PER_TENANT;
  return {
    hasTurn: (tenantId: string, isExpensive: boolean): boolean =>
      total < turnsMax &&
      (running.get(tenantId) ?? 0) < turnsPerTenant &&
      (!isExpensive || (expensive.get(tenantId) ?? 0) < expensiveTurns(tenantId)),
    begin(tenantId: string, isExpensive: boolean): EndTurn {
      // Without running turns, the database owes no answer.
      if (total === 0) silence.begin();
      change(tenantId, isExpensive, 1);
      activity.note(tenantId);
      let isOver = false;
      const startedAt = limits.elapsedMs();
      return (wasAnswered = true) => {
        if (isOver) return;
        isOver = true;
        change(tenantId, isExpensive, -1);
        const afterMs = limits.elapsedMs() - startedAt;
        if (wasAnswered) silence.end();
        else silence.fail(afterMs);
        onEnd(wasAnswered ? undefined : { tenantId, afterMs });
      };
    },
  };
}

/** Notes when tenants begin something: the latest one, and the latest one of any other tenant. */
export function createActivity(elapsedMs: () => number) {
  let latest = { tenantId: "", at: Number.NEGATIVE_INFINITY };
  let beforeAt = Number.NEGATIVE_INFINITY;
  return {
    note(tenantId: string): void {
      if (tenantId !== latest.tenantId) beforeAt = latest.at;
      latest = { tenantId, at: elapsedMs() };
    },
    isAlone: (tenantId: string): boolean =>
      elapsedMs() - (tenantId === latest.tenantId ? beforeAt : latest.at) > ACTIVE_MS,
  };
}
