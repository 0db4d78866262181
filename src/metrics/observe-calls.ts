import type { Metrics } from "./metrics.ts";
import type { Trace } from "./trace.ts";

/** Called when a request to Personio starts; returns the function to call with its status at the end. */
export type ObserveCall = (endpoint: string) => (status: string) => void;

/**
 * Creates a span and a count for each request. `status` is `ok`, a status code, or the kind of a failure
 * without one.
 */
export const createObserveCall =
  (metrics: Metrics, trace: Trace): ObserveCall =>
  (endpoint) => {
    const end = trace.start("personio.call", { "personio.endpoint": endpoint });
    return (status) => {
      metrics.personioAnswered({ endpoint, status });
      end({ failure: status === "ok" ? undefined : status });
    };
  };
