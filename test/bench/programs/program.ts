import { fork } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Gauges, watchProcess } from "./gauges.ts";

/** The calls that a program offers: one argument in, one value out, both plain data. */
type Calls = Readonly<Record<string, (argument: never) => Promise<unknown>>>;

type Argument<Call> = Call extends (argument: infer Given) => unknown ? Given : never;
type Result<Call> = Call extends (argument: never) => Promise<infer Given> ? Given : never;

/**
 * A part of the bench in a process of its own, so that its time and memory are measured separately. Disposing
 * ends it.
 */
export type Program<Served extends Calls> = AsyncDisposable & {
  call<Name extends keyof Served & string>(
    name: Name,
    argument: Argument<Served[Name]>,
  ): Promise<Result<Served[Name]>>;
  /** What the process used since the last reading. */
  readGauges(): Promise<Gauges>;
};

type Request = { readonly id: number; readonly name: string; readonly argument: unknown };
type Response = { readonly id: number; readonly value?: unknown; readonly problem?: string };

/** The same as in the production image: the libraries of all sides leave out checks for developers. */
const AS_DEPLOYED = { NODE_ENV: "production", GRAPHILE_ENV: "production" };

/** Every program offers this call. */
const READ_GAUGES = "readGauges";

/** A freshly filled embedded Postgres takes some seconds to stop. */
const STOP_TIMEOUT_MS = 20_000;

/**
 * Starts the file of that name in this folder, which serves its calls with `serveCalls`.
 *
 * @param execArgv Node's options; default: those of the bench, which the service uses.
 */
export function startProgram<Served extends Calls>(name: string, execArgv?: string[]): Program<Served> {
  const file = new URL(`./${name}${extname(import.meta.url)}`, import.meta.url);
  const child = fork(file, { env: { ...process.env, ...AS_DEPLOYED }, ...(execArgv && { execArgv }) });
  const exited = once(child, "exit");
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  child.on("message", ({ id, value, problem }: Response) => {
    if (problem === undefined) waiting.get(id)?.resolve(value);
    else waiting.get(id)?.reject(new Error(`${name}: ${problem}`));
    waiting.delete(id);
  });
  child.once("exit", () => {
    for (const { reject } of waiting.values()) reject(new Error(`${name} ended`));
  });
  let calls = 0;
  const call = (called: string, argument: unknown): Promise<unknown> => {
    calls += 1;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(calls, answer);
    child.send({ id: calls, name: called, argument } satisfies Request);
    return answer.promise;
  };
  return {
    call: <Name extends keyof Served & string>(called: Name, argument: Argument<Served[Name]>) =>
      call(called, argument) as Promise<Result<Served[Name]>>,
    readGauges: () => call(READ_GAUGES, undefined) as Promise<Gauges>,
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      const stopWaiting = new AbortController();
      const late = sleep(STOP_TIMEOUT_MS, undefined, { signal: stopWaiting.signal }).then(() =>
        child.kill("SIGKILL"),
      );
      await Promise.race([exited, late.catch(() => undefined)]);
      stopWaiting.abort();
    },
  };
}

/** The other end: serves calls until the bench disconnects, then closes and exits. */
export function serveCalls(calls: Calls, close: () => Promise<void>): void {
  // Ctrl-C reaches the whole group. The bench ends its programs in order, and Postgres with them.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined);
  const readGauges = watchProcess();
  process.on("message", async ({ id, name, argument }: Request) => {
    const response = await answer(name === READ_GAUGES ? async () => readGauges() : calls[name], argument);
    process.send?.({ id, ...response } satisfies Response);
  });
  process.on("disconnect", () => void close().finally(() => process.exit()));
}

async function answer(call: Calls[string] | undefined, argument: unknown): Promise<Omit<Response, "id">> {
  try {
    return { value: await call?.(argument as never) };
  } catch (error) {
    return { problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
