import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { NODE_COMPILE_CACHE } from "./start-service.ts";

export type TestProcess = AsyncDisposable & {
  readonly child: ChildProcess;
  /** The next line of output, parsed as JSON. Rejects if the process ends first. */
  nextLine(): Promise<Record<string, unknown>>;
  /** Sends SIGKILL and waits for the exit. */
  kill(): Promise<void>;
};

/**
 * Runs a script of `test/support/` in a Node of its own, in a process group of its own. `through` is a
 * command that becomes that Node, such as `setpriv` with its options.
 */
export function startProcess(
  script: string,
  args: readonly string[],
  { through = [], ...options }: SpawnOptions & { readonly through?: readonly string[] } = {},
): TestProcess {
  const path = new URL(script, import.meta.url).pathname;
  const node = [process.execPath, "--no-warnings", "--experimental-transform-types", path, ...args];
  const [program = "", ...rest] = [...through, ...node];
  const child = spawn(program, rest, {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
    env: { ...process.env, NODE_COMPILE_CACHE },
    ...options,
  });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  return {
    child,
    kill,
    [Symbol.asyncDispose]: kill,
    async nextLine() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${script} ended early.`);
      return JSON.parse(value);
    },
  };
}
