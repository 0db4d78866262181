import type { Client } from "./client.ts";

type Connecting = {
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
  readonly say: (line: string) => void;
  /** Shows a line that the next one replaces. */
  readonly progress: (line: string) => void;
};

/** Connects the account through the public mutations, as an admin does, and waits for the first sync. */
export async function connectPersonio(
  graph: Client,
  { credentials, say, progress }: Connecting,
): Promise<void> {
  say("connectPersonio: checking the credential …");
  await graph.request(
    `mutation ($clientId: String!, $clientSecret: String!) {
      connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { status }
    }`,
    credentials,
  );
  const preview = await graph.poll<PreviewAnswer>(
    PREVIEW,
    ({ personioIntegration: { preview } }) => preview?.ready === true,
  );
  const { peopleCount = 0, skippedCount = 0 } = preview.personioIntegration.preview ?? {};
  say(`Preview: ${peopleCount} people would be imported, ${skippedCount} skipped`);

  say("finishPersonioSetup: accepting the proposed field mapping …");
  await graph.request("mutation { finishPersonioSetup { status } }");
  let run = await untilSynced(graph, progress);
  if (run?.problem?.code === "LEAVER_GUARD") {
    // The directory is kept between demos, and a user may have connected the other account.
    say("The directory has people of another account: approving that they leave …");
    await graph.request("mutation ($id: ID!) { approveSyncRun(id: $id) { status } }", { id: run.id });
    run = await untilSynced(graph, progress);
  }
  if (run?.problem) throw new Error(`${run.problem.code}: ${run.problem.message}`);
  say(
    `Synced: ${run?.added} added, ${run?.changed} changed, ${run?.left} left, ${run?.skipped} not in the directory`,
  );
}

/** The newest run, once it has ended. */
async function untilSynced(graph: Client, progress: Connecting["progress"]) {
  const { syncRuns } = await graph.poll<RunsAnswer>(RUNS, ({ syncRuns }) => {
    const run = syncRuns.edges[0]?.node;
    if (run && !run.finishedAt)
      progress(`syncing: ${run.employeesRead} of ${run.employeesTotal ?? "?"} read`);
    return run?.finishedAt != null;
  });
  return syncRuns.edges[0]?.node;
}

const PREVIEW =
  "{ personioIntegration { preview { ready peopleCount skippedCount } problem { code message } } }";
type PreviewAnswer = {
  personioIntegration: { preview: { ready: boolean; peopleCount: number; skippedCount: number } | null };
};

const RUNS = `{ syncRuns(first: 1) { edges { node {
  id employeesRead employeesTotal finishedAt added changed left skipped problem { code message }
} } } }`;
type RunsAnswer = {
  syncRuns: {
    edges: {
      node: {
        id: string;
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
