import type { Fault } from "./faults.ts";

/** A request to Personio's API, reduced to what the API uses. */
export type ApiRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly contentType: string;
  /** The header that gave early users access to version 2. */
  readonly beta: string | undefined;
  readonly body: string;
  /** The base URL of this sandbox. */
  readonly url: string;
  /** The faults that apply to this request. */
  readonly faults: readonly Fault[];
};
