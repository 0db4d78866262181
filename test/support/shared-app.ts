import { afterAll, beforeAll } from "vitest";
import type { SandboxOptions } from "../../src/sandbox/sandbox.ts";
import { type ResettableSandbox, startResettableSandbox } from "./resettable-sandbox.ts";
import { openTableStates } from "./table-states.ts";
import { startTestApp, type TestApp, type TestAppOptions } from "./test-app.ts";

export type SharedApp = TestApp & {
  /** Restores the state after the start: no company is connected, and Personio has these options. */
  reset(sandbox?: Partial<SandboxOptions>): Promise<void>;
  /**
   * Restores the state after the first sync of the company with these options; it syncs only the first time.
   */
  resetConnected(sandbox?: Partial<SandboxOptions>): Promise<void>;
};

/**
 * One app for all tests of a file, which begin with `reset` or `resetConnected`. That takes a tenth of the
 * time of an app and a database of their own. A reset restores the settings of a tenant and its runs, but not
 * subscribers and metrics.
 */
export async function startSharedApp({
  sandbox: defaults,
  ...options
}: TestAppOptions = {}): Promise<SharedApp> {
  await using starting = new AsyncDisposableStack();
  const sandbox: ResettableSandbox = starting.use(await startResettableSandbox(defaults));
  const app = starting.use(await startTestApp({ ...options, ownSandbox: sandbox }));
  const states = starting.use(await openTableStates(app.databaseUrl));
  await states.save(STARTED);
  /** The name of the saved state, by the options of the company. */
  const saved = new Map<string, string>();
  const started = starting.move();

  const reset = async (company: Partial<SandboxOptions> = {}): Promise<void> => {
    // Ends answers that a fault holds back, so that their jobs end.
    await sandbox.admin.clearFaults();
    await states.restore(STARTED);
    sandbox.reset(company);
  };
  return {
    ...app,
    reset,
    async resetConnected(company = {}) {
      const key = JSON.stringify(company);
      const name = saved.get(key);
      if (name !== undefined) {
        await sandbox.admin.clearFaults();
        await states.restore(name);
        sandbox.reset(company);
        return;
      }
      await reset(company);
      await app.connect();
      const newName = `connected ${saved.size}`;
      await states.save(newName);
      saved.set(key, newName);
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

const STARTED = "started";

/** Starts the app before the tests of the file and ends it after them. */
export function useSharedApp(options: TestAppOptions = {}): () => SharedApp {
  let shared: SharedApp;
  beforeAll(async () => {
    shared = await startSharedApp(options);
  });
  afterAll(() => shared[Symbol.asyncDispose]());
  return () => shared;
}
