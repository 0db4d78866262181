import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Company, connectCompany } from "./connect-company.ts";
import { createGraph, type Graph } from "./graph.ts";
import type { AppProgram } from "./programs/app-program.ts";
import { type Program, startProgram } from "./programs/program.ts";
import type { SandboxProgram } from "./programs/sandbox-program.ts";

/** The service with a Postgres of its own, and a Personio. Each runs in its own process. */
export type Service = {
  readonly app: Program<AppProgram>;
  readonly graph: Graph;
  readonly databaseUrl: string;
  readonly company: Company;
};

/** Starts it with one connected company of so many people, before its first sync. */
export async function startService(programs: AsyncDisposableStack, people: number): Promise<Service> {
  const company = await programs
    .use(startProgram<SandboxProgram>("sandbox-program", []))
    .call("start", { people });
  const dataDir = await makeDataDir(programs);
  const app = programs.use(startProgram<AppProgram>("app-program"));
  const { url, databaseUrl } = await app.call("start", { dataDir, personioUrl: company.url });
  const graph = createGraph(url);
  await connectCompany(graph, company);
  return { app, graph, databaseUrl, company };
}

/** A temporary folder for Postgres. It is disposed after everything that starts later, so after Postgres. */
export async function makeDataDir(programs: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "people-subgraph-bench-"));
  programs.defer(() => rm(folder, { recursive: true, force: true }));
  // Postgres does not run as root: its user must be able to enter the folder that root made.
  await chmod(folder, 0o711);
  return folder;
}

export const FIRST_SYNC = "mutation { finishPersonioSetup { status } }";
export const NEXT_SYNC = "mutation { syncPersonio { id } }";

export type Run = {
  readonly id: string;
  readonly finishedAt: string | null;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly problem: { readonly message: string } | null;
};

/** Starts a sync with the mutation, and waits until its run has ended. */
export async function runSync(graph: Graph, mutation: string): Promise<{ seconds: number; run: Run }> {
  const { syncRuns: before } = await graph.ask<RunsAnswer>(RUNS);
  const startedAt = performance.now();
  await graph.ask(mutation);
  const { syncRuns } = await graph.askUntil<RunsAnswer>(RUNS, ({ syncRuns: { edges } }) => {
    const run = edges[0]?.node;
    return run !== undefined && run.id !== before.edges[0]?.node.id && run.finishedAt !== null;
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  const run = syncRuns.edges[0]?.node;
  if (!run || run.problem) throw new Error(`The run failed: ${run?.problem?.message}`);
  return { seconds, run };
}

const RUNS = `{ syncRuns(first: 1) { edges { node {
  id finishedAt added changed unchanged skipped problem { message }
} } } }`;
type RunsAnswer = { readonly syncRuns: { readonly edges: readonly { readonly node: Run }[] } };
