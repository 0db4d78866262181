import type { IdpAdmin } from "../sandbox/admin.ts";
import type { Client } from "./client.ts";

type Options = {
  readonly idp: IdpAdmin;
  /** Base URL of the service for SCIM. */
  readonly url: string;
  readonly say: (line: string) => void;
};

/**
 * Connects the sandbox's identity provider to the service, and lets it decide about titles. It shows one
 * person with both values, before and after the change of the order. Then it hides a field.
 */
export async function connectIdentityProvider(graph: Client, { idp, url, say }: Options): Promise<void> {
  say("createScimToken: the identity provider begins to provision …");
  await idp.connect({ url, token: await renewToken(graph) });
  await idp.settle();
  const { vendor, provisionedUsers, failures } = await idp.status();
  say(
    `The identity provider (${vendor}) has provisioned ${provisionedUsers} users, ${failures.length} failed`,
  );

  // The last demo may have left the other order.
  await letDecide(graph, ["PERSONIO", "IDP"]);
  const before = await findPerson(graph);
  if (before) say(`Personio decides about titles: ${before}`);
  say("setPeopleField: the identity provider decides about titles, for everyone …");
  const changed = await letDecide(graph, ["IDP", "PERSONIO"]);
  const after = await findPerson(graph);
  if (after) say(`${changed} people changed, each with an event PERSON_CHANGED. Now: ${after}`);
  await hideCostCenters(graph, say);
}

/** Hides a field, and waits until its stored values are gone. */
async function hideCostCenters(graph: Client, say: Options["say"]): Promise<void> {
  const setVisible = (visible: boolean) =>
    graph.request(
      `mutation ($visible: Boolean) { setPeopleField(name: "costCenter", visible: $visible) { name } }`,
      { visible },
    );
  const countIn = ({ people }: CostCentersAnswer) =>
    people.nodes.filter(({ costCenter }) => costCenter !== null).length;
  // The last demo has hidden them. Shown again, the next run fills them.
  await setVisible(true);
  const before = await graph.poll<CostCentersAnswer>(COST_CENTERS, (answer) => countIn(answer) > 0);
  say("setPeopleField: the company hides cost centers …");
  await setVisible(false);
  const after = await graph.poll<CostCentersAnswer>(COST_CENTERS, (answer) => countIn(answer) === 0);
  say(
    `Of the first ${after.people.nodes.length} people ${countIn(before)} had a cost center. Now none has one: the stored ` +
      "values are deleted, and PERSON_CHANGED names the field",
  );
}

const COST_CENTERS = "{ people(first: 100) { nodes { costCenter } } }";
type CostCentersAnswer = { people: { nodes: { costCenter: string | null }[] } };

/** Sets the order of sources of titles, and waits for the run. @returns how many people changed. */
async function letDecide(graph: Client, sources: readonly string[]): Promise<number> {
  const { peopleFields } = await graph.request<FieldsAnswer>("{ peopleFields { name sources } }");
  const current = peopleFields.find(({ name }) => name === "position");
  if (current?.sources.join() === sources.join()) return 0;
  const latest = async () => (await graph.request<RunsAnswer>(RUNS)).syncRuns.edges[0]?.node;
  const former = await latest();
  await graph.request(
    `mutation ($sources: [FieldSource!]) { setPeopleField(name: "position", sources: $sources) { sources } }`,
    { sources },
  );
  const { syncRuns } = await graph.poll<RunsAnswer>(RUNS, ({ syncRuns: { edges } }) => {
    const run = edges[0]?.node;
    return run !== undefined && run.id !== former?.id && run.finishedAt !== null;
  });
  return syncRuns.edges[0]?.node.changed ?? 0;
}

/** The token of the last demo is unknown, and a company has at most two. */
async function renewToken(graph: Client): Promise<string> {
  const { scimTokens } = await graph.request<{ scimTokens: { id: string }[] }>("{ scimTokens { id } }");
  for (const { id } of scimTokens)
    await graph.request("mutation ($id: ID!) { revokeScimToken(id: $id) }", { id });
  const { createScimToken } = await graph.request<{ createScimToken: { token: string } }>(
    "mutation { createScimToken { token } }",
  );
  return createScimToken.token;
}

/** A person about whose title both sources differ, with both; undefined if there is none. */
async function findPerson(graph: Client): Promise<string | undefined> {
  const { people } = await graph.request<PeopleAnswer>(PEOPLE);
  for (const { node } of people.edges) {
    const { displayName, position, department, fieldSources } = node;
    const sourceOf = (name: string) => fieldSources.find(({ field }) => field === name);
    const title = sourceOf("position");
    if (typeof title?.other === "string" && title.other !== "" && department)
      return (
        `${displayName} is ${position} (${title.source}; the other source: ${title.other}) ` +
        `in ${department.name} (${sourceOf("department")?.source})`
      );
  }
  return undefined;
}

const PEOPLE = `{ people(first: 100) { edges { node {
  displayName position department { name } fieldSources { field source other }
} } } }`;
type PeopleAnswer = {
  people: {
    edges: {
      node: {
        displayName: string;
        position: string | null;
        department: { name: string } | null;
        fieldSources: { field: string; source: string; other: unknown }[];
      };
    }[];
  };
};

type FieldsAnswer = { peopleFields: { name: string; sources: string[] }[] };

const RUNS = "{ syncRuns(first: 1) { edges { node { id finishedAt changed } } } }";
type RunsAnswer = {
  syncRuns: { edges: { node: { id: string; finishedAt: string | null; changed: number } }[] };
};
