import type { Metrics } from "./metrics.ts";
import type { Trace } from "./trace.ts";

/** Told when a request to Personio goes out; gives what is told how it ended. */
export type ObserveCall = (endpoint: string) => (status: string) => void;

/** A span and a count for each request. `status` is `ok`, a status code, or the kind of a fault without one. */
export const createObserveCall =
  (metrics: Metrics, trace: Trace): ObserveCall =>
  (endpoint) => {
    const end = trace.start("personio.call", { "personio.endpoint": endpoint });
    return (status) => {
      metrics.personioAnswered({ endpoint, status });
      end({ failure: status === "ok" ? undefined : status });
    };
  };
