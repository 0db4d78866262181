import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { SandboxAdmin } from "../../../src/sandbox/admin.ts";
import { startSandbox } from "../../../src/sandbox/sandbox.ts";
import type { ClientProject } from "../../contract/support/client-project.ts";
import { AUDIENCE, createTestIssuer, ISSUER, type TestIssuer } from "../../identity/support/test-issuer.ts";
import { startService } from "../../support/start-service.ts";
import { type GraphAnswer, untilEnded } from "../../support/test-app.ts";
import { createTestDatabase } from "../../support/test-database.ts";

/** Users of two companies, with the scopes of their tokens. */
const USERS = {
  acmeAdmin: { tenant: "acme", scope: "people:admin people:read" },
  acmeReader: { tenant: "acme", scope: "people:read" },
  acmeHr: { tenant: "acme", scope: "people:read people:hr" },
  globexAdmin: { tenant: "globex", scope: "people:admin people:read" },
  globexHr: { tenant: "globex", scope: "people:read people:hr" },
} as const;

export type User = keyof typeof USERS;

/** Of each company. */
export const PEOPLE = 12;

const ACME = { clientId: "acme", clientSecret: "acme-secret" };
const GLOBEX = { clientId: "globex", clientSecret: "globex-secret" };

/** Linux answers on all of 127.0.0.0/8, so only a server on all addresses answers here. */
const ADDRESS = process.platform === "linux" ? "127.0.0.2" : "127.0.0.1";

export type Answer<Data> = { readonly status: number; readonly body: GraphAnswer<Data> };

/** The graph of the service, asked with the tokens of its users. */
type Graph = {
  readonly url: string;
  readonly tokens: Readonly<Record<User, string>>;
  ask<Data>(user: User, query: string, variables?: object, headers?: object): Promise<Answer<Data>>;
  /** The data; rejects on errors. */
  get<Data>(user: User, query: string, variables?: object): Promise<Data>;
};

export type Network = AsyncDisposable & {
  readonly graph: Graph;
  readonly gatewaySecret: string;
  /** What must not be in the output. */
  readonly secrets: readonly string[];
  readonly output: readonly string[];
  /** The Personio of acme. */
  readonly personio: SandboxAdmin;
  /** The answer to a user of acme before its administrator's first request. */
  readonly tooEarly: Answer<unknown>;
};

type NetworkOptions = { readonly project: ClientProject; readonly allowedOrigin: string };

/**
 * The production build as in the manual, section "Serve over the network". It listens on all addresses and
 * has a key file. The administrators of two companies have connected them.
 */
export async function startNetwork({ project, allowedOrigin }: NetworkOptions): Promise<Network> {
  await using starting = new AsyncDisposableStack();
  const database = starting.use(await createTestDatabase());
  const neighbours = [{ people: PEOPLE, seed: 2, credentials: GLOBEX }];
  const company = { people: PEOPLE, seed: 1, credentials: ACME, requestsPerMinute: null };
  const sandbox = starting.use(await startSandbox({ ...company, neighbours }));
  const issuer = await createTestIssuer();
  await project.write("jwks.json", JSON.stringify(issuer.keySet));
  const gatewaySecret = randomBytes(32).toString("hex");
  const secretKey = randomBytes(32).toString("base64");
  const service = starting.use(
    await startService({
      NODE_ENV: "production",
      HOST: "0.0.0.0",
      AUTH: "jwt",
      AUTH_JWKS_URL: pathToFileURL(join(project.folder, "jwks.json")).href,
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
      DATABASE_URL: database.servingUrl,
      MIGRATION_DATABASE_URL: database.url,
      SECRET_KEYS: `1:${secretKey}`,
      GATEWAY_SECRETS: gatewaySecret,
      ALLOWED_HOSTS: "people.example.com",
      ALLOWED_ORIGINS: allowedOrigin,
      PERSONIO_API_URL: sandbox.url,
    }),
  );
  const tokens = await signTokens(issuer);
  const graph = createGraph(`http://${ADDRESS}:${new URL(service.url).port}/graphql`, tokens);
  const tooEarly = await graph.ask("acmeReader", "{ me { tenantId } }");
  await Promise.all([connect(graph, "acmeAdmin", ACME), connect(graph, "globexAdmin", GLOBEX)]);
  const signatures = Object.values(tokens).map((token) => token.split(".").at(-1) ?? "");
  const secrets = [gatewaySecret, secretKey, ACME.clientSecret, GLOBEX.clientSecret, ...signatures];
  const started = starting.move();
  return {
    graph,
    gatewaySecret,
    secrets,
    output: service.output,
    personio: sandbox.admin,
    tooEarly,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

async function signTokens(issuer: TestIssuer): Promise<Record<User, string>> {
  const sign = (sub: User) => issuer.sign({ ...USERS[sub], sub, email: undefined });
  return {
    acmeAdmin: await sign("acmeAdmin"),
    acmeReader: await sign("acmeReader"),
    acmeHr: await sign("acmeHr"),
    globexAdmin: await sign("globexAdmin"),
    globexHr: await sign("globexHr"),
  };
}

function createGraph(url: string, tokens: Graph["tokens"]): Graph {
  const ask: Graph["ask"] = async <Data>(user: User, query: string, variables = {}, headers = {}) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${tokens[user]}`, ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, body: (await response.json()) as GraphAnswer<Data> };
  };
  return {
    url,
    tokens,
    ask,
    async get<Data>(user: User, query: string, variables = {}) {
      const { body } = await ask<Data>(user, query, variables);
      if (body.errors) throw new Error(JSON.stringify(body.errors));
      return body.data;
    },
  };
}

/** Through the public mutations, until the first sync has ended. */
async function connect({ get }: Graph, user: User, credentials: typeof ACME): Promise<void> {
  const mutation = `mutation ($clientId: String!, $clientSecret: String!) {
    connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id }
  }`;
  await get(user, mutation, credentials);
  await get(user, "mutation { finishPersonioSetup { id } }");
  await untilEnded((query, variables) => get(user, query, variables));
}
