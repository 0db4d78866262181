import type { Logger } from "../log.ts";
import type { Credentials, SandboxAdmin } from "./admin.ts";
import { createAdmin } from "./admin-client.ts";
import { ActiveFaults } from "./api/active-faults.ts";
import { listen } from "./api/listen.ts";
import { createFakePersonio } from "./api/personio.ts";
import { RequestLog } from "./api/request-log.ts";
import { Idp } from "./idp/idp.ts";
import { completeSettings, type PartialSettings } from "./settings.ts";

export type SandboxOptions = {
  /** Number of people in the company, with leavers and pre-hires: 10 to 1,000,000. */
  readonly people: number;
  /** Each seed makes another company; the same seed on the same day makes the same one. */
  readonly seed: number;
  /** Default: any free port. */
  readonly port?: number;
  /** Default: Personio's limits. null: no limit. */
  readonly requestsPerMinute?: number | null;
  /** Start of the sandbox's clock, which runs on from there. All dates are generated around that day. */
  readonly now?: Date;
  readonly credentials?: Credentials;
  readonly settings?: PartialSettings;
  /** Other companies at the same address. A request belongs to the company whose credential it has. */
  readonly neighbours?: readonly Neighbour[];
  readonly log?: Logger;
};

export type Neighbour = Pick<SandboxOptions, "people" | "seed"> & { readonly credentials: Credentials };

export type Sandbox = {
  readonly url: string;
  readonly credentials: Credentials;
  readonly admin: SandboxAdmin;
  /** The same for a neighbour. */
  adminOf(credentials: Credentials): SandboxAdmin;
  [Symbol.asyncDispose](): Promise<void>;
};

/** They only protect fictional people on the same machine, so they may be in the code. */
const CREDENTIALS: Credentials = { clientId: "sandbox-client", clientSecret: "sandbox-secret" };

/**
 * A Personio on your laptop: HTTP on loopback, with a generated company that edits change. It follows
 * Personio's documentation and does not know its clients.
 *
 *     company/ ─────────▶ records/ ─┬─▶ api-v1/ ─┬─▶ api/
 *     generated from      edited,   ├─▶ api-v2/ ─┘   HTTP,
 *     the seed; person    on a      │                faults
 *     by index            clock     └─▶ webhooks/ ─▶ receivers
 *                           ▲
 *                           │
 *                       admin-*: the sandbox's own API ─▶ idp/ ─▶ SCIM 2.0 ─▶ a service
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const {
    people,
    seed,
    port = 0,
    requestsPerMinute,
    now = new Date(),
    credentials = CREDENTIALS,
    neighbours = [],
    log,
  } = options;
  const settings = completeSettings(options.settings);
  const settle = (company: Neighbour) => {
    const personio = createFakePersonio({ ...company, now, requestsPerMinute, settings });
    const { records, clock } = personio;
    const idp = new Idp({ records, clock, settings: settings.idp });
    return { personio, idp, faults: new ActiveFaults(), requests: new RequestLog() };
  };
  const [first, others] = [settle({ people, seed, credentials }), neighbours.map(settle)] as const;
  const listening = await listen([first, ...others], port, log);
  return {
    url: listening.url,
    credentials,
    admin: createAdmin(listening.url),
    adminOf: ({ clientId }) => createAdmin(listening.url, clientId),
    async [Symbol.asyncDispose]() {
      for (const { personio, idp } of [first, ...others]) {
        idp[Symbol.dispose]();
        personio.webhooks[Symbol.dispose]();
      }
      await listening[Symbol.asyncDispose]();
    },
  };
}
