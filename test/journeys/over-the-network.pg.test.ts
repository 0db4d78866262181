import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { GatewayConfig } from "@graphql-hive/gateway-runtime";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClientProject, createClientProject } from "../contract/support/client-project.ts";
import { serveSupergraph } from "../contract/support/gateways.ts";
import { type OtherSubgraph, startLaptops } from "../contract/support/other-subgraphs.ts";
import { isBrowserInstalled, openBrowser } from "../support/browser.ts";
import { readRecipe } from "../support/recipes.ts";
import { type Network, PEOPLE, startNetwork, type User } from "./support/network.ts";
import { startWebPages, type WebPages } from "./support/web-pages.ts";

let project: ClientProject;
let pages: WebPages;
let network: Network;
const opened = new AsyncDisposableStack();
beforeAll(async () => {
  project = opened.use(await createClientProject());
  pages = opened.use(await startWebPages());
  network = opened.use(await startNetwork({ project, allowedOrigin: pages.origin }));
});
afterAll(() => opened.disposeAsync());

type Listed = { id: string; personioId: string; workEmail: string; displayName: string };

const LIST = `{ people(first: ${PEOPLE}) { nodes { id personioId workEmail displayName } } }`;

const listPeople = async (user: User): Promise<Listed[]> =>
  (await network.graph.get<{ people: { nodes: Listed[] } }>(user, LIST)).people.nodes;

/** The end of the event log: a subscription after it misses no event, whenever it begins. */
const readLogEnd = async (): Promise<string> => {
  const query = "{ lifecycleEvents(kinds: []) { pageInfo { endCursor } } }";
  type LogEnd = { lifecycleEvents: { pageInfo: { endCursor: string } } };
  return (await network.graph.get<LogEnd>("acmeReader", query)).lifecycleEvents.pageInfo.endCursor;
};

/** HR edits a person of acme, and a sync finds that. */
async function promote(position: string): Promise<Listed> {
  const [person] = await listPeople("acmeAdmin");
  await network.personio.change(person!.personioId, { position });
  await network.graph.get("acmeAdmin", "mutation { syncPersonio(mode: INCREMENTAL) { id } }");
  return person!;
}

const FOLLOW = `subscription ($after: String) {
  lifecycleEvent(after: $after, kinds: [PERSON_CHANGED]) { kind person { displayName birthday } }
}`;

describe("the production build on 0.0.0.0, with a key file and two companies", () => {
  test("a company begins with its administrator's first token, and not with another user's", async () => {
    expect(network.tooEarly).toMatchObject({
      status: 403,
      body: {
        errors: [{ extensions: { code: "FORBIDDEN", help: expect.stringContaining("people:admin") } }],
      },
    });
    expect(await network.graph.get("acmeReader", "{ me { tenantId subject } }")).toEqual({
      me: { tenantId: "acme", subject: "acmeReader" },
    });
  });

  test("D11, E3: each company reads its own people, and finds none of the other by id or address", async () => {
    const [acme, globex] = [await listPeople("acmeReader"), await listPeople("globexHr")];
    const find = `query ($id: ID!, $workEmail: EmailAddress!) {
      byId: person(id: $id) { id }
      byAddress: person(workEmail: $workEmail) { id }
    }`;
    expect(acme.length).toBeGreaterThan(5);
    expect(globex.length).toBeGreaterThan(5);
    const { id } = acme[0]!;
    expect(await network.graph.get("acmeReader", find, acme[0])).toEqual({ byId: { id }, byAddress: { id } });
    for (const person of acme)
      expect(await network.graph.get("globexHr", find, person)).toEqual({ byId: null, byAddress: null });
  });

  test("E5: a user's token reads neither `_service` nor the schema; with the gateway's secret it does", async () => {
    const secret = { "x-people-gateway-secret": network.gatewaySecret };
    for (const query of ["{ _service { sdl } }", "{ __schema { queryType { name } } }"]) {
      expect((await network.graph.ask("acmeAdmin", query)).status).toBe(401);
      expect((await network.graph.ask("acmeAdmin", query, {}, secret)).body.errors).toBeUndefined();
    }
  });
});

describe("behind Hive Gateway, set up by the recipes of the guide, with the subgraph of another team", () => {
  let laptops: OtherSubgraph;
  let gateway: ReturnType<typeof serveSupergraph>;
  beforeAll(async () => {
    laptops = await startLaptops();
    process.env.PEOPLE_GATEWAY_SECRET = network.gatewaySecret;
    gateway = serveSupergraph({ ...(await readGatewayConfig()), supergraph: await compose() });
  });
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await laptops?.[Symbol.asyncDispose]();
    delete process.env.PEOPLE_GATEWAY_SECRET;
  });

  /** Runs the script of the guide, with the addresses of this test. */
  async function compose(): Promise<string> {
    const script = (await readRecipe("// compose.js\n"))
      .replace("http://127.0.0.1:4000/graphql", network.graph.url)
      .replace("http://127.0.0.1:4100/graphql", laptops.url);
    await project.write("compose.js", script);
    await project.write("schema/people.graphql", await readFile("schema/people.graphql", "utf8"));
    await project.write("laptops.graphql", laptops.sdl);
    const { stdout } = await promisify(execFile)(process.execPath, ["compose.js"], { cwd: project.folder });
    return stdout;
  }

  /** The gateway's program is not among our dependencies; its runtime takes the same configuration. */
  async function readGatewayConfig(): Promise<GatewayConfig> {
    const recipe = await readRecipe("export const gatewayConfig");
    const standIn = "const defineConfig = (config) => config;";
    await project.write("gateway.config.js", recipe.replace(/^import .*$/m, standIn));
    const { gatewayConfig } = await import(join(project.folder, "gateway.config.js"));
    return gatewayConfig;
  }

  const bearer = (user: User) => ({ authorization: `Bearer ${network.graph.tokens[user]}` });

  test("two users with different scopes, and one of the other company, have answers of their own", async () => {
    const query = "{ people(first: 1) { nodes { displayName birthday laptop { name } } } }";
    const read = (user: User) => gateway.ask<unknown>(query, {}, bearer(user));
    const [reader, hr, other] = await Promise.all([read("acmeReader"), read("acmeHr"), read("globexHr")]);
    const [[acme], [globex]] = [await listPeople("acmeReader"), await listPeople("globexHr")];
    const page = ({ id, displayName }: Listed, birthday: unknown) => ({
      people: { nodes: [{ displayName, birthday, laptop: { name: `laptop of ${id}` } }] },
    });
    const aBirthday = expect.stringMatching(/^\d\d-\d\d$/);
    expect(hr).toEqual({ data: page(acme!, aBirthday) });
    expect(other).toEqual({ data: page(globex!, aBirthday) });
    expect(reader.data).toEqual(page(acme!, null));
    expect(reader.errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
  });

  test("the other subgraph's people are looked up with the gateway's secret", async () => {
    const [person] = await listPeople("acmeReader");
    const query = "query ($owners: [ID!]!) { laptops(owners: $owners) { owner { displayName } } }";
    expect(await gateway.ask(query, { owners: [person!.id] }, bearer("acmeReader"))).toEqual({
      data: { laptops: [{ owner: { displayName: person!.displayName } }] },
    });
  });

  test("E13: two users with different scopes who send one subscription receive one event, each with their own fields", async () => {
    const after = await readLogEnd();
    const hear = async (user: User) => {
      for await (const event of gateway.subscribe(FOLLOW, { after }, bearer(user))) return event;
      return null;
    };
    const heard = Promise.all([hear("acmeReader"), hear("acmeHr")]);
    const { displayName } = await promote("Head of Kites");
    const [reader, hr] = await heard;
    expect(reader).toMatchObject({
      data: { lifecycleEvent: { kind: "PERSON_CHANGED", person: { displayName, birthday: null } } },
      errors: [{ extensions: { code: "FORBIDDEN" } }],
    });
    expect(hr).toEqual({
      data: {
        lifecycleEvent: {
          kind: "PERSON_CHANGED",
          person: { displayName, birthday: expect.stringMatching(/^\d\d-\d\d$/) },
        },
      },
    });
  });
});

/** A slow machine is not a failure. */
const UNHURRIED = { timeout: 0 };

/** Runs in the page: the guide's client reads a list and the next event over both transports. */
const IN_THE_PAGE = `async ({ url, token, after }) => {
  const { createPeopleClient } = await import("/page.js");
  const people = createPeopleClient(url, async () => token);
  const next = async (client) => {
    for await (const event of client.iterate({ query: ${JSON.stringify(FOLLOW)}, variables: { after } })) return event;
  };
  const ended = await Promise.allSettled([people.ask(${JSON.stringify(LIST)}), next(people.socket), next(people.eventStream)]);
  return ended.map(({ status, value }) => (status === "fulfilled" ? value : "blocked"));
}`;

describe.skipIf(!isBrowserInstalled)("a web page in a browser, with the client of the guide", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  const run = (page: Page, after: string) =>
    page.evaluate(
      `(${IN_THE_PAGE})(${JSON.stringify({ url: network.graph.url, token: network.graph.tokens.acmeHr, after })})`,
    );

  test("a page of an allowed origin reads the directory, and receives an event over a socket and an event stream", async () => {
    const page = await browser.newPage();
    await page.goto(pages.origin, UNHURRIED);
    const answers = run(page, await readLogEnd());
    const { displayName } = await promote("Head of Boats");
    const birthday = expect.stringMatching(/^\d\d-\d\d$/);
    const event = { data: { lifecycleEvent: { kind: "PERSON_CHANGED", person: { displayName, birthday } } } };
    const people = { data: { people: { nodes: await listPeople("acmeHr") } } };
    expect(await answers).toEqual([people, event, event]);
  });

  test("E8: CORS and the refused upgrade block the same page at a foreign origin, even with a token", async () => {
    const page = await browser.newPage();
    const reasons: string[] = [];
    page.on("console", (message) => reasons.push(message.text()));
    await page.goto(pages.foreignOrigin, UNHURRIED);
    expect(await run(page, await readLogEnd())).toEqual(["blocked", "blocked", "blocked"]);
    expect(reasons.filter((reason) => reason.includes("blocked by CORS policy"))).toHaveLength(2);
    expect(reasons.filter((reason) => reason.includes("Unexpected response code: 403"))).toHaveLength(1);
  });
});

test("the output of the process contains no part of a token, a secret or a person", async () => {
  const output = network.output.join("\n");
  const people = [...(await listPeople("acmeReader")), ...(await listPeople("globexHr"))];
  const names = people.flatMap(({ displayName, workEmail }) => [displayName, workEmail]);
  expect(output).toContain("sync run applied");
  expect([...names, ...network.secrets].filter((text) => output.includes(text))).toEqual([]);
});
