import type { Fault } from "../control/faults.ts";

/** A request to Personio's API, as far as the API cares. */
export type ApiRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly contentType: string;
  /** The header that let early users of version 2 in. */
  readonly beta: string | undefined;
  readonly body: string;
  /** Where this sandbox is reached. */
  readonly url: string;
  /** The faults that strike this request. */
  readonly faults: readonly Fault[];
};
