import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { serveCalls } from "./program.ts";

/** Another seed is another company; this one is everybody's. */
const SEED = 1;

let sandbox: Sandbox | undefined;

const calls = {
  /** A Personio without its rate limit, which would make every sync as slow as it says. */
  async start({ people }: { people: number }): Promise<Pick<Sandbox, "url" | "credentials">> {
    sandbox = await startSandbox({ people, seed: SEED, requestsPerMinute: null });
    return { url: sandbox.url, credentials: sandbox.credentials };
  },
};

export type SandboxProgram = typeof calls;

serveCalls(calls, async () => sandbox?.[Symbol.asyncDispose]());
