import "./check-node.ts";
import "reflect-metadata";
import { setTimeout as sleep } from "node:timers/promises";
import { startApp } from "./app.ts";
import { NO_LIMITS } from "./config/limits.ts";
import { type Config, readConfigWith } from "./config.ts";
import { createLogger } from "./log.ts";
import { type Sandbox, startSandbox } from "./sandbox/sandbox.ts";
import { explainStart } from "./start-failure.ts";
import { exitAfterTimeout, waitForStopSignal } from "./stop-signal.ts";

const PEOPLE = 250;
const SEED = 1;
const POLL_MS = 200;

/** Set once it is read: an error at the start names the variable that is wrong. */
let config: Config | undefined;

/**
 * Runs everything on this machine: a Postgres, a Personio sandbox with a fictional company, and the service.
 * It connects and syncs through the public mutations, without shortcuts.
 */
async function demo(): Promise<void> {
  const stopped = waitForStopSignal();
  void stopped.then(() => exitAfterTimeout(() => say("Stopping took too long; ending the process.")));
  await using sandbox = await startSandbox({ people: PEOPLE, seed: SEED });
  say(`The Personio sandbox, a fictional company of ${PEOPLE} people, runs at ${sandbox.url}`);
  config = readConfigWith({
    // Fictional people must not end up in the directory that `npm start` keeps in .data.
    // One administrator tries everything, so limits of one user would be in the way.
    defaults: { DATA_DIR: ".data/demo", LOG_LEVEL: "error", ...NO_LIMITS },
    overrides: { PERSONIO_API_URL: sandbox.url },
  });
  say("Starting Postgres and the service (a few seconds the first time) …");
  await using app = await startApp(config, createLogger(config.logLevel));

  let stopping = false;
  void stopped.then(() => {
    stopping = true;
  });
  const graph = createClient(`${app.url}/graphql`, () => stopping);
  try {
    await connectAndSync(graph, sandbox);
    say(examples(app.url));
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  say(`Stopping (${await stopped}) …`);
}

async function connectAndSync(graph: Client, { credentials }: Sandbox): Promise<void> {
  say("connectPersonio: checking the credential …");
  await graph.request(
    `mutation ($clientId: String!, $clientSecret: String!) {
      connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { status }
    }`,
    credentials,
  );
  const preview = await graph.poll(
    PREVIEW,
    ({ personioIntegration: { preview } }) => preview?.ready === true,
  );
  const { peopleCount = 0, skippedCount = 0 } = preview.personioIntegration.preview ?? {};
  say(`Preview: ${peopleCount} people would be imported, ${skippedCount} skipped`);

  say("finishPersonioSetup: accepting the proposed field mapping …");
  await graph.request("mutation { finishPersonioSetup { status } }");
  const { syncRuns } = await graph.poll<RunsAnswer>(RUNS, ({ syncRuns }) => {
    const run = syncRuns.edges[0]?.node;
    if (run && !run.finishedAt)
      progress(`syncing: ${run.employeesRead} of ${run.employeesTotal ?? "?"} read`);
    return run?.finishedAt != null;
  });
  const run = syncRuns.edges[0]?.node;
  if (run?.problem) throw new Error(`${run.problem.code}: ${run.problem.message}`);
  say(
    `Synced: ${run?.added} added, ${run?.changed} changed, ${run?.left} left, ${run?.skipped} not in the directory`,
  );
}

const PREVIEW =
  "{ personioIntegration { preview { ready peopleCount skippedCount } problem { code message } } }";
type PreviewAnswer = {
  personioIntegration: { preview: { ready: boolean; peopleCount: number; skippedCount: number } | null };
};

const RUNS = `{ syncRuns(first: 1) { edges { node {
  employeesRead employeesTotal finishedAt added changed left skipped problem { code message }
} } } }`;
type RunsAnswer = {
  syncRuns: {
    edges: {
      node: {
        employeesRead: number;
        employeesTotal: number | null;
        finishedAt: string | null;
        added: number;
        changed: number;
        left: number;
        skipped: number;
        problem: { code: string; message: string } | null;
      };
    }[];
  };
};

type Client = {
  request<Data>(query: string, variables?: object): Promise<Data>;
  /** Repeats the query until `wanted` accepts the answer. */
  poll<Data = PreviewAnswer>(query: string, wanted: (data: Data) => boolean): Promise<Data>;
};

/** The user pressed Ctrl-C before the sync was done. */
class Stopped extends Error {}

function createClient(url: string, isStopping: () => boolean): Client {
  const request = async <Data>(query: string, variables: object = {}): Promise<Data> => {
    if (isStopping()) throw new Stopped();
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data: Data; errors?: { message: string }[] };
    if (errors) throw new Error(errors.map(({ message }) => message).join("\n"));
    return data;
  };
  return {
    request,
    async poll(query, wanted) {
      for (;;) {
        const data = await request<Parameters<typeof wanted>[0]>(query);
        if (wanted(data)) return data;
        await sleep(POLL_MS);
      }
    },
  };
}

const examples = (url: string): string => `
The directory is served at ${url}/graphql — open ${url} in a browser, or try:

  1. A page of the directory
     curl -s ${url}/graphql -H 'content-type: application/json' -d '{"query":"{ people(first: 5) { totalCount edges { node { displayName position department { name } office { name } supervisor { displayName } } } } }"}'

  2. Search, with the reporting line up to the top
     curl -s ${url}/graphql -H 'content-type: application/json' -d '{"query":"{ people(first: 1, filter: { search: \\"engineer\\" }) { edges { node { displayName reportingChain { displayName position } } } } }"}'

  3. People missing from the directory, and the reasons
     curl -s ${url}/graphql -H 'content-type: application/json' -d '{"query":"{ skippedEmployees(first: 5) { totalCount edges { node { name reason message help } } } }"}'

  4. First and last days, anniversaries and birthdays in the next four weeks
     curl -s ${url}/graphql -H 'content-type: application/json' -d '{"query":"{ upcomingLifecycleEvents(from: \\"${day(0)}\\", to: \\"${day(28)}\\", first: 10) { edges { node { firesOn timeZone kind years person { displayName } suppressedBecause } } } }"}'

  5. Approvers of people, and the reasons
     curl -s ${url}/graphql -H 'content-type: application/json' -d '{"query":"{ people(first: 3) { edges { node { displayName approver { outcome level approver { displayName } trace { level candidate { displayName } skippedBecause } } } } } }"}'

Press Ctrl-C to stop everything.
`;

const day = (fromNow: number): string =>
  new Date(Date.now() + fromNow * 24 * 60 * 60_000).toISOString().slice(0, 10);

const say = (line: string): void => {
  progress("");
  console.log(line);
};

/** A line that the next one replaces; only on a terminal. */
const progress = (line: string): void => {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${line}`);
};

demo().catch((error: unknown) => {
  const { lines, exitCode } = explainStart(error, config);
  for (const line of lines) console.error(line);
  process.exitCode = exitCode;
});
