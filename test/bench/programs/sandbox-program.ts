import { type Neighbour, type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { serveCalls } from "./program.ts";

/** Each seed makes another company; all benches use this one. */
const SEED = 1;

type Companies = { readonly people: number; readonly neighbours?: readonly Neighbour[] };

let sandbox: Sandbox | undefined;

const calls = {
  /** A Personio without its rate limit, because that limit would determine the speed of every sync. */
  async start({ people, neighbours = [] }: Companies): Promise<Pick<Sandbox, "url" | "credentials">> {
    sandbox = await startSandbox({ people, neighbours, seed: SEED, requestsPerMinute: null });
    return { url: sandbox.url, credentials: sandbox.credentials };
  },
};

export type SandboxProgram = typeof calls;

serveCalls(calls, async () => sandbox?.[Symbol.asyncDispose]());
