import type { Logger } from "../log.ts";
import type { ObserveCall } from "../metrics/observe-calls.ts";
import type { Personio } from "./employee.ts";
import { createApiClients } from "./http/api-clients.ts";
import type { RetryPolicy } from "./http/retry-after.ts";
import { realTime, type Time } from "./http/time.ts";
import { probe } from "./probe.ts";
import { createReaderV1 } from "./v1/reader-v1.ts";
import { createReaderV2 } from "./v2/reader-v2.ts";
import { createWebhooks } from "./webhooks/webhooks.ts";

/**
 * For a sync. A page may fail for a minute, and the waits that Personio requests may take a minute in all. A
 * longer wait ends the run, and the timetable retries later. One request may take a minute: a slow page of a
 * hundred people needs less, and a trickling response must end.
 */
const PATIENT: RetryPolicy = { retryMs: 60_000, requestedWaitMs: 60_000, deadlineMs: 60_000 };

/** For a mutation: gateways give up after 30 seconds. */
const INTERACTIVE: RetryPolicy = { retryMs: 8_000, requestedWaitMs: 5_000, deadlineMs: 15_000 };

export type PersonioOptions = {
  /** Every request goes to this origin. */
  readonly apiUrl: string;
  /**
   * Per client id, with version 1. Version 2 announces its own limits, and its rates shrink in proportion
   * when this is below 300. `null` lifts all limits, for a sandbox on the same machine.
   */
  readonly requestsPerMinute: number | null;
  readonly log: Logger;
  /** Overrides the retry policy, for tests that cannot wait a minute. */
  readonly retryPolicy?: Partial<RetryPolicy>;
  readonly time?: Time;
  /** Counts and times every request, retries included. */
  readonly observeCall?: ObserveCall;
};

/**
 * Both versions of Personio's API. Creating it sends no request; `PersonioAccount` lists the operations.
 *
 *     personio ─▶ v1/  a page has a hundred people ─────────────┐   http/
 *              ─▶ v2/  a page of people, a request for each,    ├─▶ cursor-pages ─▶ api-client ─▶ sendRequest
 *                      and lists for the names ─────────────────┤   pages           retries       one request
 *              ─▶ webhooks/ ────────────────────────────────────┘
 */
export function createPersonio(options: PersonioOptions): Personio {
  const { requestsPerMinute, log, retryPolicy, observeCall, time = realTime } = options;
  const apiUrl = new URL(options.apiUrl);
  const clientsFor = createApiClients({ apiUrl, requestsPerMinute, log, time, observeCall });

  return {
    openAccount: (credentials, { version = "V1", interactive = false } = {}) => {
      const clients = clientsFor(credentials);
      const deps = {
        apiUrl,
        log,
        time,
        retryPolicy: { ...(interactive ? INTERACTIVE : PATIENT), ...retryPolicy },
      };
      const reader = version === "V1" ? createReaderV1(clients, deps) : createReaderV2(clients, deps);
      return { version, ...reader, ...createWebhooks({ client: clients.V2, ...deps }) };
    },
    probe: (credentials, { signal, version } = {}) =>
      probe(clientsFor(credentials), { signal, retryPolicy: { ...INTERACTIVE, ...retryPolicy } }, version),
  };
}
