import { createAdmin } from "../../src/sandbox/admin-client.ts";
import { ActiveFaults } from "../../src/sandbox/api/active-faults.ts";
import { listen } from "../../src/sandbox/api/listen.ts";
import { createFakePersonio } from "../../src/sandbox/api/personio.ts";
import { RequestLog } from "../../src/sandbox/api/request-log.ts";
import { Idp } from "../../src/sandbox/idp/idp.ts";
import type { Sandbox, SandboxOptions } from "../../src/sandbox/sandbox.ts";
import { completeSettings } from "../../src/sandbox/settings.ts";

export type ResettableSandbox = Sandbox & {
  /** Replaces the company, its edits, the account, the faults and the counts; the address stays. */
  reset(options?: Partial<SandboxOptions>): void;
};

const CREDENTIALS = { clientId: "sandbox-client", clientSecret: "sandbox-secret" };

/** A sandbox that begins again at its address, which is much cheaper than another app for each test. */
export async function startResettableSandbox(
  defaults: Partial<SandboxOptions> = {},
): Promise<ResettableSandbox> {
  const startedAt = defaults.now ?? new Date();
  const create = (options: Partial<SandboxOptions>) => {
    const { people = 60, seed = 7, requestsPerMinute = null, credentials = CREDENTIALS } = options;
    const settings = completeSettings(options.settings);
    const personio = createFakePersonio({
      ...{ people, seed, now: startedAt, requestsPerMinute, credentials, settings },
    });
    return { personio, idp: new Idp({ ...personio, settings: settings.idp }) };
  };
  const controls = { ...create(defaults), faults: new ActiveFaults(), requests: new RequestLog() };
  const dispose = () => {
    controls.idp[Symbol.dispose]();
    controls.personio.webhooks[Symbol.dispose]();
  };
  const listening = await listen([controls], 0, undefined);
  return {
    url: listening.url,
    credentials: defaults.credentials ?? CREDENTIALS,
    admin: createAdmin(listening.url),
    adminOf: ({ clientId }) => createAdmin(listening.url, clientId),
    reset(options = {}) {
      dispose();
      Object.assign(controls, create({ ...defaults, ...options }));
      // The company stays the same after midnight too; only the clock continues.
      if (!defaults.now) controls.personio.clock.advance({ to: new Date().toISOString() });
      controls.faults.replace([]);
      controls.requests.clear();
    },
    async [Symbol.asyncDispose]() {
      dispose();
      await listening[Symbol.asyncDispose]();
    },
  };
}
