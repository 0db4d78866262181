import type { Attribute, MissingRight } from "../employee.ts";
import { isClosed, valueOrThrow } from "../http/fault.ts";
import type { Lines } from "../http/lines.ts";
import type { CallOptions } from "../http/persist.ts";
import type { Patience } from "../http/retry-after.ts";
import { singleFlight } from "../http/single-flight.ts";
import type { Time } from "../http/time.ts";
import { attributesAnswer } from "../v1/parse-attributes.ts";
import { attributesRequest } from "../v1/reader-v1.ts";
import { type OrgNames, readOrgNames } from "./org-names.ts";

/** What a person's record does not hold and is needed to read it. */
export type Surroundings = {
  readonly names: OrgNames;
  /** Version 1's list of what may be read; `null` where the credential may not see that. */
  readonly granted: readonly Attribute[] | null;
};

type ReadSurroundings = Surroundings & {
  /** The lists of names that may not be read. */
  readonly missingRights: readonly MissingRight[];
};

/** A run is over before names or rights that changed meanwhile matter; whoever holds an account for longer reads anew. */
const LIFE_MS = 5 * 60_000;

export type SurroundingsOptions = {
  readonly apiUrl: URL;
  readonly patience: Patience;
  readonly time: Time;
};

/** Reads them at the first need, for everybody who asks meanwhile, and keeps them for some minutes. */
export function createSurroundings(
  lines: Lines,
  { apiUrl, patience, time }: SurroundingsOptions,
): (signal: AbortSignal | undefined) => Promise<ReadSurroundings> {
  let held: { readonly surroundings: ReadSurroundings; readonly until: number } | undefined;

  const read = singleFlight(async ({ signal }): Promise<ReadSurroundings> => {
    const call = { signal, patience };
    const [{ names, missingRights }, granted] = await Promise.all([
      readOrgNames(lines.V2, { apiUrl, ...call }),
      readGranted(lines.V1, call),
    ]);
    const surroundings = { names, granted, missingRights };
    held = { surroundings, until: time.now() + LIFE_MS };
    return surroundings;
  });

  return async (signal) => {
    signal?.throwIfAborted();
    if (held && time.now() < held.until) return held.surroundings;
    return read({ signal, deadlineMs: patience.deadlineMs });
  };
}

/** Version 2 has no such list, and version 1 may be closed to a credential that version 2 is open to. */
async function readGranted(line: Lines["V1"], call: CallOptions): Promise<readonly Attribute[] | null> {
  const outcome = await line.ask(attributesRequest, attributesAnswer, call);
  return !outcome.ok && isClosed(outcome.fault) ? null : valueOrThrow(outcome);
}
