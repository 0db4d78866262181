import type { Logger } from "../log.ts";
import type { Credentials, SandboxAdmin } from "./admin.ts";
import { listen } from "./api/listen.ts";
import { createFakePersonio } from "./api/personio.ts";
import { ActiveFaults } from "./control/active-faults.ts";
import { createAdmin } from "./control/admin-client.ts";
import { RequestLog } from "./control/request-log.ts";
import { completeSettings, type PartialSettings } from "./settings.ts";

export type SandboxOptions = {
  /** How many people the company has, leavers and pre-hires included: 10 to 1,000,000. */
  readonly people: number;
  /** Another seed is another company; the same seed on the same day is the same one. */
  readonly seed: number;
  /** Any free one when left out. */
  readonly port?: number;
  /** Left out: Personio's limits. null: none at all. */
  readonly requestsPerMinute?: number | null;
  /** Where the sandbox' clock starts; it runs on from there. All dates are invented around that day. */
  readonly now?: Date;
  readonly credentials?: Credentials;
  readonly settings?: PartialSettings;
  readonly log?: Logger;
};

export type Sandbox = {
  readonly url: string;
  readonly credentials: Credentials;
  readonly admin: SandboxAdmin;
  [Symbol.asyncDispose](): Promise<void>;
};

/** They open nothing but invented people on the same machine, so they may stand here. */
const CREDENTIALS: Credentials = { clientId: "sandbox-client", clientSecret: "sandbox-secret" };

/**
 * A Personio that runs on your laptop: over HTTP on loopback, with a company that chance invents and edits change. It
 * follows Personio's documentation and knows nothing of whoever reads it.
 *
 *     company/ ─────────▶ records/ ─┬─▶ api-v1/ ─┬─▶ api/
 *     what the seed       edited,   ├─▶ api-v2/ ─┘   HTTP,
 *     decides, and a      on a      │                faults
 *     person by index     clock     └─▶ webhooks/ ─▶ receivers
 *                           ▲
 *                           │
 *                       control/: the sandbox' own API
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const {
    people,
    seed,
    port = 0,
    requestsPerMinute,
    now = new Date(),
    credentials = CREDENTIALS,
    log,
  } = options;
  const settings = completeSettings(options.settings);
  const personio = createFakePersonio({ people, seed, now, requestsPerMinute, credentials, settings });
  const controls = { personio, faults: new ActiveFaults(), requests: new RequestLog() };
  const listening = await listen(controls, port, log);
  return {
    url: listening.url,
    credentials,
    admin: createAdmin(listening.url),
    async [Symbol.asyncDispose]() {
      personio.webhooks[Symbol.dispose]();
      await listening[Symbol.asyncDispose]();
    },
  };
}
