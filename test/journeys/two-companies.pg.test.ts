import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { spawnService } from "../support/start-service.ts";
import type { GraphAnswer } from "../support/test-app.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let database: TestDatabase;
let demo: ReturnType<typeof spawnService>;
beforeAll(async () => {
  database = await createTestDatabase();
  const SECRET_KEYS = `1:${randomBytes(32).toString("base64")}`;
  const urls = { DATABASE_URL: database.servingUrl, MIGRATION_DATABASE_URL: database.url };
  demo = spawnService({ ...urls, SECRET_KEYS, LOG_LEVEL: "error" }, ["demo.js", "--companies", "2"]);
  const end = demo.exited.then(() => "ended");
  const ready = eventually(() => demo.output.includes("Press Ctrl-C to stop everything."));
  if ((await Promise.race([end, ready])) === "ended") throw new Error(demo.output.join("\n"));
});
afterAll(async () => {
  demo?.child.kill("SIGTERM");
  await demo?.exited;
  await database?.[Symbol.asyncDispose]();
});

/** The commands that the demo prints. */
const commands = () =>
  demo.output.flatMap((line) => {
    const [, url, token = "", body] =
      /curl -s (\S+) -H 'authorization: Bearer (\S+)' .* -d '(.+)'$/.exec(line) ?? [];
    return url && body ? [{ url, token, body }] : [];
  });

type People = {
  people: { totalCount: number; edges: { node: { id: string; workEmail: string } }[] };
  person: { id: string } | null;
};
async function ask(token: string | undefined, query: string) {
  const response = await fetch(commands()[0]?.url ?? "", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as GraphAnswer<People>;
}

describe("npm run demo -- --companies 2", () => {
  test("connects and syncs two companies, and prints a command with a token for each", async () => {
    expect(commands().map(({ token }) => token.slice(0, token.lastIndexOf("_")))).toEqual([
      expect.stringMatching(/^people_acme/),
      expect.stringMatching(/^people_globex/),
    ]);
    const counts: number[] = [];
    for (const { url, token, body } of commands()) {
      const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
      const response = await fetch(url, { method: "POST", headers, body });
      const { data } = (await response.json()) as GraphAnswer<People>;
      counts.push(data.people.totalCount);
    }
    expect(counts[0]).toBeGreaterThan(150);
    expect(counts[1]).toBeGreaterThan(50);
    expect(counts[1]).toBeLessThan(120);
  });

  test("D11, E3: a company sees no data of the other, also by id", async () => {
    const [acme, globex] = commands().map(({ token }) => token);
    const list = "{ people(first: 1) { totalCount edges { node { id workEmail } } } }";
    const theirs = (await ask(acme, list)).data.people.edges[0]?.node.id;
    const own = (await ask(globex, list)).data.people.edges[0]?.node.id;
    expect((await ask(globex, `{ person(id: "${own}") { id } }`)).data.person).toEqual({ id: own });
    expect((await ask(globex, `{ person(id: "${theirs}") { id } }`)).data.person).toBeNull();
  });

  test("without a token, and with an invented one, every request is UNAUTHENTICATED", async () => {
    const [acme = ""] = commands().map(({ token }) => token);
    for (const token of [undefined, "people_acme_x", acme.slice(0, -1), acme.replace("acme", "globex")]) {
      const { errors } = await ask(token, "{ people { totalCount } }");
      expect(errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
    }
  });

  test("the runs of both companies belong to their tokens", async () => {
    const rows = await database.dataSource.query(
      `select r.tenant_id as tenant, r.requested_by from sync_runs r
        join service_tokens t on t.tenant_id = r.tenant_id and t.id::text = r.requested_by->>'subject' order by 1`,
    );
    expect(rows).toEqual(
      ["acme", "globex"].map((tenant) => ({
        tenant,
        requested_by: { kind: "TOKEN", subject: expect.any(String), email: null },
      })),
    );
  });
});
