import type { Logger } from "../log.ts";
import type { ObserveCall } from "../metrics/observe-calls.ts";
import type { Personio } from "./employee.ts";
import { createLines } from "./http/lines.ts";
import type { Patience } from "./http/retry-after.ts";
import { realTime, type Time } from "./http/time.ts";
import { probe } from "./probe.ts";
import { createReaderV1 } from "./v1/reader-v1.ts";
import { createReaderV2 } from "./v2/reader-v2.ts";
import { createWebhooks } from "./webhooks/webhooks.ts";

/**
 * For a sync: a page may fail for a minute, and the waits that Personio names may take a minute in all; a longer one ends the run, and the
 * timetable comes back when it is over. A request has a minute for everything, which a slow page of a hundred never needs and a dripping
 * one never meets.
 */
const PATIENT: Patience = { failingMs: 60_000, askedMs: 60_000, deadlineMs: 60_000 };

/** For a mutation: gateways give up after 30 seconds. */
const INTERACTIVE: Patience = { failingMs: 8_000, askedMs: 5_000, deadlineMs: 15_000 };

export type PersonioOptions = {
  /** Where Personio is. Every request goes to this origin. */
  readonly apiUrl: string;
  /**
   * Per client id, on version 1; version 2 announces its own limits, and is asked less often in proportion where this is
   * below 300. `null` lifts all limits, for a sandbox on the same machine.
   */
  readonly requestsPerMinute: number | null;
  readonly log: Logger;
  /** Overrides how long things may take, for tests that cannot wait a minute. */
  readonly patience?: Partial<Patience>;
  readonly time?: Time;
  /** Counts and times every request, retries included. */
  readonly observeCall?: ObserveCall;
};

/**
 * Personio's API, both versions of it. Building it asks nothing; see `PersonioAccount` for what can be asked.
 *
 *     personio ─▶ v1/  a page brings a hundred people ──────────┐   http/
 *              ─▶ v2/  a page of people, a call for each,       ├─▶ cursor-pages ─▶ personio-http ─▶ exchange
 *                      and lists for the names ─────────────────┤   pages           one patient      one
 *              ─▶ webhooks/ ────────────────────────────────────┘                   call             exchange
 */
export function createPersonio(options: PersonioOptions): Personio {
  const { requestsPerMinute, log, patience, observeCall, time = realTime } = options;
  const apiUrl = new URL(options.apiUrl);
  const linesOf = createLines({ apiUrl, requestsPerMinute, log, time, observeCall });

  return {
    openAccount: (credentials, { version = "V1", interactive = false } = {}) => {
      const lines = linesOf(credentials);
      const deps = { apiUrl, log, time, patience: { ...(interactive ? INTERACTIVE : PATIENT), ...patience } };
      const reader = version === "V1" ? createReaderV1(lines, deps) : createReaderV2(lines, deps);
      return { version, ...reader, ...createWebhooks({ line: lines.V2, ...deps }) };
    },
    probe: (credentials, { signal, version } = {}) =>
      probe(linesOf(credentials), { signal, patience: { ...INTERACTIVE, ...patience } }, version),
  };
}
