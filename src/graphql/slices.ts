import { AsyncResource } from "node:async_hooks";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { MapperKind, mapSchema } from "@graphql-tools/utils";
import { GraphQLObjectType, type GraphQLSchema } from "graphql";
import type { Loading } from "../request/row-loader.ts";

/**
 * Objects that an ordinary request enters without a pause. A page with its references has fewer; some 5 ms of
 * CPU. An expensive request, which will have more, makes slices from its first object.
 */
export const OBJECTS_AT_ONCE = 500;

/** A slice ends after this time. A turn of the event loop costs 20 µs. */
const SLICE_MS = 1;

/**
 * Slices yield to ordinary operations of other tenants, but an answer gets a slice in this time: a fifth of
 * the event loop.
 */
const YIELD_MS = 4;

/**
 * The number of objects that wait together. Each may lead to a hundred others, and queueing those takes 0.1
 * ms.
 */
const OBJECTS_PER_STEP = 10;

/** The slices of one request. */
export type Slices = {
  /** An ordinary operation has a turn: until it calls the result, slices of other tenants yield to it. */
  goFirst(): () => void;
  /** The execution enters an object: now, or in the slice of the promise. */
  enter(): true | Promise<true>;
  /** Sends a batch of a loader after all objects that wait, because they add keys to it. */
  readonly schedule: Loading["schedule"];
  /** Null, or resolves when the rows of a statement may continue: after all objects that wait. */
  settled(): Promise<void> | null;
  /** Leaves all objects and batches that wait. */
  end(): void;
};

/** Resolves when work of any request that is divided may go on: in the next turn, or after `YIELD_MS`. */
export type Rest = () => Promise<void>;

export type Slicer = ((tenantId: string, isExpensive?: boolean) => Slices) & { readonly rest: Rest };

/** Gives a request one slice, and reports its end and whether the request waits for another one. */
type TakeSlice = (onEnd: (waits: boolean) => void) => void;

/**
 * Enters the objects of large answers in slices, so that they do not block the event loop. Between two slices
 * the loop serves other requests. Each turn of the loop has one slice, for tenants in rotation.
 */
export function createSlicer(elapsedMs = () => performance.now()): Slicer {
  // In the order of the rotation.
  const lanes = new Map<string, TakeSlice[]>();
  const ordinary = createOrdinary();
  let latestEndedAt = Number.NEGATIVE_INFINITY;

  const giveSlice = (): void => {
    const [first] = lanes;
    if (!first) return;
    const [tenantId, lane] = first;
    if (ordinary.isOfOther(tenantId) && elapsedMs() - latestEndedAt < YIELD_MS) {
      setTimeout(giveSlice, 1);
      return;
    }
    const take = lane[0];
    take?.((waits) => {
      latestEndedAt = elapsedMs();
      lane.shift();
      if (waits) lane.push(take);
      lanes.delete(tenantId);
      if (lane.length > 0) lanes.set(tenantId, lane);
      if (lanes.size > 0) setImmediate(giveSlice);
    });
  };

  const open = (tenantId: string, isExpensive = false): Slices => {
    const slices = createSlices(elapsedMs, isExpensive ? 0 : OBJECTS_AT_ONCE, (take) => {
      if (lanes.size === 0) setImmediate(giveSlice);
      const lane = lanes.get(tenantId) ?? [];
      lanes.set(tenantId, lane);
      lane.push(take);
    });
    return { ...slices, goFirst: () => ordinary.begin(tenantId) };
  };

  const rest: Rest = async () => {
    const since = elapsedMs();
    await nextTurn();
    while (ordinary.isAny() && elapsedMs() - since < YIELD_MS) await sleep(1);
  };

  return Object.assign(open, { rest });
}

/** Counts the ordinary operations that have a turn, by tenant. */
function createOrdinary() {
  const counts = new Map<string, number>();
  const change = (tenantId: string, by: 1 | -1): void => {
    const count = (counts.get(tenantId) ?? 0) + by;
    if (count > 0) counts.set(tenantId, count);
    else counts.delete(tenantId);
  };
  return {
    begin(tenantId: string): () => void {
      change(tenantId, 1);
      return () => change(tenantId, -1);
    },
    isAny: (): boolean => counts.size > 0,
    isOfOther: (tenantId: string): boolean => counts.size > (counts.has(tenantId) ? 1 : 0),
  };
}

type Step = PromiseWithResolvers<true> & { places: number };

/**
 * Loaders send the same batches as without slices. A batch waits for all objects of its level, and the rows
 * of a statement wait until these batches are sent.
 *
 * @param atOnce the objects that it enters without a pause.
 * @param queue queues the request for slices.
 */
function createSlices(
  elapsedMs: () => number,
  atOnce: number,
  queue: (take: TakeSlice) => void,
): Omit<Slices, "goFirst"> {
  let places = atOnce;
  let waiting: Step[] = [];
  let batches: (() => void)[] = [];
  let results: (() => void)[] = [];
  let isQueued = false;
  let isContinuing = false;
  let isOver = false;

  const take: TakeSlice = (onEnd) => {
    const startedAt = elapsedMs();
    const step = (): void => {
      waiting.shift()?.resolve(true);
      afterMicrotasks(() => {
        if (waiting.length === 0) continueOthers();
        else if (elapsedMs() - startedAt < SLICE_MS) return step();
        isQueued = waiting.length > 0;
        onEnd(isQueued);
      });
    };
    step();
  };

  const continueOthers = (): void => {
    if (waiting.length > 0) return;
    const next = batches.length > 0 ? batches.splice(0) : results.splice(0, 1);
    isContinuing = next.length > 0;
    for (const proceed of next) proceed();
    if (isContinuing) afterMicrotasks(continueOthers);
  };

  const addStep = (): Step => {
    const step = { ...Promise.withResolvers<true>(), places: OBJECTS_PER_STEP };
    // After the end of a request, its promises stay pending.
    if (isOver) return step;
    waiting.push(step);
    if (!isQueued) queue(take);
    isQueued = true;
    return step;
  };

  return {
    enter() {
      if (places > 0) {
        places -= 1;
        return true;
      }
      const last = waiting.at(-1);
      const step = last && last.places > 0 ? last : addStep();
      step.places -= 1;
      return step.promise;
    },
    schedule(sendBatch) {
      afterMicrotasks(() => {
        if (waiting.length === 0) sendBatch();
        // It runs when a slice ends, perhaps of another request, but in the context of its own.
        else batches.push(AsyncResource.bind(sendBatch));
      });
    },
    settled() {
      if (waiting.length === 0 && !isContinuing) return null;
      const { promise, resolve } = Promise.withResolvers<void>();
      results.push(resolve);
      return promise;
    },
    end() {
      isOver = true;
      places = 0;
      [waiting, batches, results] = [[], [], []];
    },
  };
}

/** Runs when all promises that were resolved have continued: when DataLoader sends its batches by default. */
function afterMicrotasks(work: () => void): void {
  void Promise.resolve().then(() => process.nextTick(work));
}

/** graphql-js asks `isTypeOf` when it enters an object, and awaits an answer that is a promise. */
export const enterInSlices = (schema: GraphQLSchema): GraphQLSchema =>
  mapSchema(schema, {
    [MapperKind.OBJECT_TYPE]: (type) =>
      new GraphQLObjectType<unknown, { readonly slices: Slices }>({
        ...type.toConfig(),
        isTypeOf: (_source, { slices }) => slices.enter(),
      }),
  });
