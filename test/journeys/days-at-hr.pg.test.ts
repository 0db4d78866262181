import { expect, test } from "vitest";
import { createClient } from "../../src/demo/client.ts";
import { playDaysAtHr } from "../../src/demo/days-at-hr.ts";
import { useSharedApp } from "../support/shared-app.ts";

const shared = useSharedApp();

test("after the demo's days at HR each screen has something to show: events, upcoming dates, an absence and a held plan", async () => {
  // More than one page: the guard counts the whole company.
  await shared().resetConnected({ people: 250, seed: 1 });
  const { app, sandbox, get } = shared();
  const graph = createClient(`${app.url}/graphql`, { isStopping: () => false });
  const lines: string[] = [];
  await playDaysAtHr(graph, { hr: sandbox.admin, now: new Date(), say: (line) => void lines.push(line) });

  type Seen = {
    lifecycleEvents: { nodes: { kind: string }[] };
    people: { nodes: { isPreHire: boolean; status: string }[] };
    syncRuns: { nodes: { status: string; plan: { totalCount: number } | null }[] };
  };
  const seen = await get<Seen>(`{
    lifecycleEvents { nodes { kind } }
    people(first: 100) { nodes { isPreHire status } }
    syncRuns(first: 1) { nodes { status plan { totalCount } } }
  }`);
  const kinds = new Set(seen.lifecycleEvents.nodes.map(({ kind }) => kind));
  expect([...kinds]).toEqual(
    expect.arrayContaining(["PERSON_ADDED", "SUPERVISOR_CHANGED", "PERSON_CHANGED"]),
  );
  expect(seen.people.nodes.some(({ isPreHire }) => isPreHire)).toBe(true);
  expect(seen.people.nodes.some(({ status }) => status === "LEAVE")).toBe(true);
  expect(seen.syncRuns.nodes[0]).toMatchObject({ status: "HELD" });
  expect(seen.syncRuns.nodes[0]?.plan?.totalCount).toBeGreaterThan(20);
  expect(lines.at(-1)).toMatch(/^The sync is HELD/);
});
