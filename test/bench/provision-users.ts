import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createGraph } from "./graph.ts";
import { quantile } from "./numbers.ts";
import type { AppProgram } from "./programs/app-program.ts";
import { startProgram } from "./programs/program.ts";
import { makeDataDir } from "./start-service.ts";

const USAGE = `Usage: npm run bench:scim -- [options]

  --users <number>       users that an identity provider sends (default: 10000)
  --per-second <number>  users a second, each with a lookup and a POST (default: 50)`;

const NUMBERS = ["users", "per-second"] as const;

/**
 * Provisions users over SCIM as Okta and Entra ID do, at a steady rate, however long an answer takes. Prints
 * the time of answers and the memory of the service.
 */
async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      users: { type: "string", default: "10000" },
      "per-second": { type: "string", default: "50" },
      help: { type: "boolean", default: false },
    },
  });
  const [users = 0, perSecond = 0] = NUMBERS.map((name) => Number(values[name]));
  if (values.help || !(users > 0) || !(perSecond > 0)) return console.log(USAGE);

  await using programs = new AsyncDisposableStack();
  const dataDir = await makeDataDir(programs);
  const app = programs.use(startProgram<AppProgram>("app-program"));
  const { url } = await app.call("start", { dataDir, personioUrl: "http://127.0.0.1:9" });
  const { createScimToken } = await createGraph(url).ask<{ createScimToken: { token: string } }>(
    "mutation { createScimToken { token } }",
  );
  const { peakBytes: idle } = await app.readGauges();
  const result = await provision({ url, token: createScimToken.token, users, perSecond });
  const { peakBytes: peak } = await app.readGauges();
  console.log(describe("lookup", result.lookups), describe("create", result.creates));
  console.log({ users, perSecond, failed: result.failed, idleMb: inMb(idle), peakMb: inMb(peak) });
}

type Provisioning = {
  readonly url: string;
  readonly token: string;
  readonly users: number;
  readonly perSecond: number;
};

async function provision({ url, token, users, perSecond }: Provisioning) {
  const lookups: number[] = [];
  const creates: number[] = [];
  let failed = 0;
  const send = async (times: number[], path: string, body?: object): Promise<void> => {
    const startedAt = performance.now();
    const { ok } = await fetch(url.replace("/graphql", `/scim/v2/Users${path}`), {
      method: body ? "POST" : "GET",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/scim+json" },
      ...(body && { body: JSON.stringify(body) }),
    }).then(async (response) => {
      await response.arrayBuffer();
      return response;
    });
    times.push(performance.now() - startedAt);
    if (!ok) failed += 1;
  };
  const startedAt = performance.now();
  const provisioned = Array.from({ length: users }, async (_, place) => {
    await sleep(Math.max(0, startedAt + (place * 1_000) / perSecond - performance.now()));
    const userName = `user${place}@example.com`;
    await send(lookups, `?filter=${encodeURIComponent(`userName eq "${userName}"`)}`);
    await send(creates, "", userOf(userName, place));
  });
  await Promise.all(provisioned);
  return { lookups, creates, failed };
}

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

const userOf = (userName: string, place: number): object => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
  externalId: `external-${place}`,
  userName,
  active: true,
  displayName: `User ${place}`,
  name: { givenName: "User", familyName: `${place}` },
  emails: [{ primary: true, type: "work", value: userName }],
  title: "Engineer",
  [ENTERPRISE]: { department: `Department ${place % 40}`, employeeNumber: `${place}` },
});

const inMb = (bytes: number): number => Math.round(bytes / 1_048_576);

const describe = (what: string, times: readonly number[]): object => ({
  what,
  p50Ms: Number(quantile(times, 0.5).toFixed(1)),
  p99Ms: Number(quantile(times, 0.99).toFixed(1)),
  maxMs: Number(Math.max(...times).toFixed(1)),
});

await run();
