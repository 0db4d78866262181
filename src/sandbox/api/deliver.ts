import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Answer } from "./answer.ts";
import type { Fault } from "./faults.ts";

/** Lets the first half arrive before the reset. */
const BEFORE_RESET_MS = 20;
const SECOND = 1_000;

/** Sends an answer, as far as the faults let it through. */
export async function deliver(
  response: ServerResponse,
  answer: Answer,
  faults: readonly Fault[],
  signal?: AbortSignal,
): Promise<void> {
  for (const fault of faults) {
    // A pending pause must not block a test or a stopping sandbox.
    if (fault.kind === "delay") await pauseUntil(signal, fault.milliseconds);
  }
  const body = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body;
  const fault = faults.find(({ kind }) => kind in DELIVERY_FAULTS);
  response.writeHead(answer.status, {
    ...answer.headers,
    "content-length": body.length + lengthError(fault),
  });
  if (!fault) response.end(body);
  else await DELIVERY_FAULTS[fault.kind]?.(response, body, fault);
}

const pauseUntil = (signal: AbortSignal | undefined, milliseconds: number): Promise<void> =>
  pause(milliseconds, undefined, { ref: false, ...(signal && { signal }) }).catch(() => undefined);

type FaultyDelivery = (response: ServerResponse, body: Buffer, fault: Fault) => Promise<void>;

const DELIVERY_FAULTS: Partial<Record<Fault["kind"], FaultyDelivery>> = {
  "cut-body": cutBody,
  "slow-body": trickle,
  "wrong-content-length": closeAfter,
};

async function cutBody(response: ServerResponse, body: Buffer): Promise<void> {
  await new Promise((flushed) => response.write(body.subarray(0, body.length / 2), flushed));
  await pause(BEFORE_RESET_MS);
  response.socket?.resetAndDestroy();
}

async function trickle(response: ServerResponse, body: Buffer, fault: Fault): Promise<void> {
  const bytesPerSecond = fault.kind === "slow-body" ? (fault.bytesPerSecond ?? 1) : 1;
  for (let sent = 0; sent < body.length && !response.destroyed; sent += bytesPerSecond) {
    response.write(body.subarray(sent, sent + bytesPerSecond));
    await pause(SECOND, undefined, { ref: false });
  }
  response.end();
}

async function closeAfter(response: ServerResponse, body: Buffer): Promise<void> {
  await new Promise((flushed) => response.write(body, flushed));
  response.socket?.end();
}

const EXTRA_BYTES = 10;

const lengthError = (fault: Fault | undefined): number =>
  fault?.kind === "wrong-content-length" ? (fault.by ?? EXTRA_BYTES) : 0;
