import { setTimeout as sleep } from "node:timers/promises";
import { onQuietMachine } from "../support/slowness.ts";
import { untilAvailable } from "../support/until-available.ts";

export type EndedRun = {
  readonly id: string;
  readonly status: string;
  readonly problem: { readonly code: string } | null;
};

type Answer<Data> = {
  readonly data: Data;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
};

/** Queries the graph at `url`; rejects with the first error. Retries while the database is UNAVAILABLE. */
export async function get<Data>(url: string, query: string, variables: object = {}): Promise<Data> {
  const ask = async (): Promise<Answer<Data>> => {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer<Data>;
  };
  const { data, errors } = await untilAvailable(ask);
  if (errors) throw new Error(errors.map(({ message }) => message).join("\n"));
  return data;
}

/** Connects the account, accepts the proposal, and waits for the first run. */
export async function connectPersonio(url: string, credentials: object): Promise<EndedRun> {
  const { finishPersonioSetup } = await get<{ connectPersonio: unknown; finishPersonioSetup: unknown }>(
    url,
    `mutation ($clientId: String!, $clientSecret: String!) {
      connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id }
      finishPersonioSetup { id }
    }`,
    credentials,
  );
  if (!finishPersonioSetup) throw new Error("The setup did not finish.");
  return untilNewestEnded(url);
}

export async function requestSync(url: string): Promise<string> {
  const { syncPersonio } = await get<{ syncPersonio: { id: string } }>(
    url,
    "mutation { syncPersonio { id } }",
  );
  return syncPersonio.id;
}

/**
 * On a quiet machine a killed run must be restarted and end within this: a heartbeat, its check, and the run
 * itself.
 */
const STUCK_AFTER_MS = 30_000;

/**
 * A run takes a fraction of a second, but a worker claims a killed run only after some: polling costs more
 * than waiting.
 */
const POLL_MS = { first: 40, longest: 250 } as const;

/** Resolves with the newest run when it has ended. Rejects when it is stuck. */
export async function untilNewestEnded(url: string): Promise<EndedRun> {
  const startedAt = Date.now();
  const isStuck = (): boolean => onQuietMachine(Date.now() - startedAt, STUCK_AFTER_MS) >= STUCK_AFTER_MS;
  for (let pause: number = POLL_MS.first; !isStuck(); pause += POLL_MS.first) {
    await sleep(Math.min(pause, POLL_MS.longest));
    const { syncRuns } = await get<{
      syncRuns: { edges: { node: EndedRun & { finishedAt: string | null } }[] };
    }>(url, "{ syncRuns(first: 1) { edges { node { id status finishedAt problem { code } } } } }");
    const run = syncRuns.edges[0]?.node;
    if (run?.finishedAt) return run;
  }
  throw new Error(`A run has not ended ${STUCK_AFTER_MS} ms after its process was started again.`);
}
