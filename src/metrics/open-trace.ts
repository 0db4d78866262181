import { type Trace, untraced } from "./trace.ts";

/**
 * Sends traces to the collector at `endpoint`, if there is one. Only then is the OpenTelemetry library
 * loaded.
 */
export async function openTrace({
  endpoint,
}: {
  readonly endpoint: string | undefined;
}): Promise<Trace & AsyncDisposable> {
  if (endpoint === undefined) return { ...untraced, async [Symbol.asyncDispose]() {} };
  const { startOpenTelemetry } = await import("./open-telemetry.ts");
  return startOpenTelemetry({ endpoint });
}
