import { pick } from "./random-operations.ts";
import type { Headers } from "./two-companies.ts";

type Random = () => number;

/** A request to an address other than that of the graph. */
export type RouteRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers?: Headers;
  readonly body?: object;
};

/** Ids and other texts of a company. */
export type RouteValues = {
  readonly userIds: readonly string[];
  readonly groupIds: readonly string[];
  readonly words: readonly string[];
};

const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const SCIM_TYPE = { "content-type": "application/scim+json" };
const FILTERED = ["userName", "externalId", "emails.value", "id", 'emails[type eq "work"].value'];
const OPERATORS = ["eq", "co", "sw", "ne", "gt"];

/**
 * What the identity provider of one company may send: it reads with values of both companies, and changes
 * only what the other one has.
 */
export function scimRequest(both: RouteValues, foreign: RouteValues, random: Random): RouteRequest {
  const one = <Item>(items: readonly Item[]): Item => pick(items, random);
  const filter = `${one(FILTERED)} ${one(OPERATORS)} ${JSON.stringify(one([...both.words, ...both.userIds]))}`;
  const member = `members.value eq ${JSON.stringify(one(both.userIds))}`;
  const operations = [{ op: "replace", value: { displayName: "Changed", active: false } }];
  const patch = {
    method: "PATCH",
    headers: SCIM_TYPE,
    body: { schemas: [PATCH_OP], Operations: operations },
  };
  const user = { userName: one(foreign.words), emails: [{ type: "work", value: one(both.words) }] };
  const members = [{ op: "add", path: "members", value: [{ value: one(foreign.userIds) }] }];
  const get = (path: string): RouteRequest => ({ method: "GET", path });
  return one<RouteRequest>([
    get(`/Users?filter=${encodeURIComponent(filter)}`),
    get(`/Groups?filter=${encodeURIComponent(member)}`),
    get(`/Users/${one(both.userIds)}`),
    get(`/Groups/${one(both.groupIds)}`),
    get(`/Users?startIndex=${one([1, 2, 5])}&count=${one([0, 2, 200])}`),
    get(one(["/Groups", "/Schemas", "/ResourceTypes", "/ServiceProviderConfig", "/Bulk", "/Me"])),
    { ...patch, path: `/Users/${one(foreign.userIds)}` },
    { ...patch, path: `/Groups/${one(foreign.groupIds)}` },
    { ...patch, path: `/Groups/${one(both.groupIds)}`, body: { ...patch.body, Operations: members } },
    { method: "PUT", path: `/Users/${one(foreign.userIds)}`, headers: SCIM_TYPE, body: user },
    { method: "DELETE", path: one([`/Users/${one(foreign.userIds)}`, `/Groups/${one(foreign.groupIds)}`]) },
    { method: "POST", path: "/Users", headers: SCIM_TYPE, body: user },
  ]);
}

/** What a stranger may send: to the console, its sign-in, webhooks, probes, and addresses without a route. */
export function strangersRequest(values: RouteValues, random: Random): RouteRequest {
  const word = encodeURIComponent(pick([...values.words, ...values.userIds], random));
  const get = (path: string): RouteRequest => ({ method: "GET", path });
  const json = { "content-type": "application/json" };
  return pick(
    [
      get(`/console/sign-in?return_to=${word}`),
      get(`/console/signed-in?code=${word}&state=${word}`),
      get(`/console/people/${word}`),
      { method: "POST", path: "/console/sign-out", headers: { cookie: `__Host-people_session=${word}` } },
      { method: "POST", path: `/hooks/personio/${word}`, headers: json, body: { id: word } },
      get(`/scim/v2/Users/${word}`),
      {
        method: "POST",
        path: "/graphql",
        headers: json,
        body: { query: `{ person(id: "${word}") { id } }` },
      },
      { method: "OPTIONS", path: "/graphql", headers: { origin: "https://elsewhere.example" } },
      { method: "HEAD", path: `/graphql?query={me{subject}}` },
      get(pick(["/health", "/ready", "/", "/console/", `/${word}`, "/metrics", "/graphql"], random)),
    ],
    random,
  );
}

/** Everything that the client receives. */
export async function sendToRoute(
  url: string,
  { method, path, headers, body }: RouteRequest,
  credential: Headers,
): Promise<string> {
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: "manual",
    headers: { ...headers, ...credential },
    ...(body && { body: JSON.stringify(body) }),
  });
  return `${response.status} ${JSON.stringify([...response.headers])}\n${await response.text()}`;
}
