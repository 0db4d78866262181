import type { SandboxAdmin } from "../sandbox/admin.ts";
import type { Client } from "./client.ts";

type Options = {
  /** HR's own view of the records. */
  readonly hr: SandboxAdmin;
  /** HR's today. */
  readonly now: Date;
  readonly say: (line: string) => void;
};

/** Above the guard's default of the greater of 5 people and 10 %. */
const MISTAKEN_SHARE = 0.15;
const MISTAKEN_MIN = 8;

/**
 * What HR does in a few days, so that every screen of the console has something to show. The next sync finds
 * a hire, a move, a leave and a notice. Then an import of HR takes out people by mistake, and the sync that
 * finds this is held.
 */
export async function playDaysAtHr(graph: Client, { hr, now, say }: Options): Promise<void> {
  const { nodes: people, totalCount } = await listActive(graph);
  const day = dayAfter(now);
  const [lead] = people.filter(({ directReports }) => directReports.totalCount > 1);
  const [mover, leaver, ...others] = people.filter(
    ({ directReports, supervisor }) => directReports.totalCount === 0 && supervisor,
  );
  if (!lead || !mover || !leaver) return;
  say("HR hires a person, moves one, records a notice, and a supervisor goes on leave …");
  await hr.hire({
    first_name: "Ada",
    last_name: "Lindqvist",
    hire_date: day(10),
    supervisor: lead.personioId,
  });
  await hr.move(mover.personioId, { supervisor: lead.personioId, team: "Special projects" });
  await hr.terminate(leaver.personioId, day(21));
  await hr.putOnLeave(lead.personioId, { from: day(-1), until: day(40) });
  const found = await syncNow(graph);
  say(
    `Synced: ${found.added} added, ${found.changed} changed. ${lead.displayName} is on leave: who approves?`,
  );

  const mistaken = others.slice(0, Math.max(MISTAKEN_MIN, Math.ceil(totalCount * MISTAKEN_SHARE)));
  say(`By mistake, an import of HR sets ${mistaken.length} people inactive …`);
  for (const { personioId } of mistaken) await hr.change(personioId, { status: "inactive" });
  const held = await syncNow(graph);
  if (held.status !== "HELD") throw new Error(`The sync is ${held.status}, and not held.`);
  say(`The sync is ${held.status}: it would take too many people out, so an administrator decides`);
}

type Listed = {
  readonly personioId: string;
  readonly displayName: string;
  readonly supervisor: { readonly id: string } | null;
  readonly directReports: { readonly totalCount: number };
};

type Active = { readonly totalCount: number; readonly nodes: readonly Listed[] };

async function listActive(graph: Client): Promise<Active> {
  const { people } = await graph.request<{ people: Active }>(
    `{ people(first: 100, filter: { statuses: [ACTIVE] }) {
      totalCount
      nodes { personioId displayName supervisor { id } directReports(first: 1) { totalCount } }
    } }`,
  );
  return people;
}

type Run = {
  readonly status: string;
  readonly finishedAt: string | null;
  readonly added: number;
  readonly changed: number;
};

async function syncNow(graph: Client): Promise<Run> {
  const { syncPersonio } = await graph.request<{ syncPersonio: { id: string } }>(
    "mutation { syncPersonio { id } }",
  );
  const { syncRun } = await graph.poll<{ syncRun: Run }>(
    `{ syncRun(id: "${syncPersonio.id}") { status finishedAt added changed } }`,
    ({ syncRun }) => syncRun.finishedAt !== null || syncRun.status === "HELD",
  );
  return syncRun;
}

/** Calendar days as HR writes them. */
const dayAfter =
  (now: Date) =>
  (days: number): string =>
    new Date(now.getTime() + days * 24 * 60 * 60_000).toISOString().slice(0, 10);
