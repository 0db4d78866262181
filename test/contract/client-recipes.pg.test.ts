import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ApolloClient } from "@apollo/client";
import { gql } from "@apollo/client";
import { type Client, gql as urqlGql } from "@urql/core";
import {
  buildSchema,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  parse,
} from "graphql";
import { createClient } from "graphql-ws";
import { useServer } from "graphql-ws/use/ws";
import type { Environment } from "relay-runtime";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { WebSocketServer } from "ws";
import { anEvent, beginLog, emit } from "../lifecycle/support/log-of-events.ts";
import { eventually } from "../support/eventually.ts";
import { readRecipe } from "../support/recipes.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { compileRelay, createClientProject, RELAY_CONFIG } from "./support/client-project.ts";

let service: TestApp;
let url = "";
let api: GraphQLSchema;
beforeAll(async () => {
  api = buildSchema(await readFile("schema/people.api.graphql", "utf8"));
  service = await startTestApp({ sandbox: { people: 30 } });
  await service.connect();
  url = `${service.app.url}/graphql`;
});
afterAll(async () => {
  await service?.[Symbol.asyncDispose]();
  for (const name of await readdir(FOLDER)) if (GENERATED.test(name)) await rm(new URL(name, FOLDER));
});
afterEach(() => vi.restoreAllMocks());

const FOLDER = new URL("./", import.meta.url);
const GENERATED = /^recipe-.*\.generated\.js$/;

/** Loads as a module the code block of the guide that begins with the name of the recipe. */
async function loadRecipe<Module>(name: string): Promise<Module> {
  const file = new URL(`recipe-${name}.generated.js`, FOLDER);
  await writeFile(file, await readRecipe(`// ${name}.js\n`));
  return import(file.pathname);
}

const objectTypes = () =>
  Object.values(api.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith("__"));

/** Every paged field, such as `Query.people`, with the arguments that select its list. */
const pagedFields = (): [string, string[]][] =>
  objectTypes().flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => getNamedType(field.type).name.endsWith("Connection"))
      .map((field): [string, string[]] => [
        `${type.name}.${field.name}`,
        field.args
          .map(({ name }) => name)
          .filter((name) => name !== "first" && name !== "after")
          .toSorted(),
      ]),
  );

/** Fields that clients must cache with care: a supervisor of another type, and attributes without ids. */
const CARD = "id displayName supervisor { id displayName } customAttributes { key label type value }";
type Card = { id: string; displayName: string; supervisor: { id: string; displayName: string } | null };
type Page = {
  people: { edges: { cursor: string; node: Card }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
};
const PAGE = `query ($after: String, $filter: PeopleFilter) { people(first: 4, after: $after, filter: $filter) {
  edges { cursor node { ${CARD} } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

const directory = async (): Promise<Card[]> => {
  const query = `{ people(first: 100) { nodes { ${CARD} } } }`;
  return (await service.get<{ people: { nodes: Card[] } }>(query)).people.nodes;
};

describe("over HTTP", () => {
  const get = (headers: Record<string, string>) =>
    fetch(`${url}?query=${encodeURIComponent("{ people(first: 1) { nodes { id } } }")}`, { headers });

  test("a GET without `apollo-require-preflight` is refused", async () => {
    expect((await get({})).status).toBe(400);
    const answer = await get({ "apollo-require-preflight": "true" });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ data: { people: { nodes: [{ id: expect.any(String) }] } } });
  });

  test("cursors of all lists are opaque", async () => {
    const page = "pageInfo { startCursor endCursor } edges { cursor }";
    const orders = ["NAME", "HIRE_DATE", "DEPARTMENT", "OFFICE"].map(
      (field) => `${field}: people(first: 5, orderBy: { field: ${field}, direction: DESC }) { ${page} }`,
    );
    const lists = `{ ${orders.join(" ")} syncRuns { ${page} } orgIssues(first: 5) { ${page} } skippedEmployees { ${page} } idpOnlyUsers { ${page} }
      lifecycleEvents { ${page} } upcomingLifecycleEvents(from: "2026-01-01", to: "2026-12-31", first: 5) { ${page} }
      departments { people(first: 2) { ${page} } } legalEntities { people(first: 2) { ${page} } } }`;
    const text = JSON.stringify(await service.get(lists));
    const cursors = [...text.matchAll(/"(?:cursor|startCursor|endCursor)":"([^"]+)"/g)].map(
      ([, cursor = ""]) => cursor,
    );
    expect(cursors.length).toBeGreaterThan(30);
    // The clear text of a cursor is a JSON array with an id, a name or a number in it.
    const bytes = cursors.map((cursor) => Buffer.from(cursor, "base64url").toString("latin1"));
    expect(bytes.filter((text) => /[\w-]{12}|\[(\d+|".*")\]$/.test(text))).toEqual([]);
  });

  test("an array of operations is refused", async () => {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([{ query: "{ __typename }" }, { query: "{ __typename }" }]),
    });
    expect(answer.status).toBe(400);
  });

  test("`lookUp` of the guide finds all people, over several pages and batches", async () => {
    const { lookUp } = await loadRecipe<{
      lookUp: (ask: unknown, emails: string[]) => Promise<{ id: string; workEmail: string }[]>;
    }>("look-up");
    const { people } = await service.get<{ people: { nodes: { id: string; workEmail: string }[] } }>(
      "{ people(first: 100) { nodes { id workEmail } } }",
    );
    const unknown = Array.from({ length: 1_100 }, (_, index) => `unknown-${index}@acme.example`);
    const emails = [...unknown, ...people.nodes.map(({ workEmail }) => workEmail.toUpperCase())];

    const found = await lookUp(service.get, emails);

    expect(found.map(({ id }) => id).toSorted()).toEqual(people.nodes.map(({ id }) => id).toSorted());
  });
});

describe("Apollo Client", () => {
  type Recipe = {
    createPeopleClient: (url: string) => ApolloClient;
    typePolicies: Record<
      string,
      { fields?: Record<string, { keyArgs: string[] | false }>; keyFields?: unknown }
    >;
  };

  test("the recipe for Apollo Client has a policy for every paged field, keyed by all arguments except those of paging", async () => {
    const { typePolicies } = await loadRecipe<Recipe>("apollo");
    const policies = Object.entries(typePolicies).flatMap(([type, { fields = {} }]) =>
      Object.entries(fields).map(([field, { keyArgs }]) => [`${type}.${field}`, (keyArgs || []).toSorted()]),
    );
    expect(Object.fromEntries(policies)).toEqual(Object.fromEntries(pagedFields()));
  });

  test("the recipe for Apollo Client merges pages, keeps people apart from supervisors, and attributes with their person", async () => {
    const { createPeopleClient } = await loadRecipe<Recipe>("apollo");
    const client = createPeopleClient(url);
    const everyone = await directory();
    const query = gql(PAGE);

    const observed = client.watchQuery<Page>({ query });
    const subscription = observed.subscribe(() => undefined);
    let page = (await client.query<Page>({ query })).data;
    while (page?.people.pageInfo.hasNextPage) {
      page = (await observed.fetchMore({ variables: { after: page.people.pageInfo.endCursor } })).data;
    }
    subscription.unsubscribe();

    const cached = client.readQuery<Page>({ query });
    expect(cached?.people.edges.map(({ node }) => node)).toMatchObject(everyone);
    const keys = Object.keys(client.cache.extract() as object);
    const boss = everyone.find(({ supervisor }) => supervisor)?.supervisor?.id;
    expect(keys).toEqual(expect.arrayContaining([`Person:${boss}`, `Supervisor:${boss}`]));
    expect(keys.filter((key) => key.startsWith("CustomAttribute"))).toEqual([]);
    client.stop();
  });

  test("the recipe for Apollo Client sends queries with GET, and with the header that a GET needs", async () => {
    const { createPeopleClient } = await loadRecipe<Recipe>("apollo");
    const client = createPeopleClient(url);
    const sent = vi.spyOn(globalThis, "fetch");
    await client.query({ query: gql`{ departments { id name } }` });
    expect(sent.mock.lastCall?.[1]).toMatchObject({
      method: "GET",
      headers: { "apollo-require-preflight": "true" },
    });
    client.stop();
  });

  test("`relayStylePagination` keeps only the `nodes` of the last page, as the guide warns", async () => {
    const { createPeopleClient } = await loadRecipe<Recipe>("apollo");
    const client = createPeopleClient(url);
    const fields = "nodes { id } edges { cursor node { id } } pageInfo { hasNextPage endCursor }";
    const query = gql(`query ($after: String) { people(first: 4, after: $after) { ${fields} } }`);
    const { data } = await client.query<Page>({ query });
    const variables = { after: data?.people.pageInfo.endCursor };
    await client.query({ query, variables, fetchPolicy: "network-only" });
    const { people } = client.readQuery<Page & { people: { nodes: unknown[] } }>({ query }) ?? expect.fail();
    expect([people.edges.length, people.nodes.length]).toEqual([8, 4]);
    client.stop();
  });

  test("the recipe for Apollo Client caches each filter as a list of its own, and settings once", async () => {
    const { createPeopleClient } = await loadRecipe<Recipe>("apollo");
    const client = createPeopleClient(url);
    const [first] = await directory();
    const query = gql(PAGE);
    await client.query({ query });
    const { data } = await client.query<Page>({ query, variables: { filter: { ids: [first?.id] } } });
    expect(data?.people.edges).toHaveLength(1);
    expect(client.readQuery<Page>({ query })?.people.edges).toHaveLength(4);

    const settings = gql`{ peopleSettings { timeZone } }`;
    await client.query({ query: settings });
    await client.mutate({
      mutation: gql`mutation { setPeopleSettings(settings: { timeZone: "Asia/Tokyo" }) { timeZone } }`,
    });
    expect(client.readQuery({ query: settings })).toMatchObject({
      peopleSettings: { timeZone: "Asia/Tokyo" },
    });
    client.stop();
  });
});

describe("urql with graphcache", () => {
  type Recipe = {
    createPeopleClient: (url: string) => Client;
    keys: Record<string, () => string | null>;
    resolvers: Record<string, Record<string, unknown>>;
  };

  test("the recipe for urql has a key for every type without an id, and merges every paged field", async () => {
    const { keys, resolvers } = await loadRecipe<Recipe>("urql");
    const roots = ["Query", "Mutation", "Subscription"];
    const withoutId = objectTypes()
      .filter((type) => !roots.includes(type.name) && !type.getFields().id)
      .map(({ name }) => name)
      .filter((name) => !/(PageInfo|Connection|Edge)$/.test(name));
    expect(Object.keys(keys).toSorted()).toEqual(withoutId.toSorted());
    const joined = Object.entries(resolvers).flatMap(([type, fields]) =>
      Object.keys(fields).map((field) => `${type}.${field}`),
    );
    expect(joined.toSorted()).toEqual(
      pagedFields()
        .map(([field]) => field)
        .toSorted(),
    );
  });

  test("the recipe for urql merges pages, and graphcache logs no warning", async () => {
    const warnings = [vi.spyOn(console, "warn"), vi.spyOn(console, "error")];
    for (const warning of warnings) warning.mockImplementation(() => undefined);
    const { createPeopleClient } = await loadRecipe<Recipe>("urql");
    const client = createPeopleClient(url);
    const query = urqlGql(PAGE);
    const read = async (after: string | null) => {
      const { data, error } = await client.query<Page>(query, { after }).toPromise();
      expect(error).toBeUndefined();
      return data?.people ?? expect.fail("urql has no data");
    };
    let pages = await read(null);
    while (pages.pageInfo.hasNextPage) pages = await read(pages.pageInfo.endCursor);
    expect((await read(null)).edges.map(({ node }) => node)).toMatchObject(await directory());

    const others = `{ peopleSettings { timeZone lifecycleKinds { kind } } orgIssues { nodes { kind } } personioIntegration { id
      attributes { key } problem { code } } skippedEmployees { nodes { reason } } syncRuns { nodes { id status } } }`;
    expect((await client.query(urqlGql(others), {}).toPromise()).error).toBeUndefined();
    expect(warnings.flatMap((warning) => warning.mock.calls)).toEqual([]);
  });

  test("the recipe for urql merges the `nodes` of pages as well", async () => {
    const { createPeopleClient } = await loadRecipe<Recipe>("urql");
    const client = createPeopleClient(url);
    const nodes = urqlGql(
      `query ($after: String) { people(first: 15, after: $after) { nodes { id } pageInfo { hasNextPage startCursor endCursor } } }`,
    );
    type Nodes = { people: { nodes: { id: string }[]; pageInfo: { endCursor: string } } };
    const { data: first } = await client.query<Nodes>(nodes, {}).toPromise();
    await client.query<Nodes>(nodes, { after: first?.people.pageInfo.endCursor }).toPromise();
    const { data: joined } = await client.query<Nodes>(nodes, {}).toPromise();
    expect(joined?.people.nodes.map(({ id }) => id)).toEqual((await directory()).map(({ id }) => id));
  });
});

describe("Relay", () => {
  test("the recipe for Relay keeps a person apart from the supervisor of the same id", async () => {
    const { createPeopleEnvironment } = await loadRecipe<{
      createPeopleEnvironment: (url: string) => Environment;
    }>("relay");
    const { fetchQuery } = (await import("relay-runtime")).default as typeof import("relay-runtime");
    await using project = await createClientProject();
    const tag = `graphql\`query RecipeQuery { people(first: 100) { edges { node { ${CARD} } } } }\``;
    await project.write(
      "src/recipe.js",
      `import { graphql } from "relay-runtime";\nexport const query = ${tag};\n`,
    );
    expect(await compileRelay(project, { ...RELAY_CONFIG, language: "javascript" })).toMatchObject({
      code: 0,
    });
    const { default: query } = await import(`${project.folder}/src/__generated__/RecipeQuery.graphql.js`);
    const warnings = vi.spyOn(console, "error");
    const environment = createPeopleEnvironment(url);

    const data = await fetchQuery(environment, query, {}).toPromise();

    const everyone = await directory();
    expect((data as Page).people.edges.map(({ node }) => node)).toMatchObject(everyone);
    const source = environment.getStore().getSource();
    const boss = everyone.find(({ supervisor }) => supervisor)?.supervisor;
    expect(source.get(`Person:${boss?.id}`)).toMatchObject({ __typename: "Person", id: boss?.id });
    expect(source.get(`Supervisor:${boss?.id}`)).toMatchObject({ __typename: "Supervisor", id: boss?.id });
    expect(warnings).not.toHaveBeenCalled();
  });
});

describe("a gateway that reloads", () => {
  test("a subscription behind a gateway resumes after `complete`, from its cursor, without losing an event", async () => {
    await beginLog(service.app.database.dataSource);
    const { lifecycleEvents } = await service.get<{
      lifecycleEvents: { pageInfo: { endCursor: string } };
    }>("{ lifecycleEvents(kinds: []) { pageInfo { endCursor } } }");
    await using gateway = await startCompletingGateway(url.replace("http", "ws"));
    const { createPeopleClient } = await loadRecipe<{ createPeopleClient: (url: string) => ApolloClient }>(
      "apollo",
    );
    const { followEvents } = await loadRecipe<{
      followEvents: (client: ApolloClient, receiver: object) => { unsubscribe(): void };
    }>("follow");
    let cursor = lifecycleEvents.pageInfo.endCursor;
    const received: string[] = [];
    vi.spyOn(Math, "random").mockReturnValue(0.01);
    const client = createPeopleClient(gateway.url);
    const following = followEvents(client, {
      readCursor: () => cursor,
      handle: (event: { personId: string; cursor: string }) => {
        received.push(event.personId);
        cursor = event.cursor;
      },
    });
    const story = Array.from({ length: 4 }, () => anEvent({ kind: "HIRE_DATE" }));
    await emit(service.app.database.dataSource, story);

    await eventually(() => received.length === 4);

    following.unsubscribe();
    client.stop();
    expect(received).toEqual(story.map(({ personId }) => personId));
    expect(gateway.completed()).toBeGreaterThanOrEqual(3);
  });
});

/** Behaves like a gateway that reloads all the time: it forwards one event, and completes. */
async function startCompletingGateway(target: string) {
  const upstream = createClient({ url: target, retryAttempts: 0 });
  const http = createServer();
  let completed = 0;
  async function* forwardOne({ document, variableValues }: ExecutionArgs) {
    const query = document.loc?.source.body ?? "";
    for await (const result of upstream.iterate({ query, variables: { ...variableValues } })) {
      yield result as ExecutionResult;
      break;
    }
    completed += 1;
  }
  const server = useServer(
    {
      schema: api,
      subscribe: (args) => forwardOne(args),
      onSubscribe: (_context, _id, { query, variables }) => ({
        schema: api,
        document: parse(query),
        variableValues: variables ?? {},
      }),
    },
    new WebSocketServer({ server: http, path: "/graphql" }),
  );
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`,
    completed: () => completed,
    async [Symbol.asyncDispose]() {
      await server.dispose();
      await upstream.dispose();
      http.close();
    },
  };
}
