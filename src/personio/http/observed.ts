import type { ObserveCall } from "../../metrics/observe-calls.ts";
import type { Outcome } from "./fault.ts";

/** Lets somebody count and time one request, also one that its caller gave up. Without `observeCall` nobody does. */
export async function observed<Value>(
  observeCall: ObserveCall | undefined,
  endpoint: string,
  send: () => Promise<Outcome<Value>>,
): Promise<Outcome<Value>> {
  const ended = observeCall?.(endpoint);
  let status = "ABORTED";
  try {
    const outcome = await send();
    status = outcome.ok ? "ok" : String(outcome.fault.status ?? outcome.fault.kind);
    return outcome;
  } finally {
    ended?.(status);
  }
}
