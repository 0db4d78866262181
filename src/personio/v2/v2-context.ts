import type { Attribute, MissingRight, UnreadList } from "../employee.ts";
import type { ApiClients } from "../http/api-clients.ts";
import { isVersionUnavailable, valueOrThrow } from "../http/failure.ts";
import type { CallOptions } from "../http/retry.ts";
import type { RetryPolicy } from "../http/retry-after.ts";
import { singleFlight } from "../http/single-flight.ts";
import type { Time } from "../http/time.ts";
import { attributesResponse } from "../v1/parse-attributes.ts";
import { attributesRequest } from "../v1/reader-v1.ts";
import { type OrgNames, readOrgNames } from "./org-names.ts";

/** What the reader needs to interpret a person's record, and the record does not contain. */
export type V2Context = {
  readonly names: OrgNames;
  /** Version 1's list of granted attributes; `null` if the credential may not read it. */
  readonly granted: readonly Attribute[] | null;
};

export type LoadedV2Context = V2Context & {
  /** The lists of names that the credential may not read. */
  readonly missingRights: readonly MissingRight[];
  /** The lists of names that it may read, and that are unreadable now. */
  readonly unreadLists: readonly UnreadList[];
};

/**
 * A change of names or rights during a run does not matter to it. An account that stays open longer reads
 * them again.
 */
const LIFE_MS = 5 * 60_000;

export type V2ContextOptions = {
  readonly apiUrl: URL;
  readonly retryPolicy: RetryPolicy;
  readonly time: Time;
};

/**
 * Reads the context when it is first needed, once for all concurrent callers, and caches it for some minutes.
 */
export function createV2ContextReader(
  clients: ApiClients,
  { apiUrl, retryPolicy, time }: V2ContextOptions,
): (signal: AbortSignal | undefined) => Promise<LoadedV2Context> {
  let cached: { readonly context: LoadedV2Context; readonly until: number } | undefined;

  const read = singleFlight(async ({ signal }): Promise<LoadedV2Context> => {
    const call = { signal, retryPolicy };
    const [lists, granted] = await Promise.all([
      readOrgNames(clients.V2, { apiUrl, ...call }),
      readGranted(clients.V1, call),
    ]);
    const context = { ...lists, granted };
    cached = { context, until: time.now() + LIFE_MS };
    return context;
  });

  return async (signal) => {
    signal?.throwIfAborted();
    if (cached && time.now() < cached.until) return cached.context;
    return read({ signal, deadlineMs: retryPolicy.deadlineMs });
  };
}

/** Version 2 has no such list, and version 1 may refuse a credential that version 2 accepts. */
async function readGranted(
  client: ApiClients["V1"],
  call: CallOptions,
): Promise<readonly Attribute[] | null> {
  const result = await client.request(attributesRequest, attributesResponse, call);
  return !result.ok && isVersionUnavailable(result.failure) ? null : valueOrThrow(result);
}
