import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { NO_LIMITS } from "../../src/config/limits.ts";
import { type ProgramLine, programPath } from "./programs.ts";

export type ServiceProcess = AsyncDisposable & {
  readonly child: ChildProcess;
  readonly url: string;
  /** All output so far, both streams. */
  readonly output: readonly string[];
  /**
   * Sends the signal and waits for the exit. @returns the exit code, or null when the signal itself ended it.
   */
  stop(signal: NodeJS.Signals): Promise<number | null>;
};

/**
 * Node reuses the code it compiled for earlier processes, also of earlier test runs: a start takes a third
 * less. A killed process stores none.
 */
export const NODE_COMPILE_CACHE = new URL("../../node_modules/.cache/compiled", import.meta.url).pathname;

/** Spawns the built service, as `npm start` does, or another program of ours. */
export const spawnService = (
  environment: Readonly<Record<string, string>>,
  [program, ...args]: ProgramLine = ["main.js"],
) => {
  const child = spawn(process.execPath, [programPath(program), ...args], {
    env: {
      PATH: process.env.PATH,
      PORT: "0",
      LOG_LEVEL: "info",
      NODE_COMPILE_CACHE,
      ...NO_LIMITS,
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => output.push(line));
  return { child, output, exited: once(child, "exit") as Promise<[number | null]> };
};

/** Starts it and waits until it serves. */
export async function startService(environment: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const { child, output, exited } = spawnService(environment);
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const [code] = await exited;
    return code;
  };
  const url = await Promise.race([
    servedAt(child),
    exited.then(([code]) => {
      throw new Error(`The service ended with ${code}:\n${output.join("\n")}`);
    }),
  ]);
  return { child, output, url, stop, [Symbol.asyncDispose]: async () => void (await stop("SIGKILL")) };
}

async function servedAt(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const { msg, url } = JSON.parse(line) as { msg: string; url?: string };
    if (msg === "serving" && url) return url;
  }
  // The exit follows, and the start's error then contains the output.
  return new Promise<never>(() => undefined);
}
