import { randomUUID } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

type Json = Record<string, unknown>;
type Operation = { op: string; path?: string; value?: unknown };

export type Recorded = {
  readonly method: string;
  /** Path and query, decoded, below the base URL. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Json;
};

export type ScimRecorder = AsyncDisposable & {
  readonly url: string;
  readonly recorded: Recorded[];
  /** The users or groups that it holds, by their ids. */
  readonly resources: Map<string, Json>;
  /** The requests of this method, in the order of arrival. */
  requests(method: string): Recorded[];
  /** Answers further requests with a status, until it returns undefined. */
  answerWith(
    decide: (request: Recorded) => { status: number; headers?: Record<string, string> } | undefined,
  ): void;
  /** Forgets the requests. */
  clear(): void;
};

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const BASE = "/scim/v2";

/** A service that stores what it is sent, so that a provider that compares finds its own values again. */
export async function startScimRecorder(): Promise<ScimRecorder> {
  const recorded: Recorded[] = [];
  const resources = new Map<string, Json>();
  let decide: Parameters<ScimRecorder["answerWith"]>[0] = () => undefined;
  const server = createServer(async (request, response) => {
    const body = (await text(request)) || "{}";
    const path = decodeURIComponent((request.url ?? "").slice(BASE.length));
    const { method = "", headers } = request;
    const one = { method, path, headers, body: JSON.parse(body) as Json };
    recorded.push(one);
    const decided = decide(one);
    const answer = decided ? { ...decided, body: {} } : answerTo(one, resources);
    response.writeHead(answer.status, { "content-type": "application/scim+json", ...decided?.headers });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${BASE}`,
    recorded,
    resources,
    requests: (method) => recorded.filter((one) => one.method === method),
    answerWith(decision) {
      decide = decision;
    },
    clear: () => void recorded.splice(0),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answerTo({ method, path, body }: Recorded, resources: Map<string, Json>) {
  const id = /^\/\w+\/([\w-]+)/.exec(path)?.[1] ?? "";
  const stored = resources.get(id);
  if (method === "POST") {
    const made = { ...body, id: randomUUID(), kind: path };
    resources.set(made.id, made);
    return { status: 201, body: made };
  }
  if (id === "") return { status: 200, body: listOf(path, [...resources.values()]) };
  if (!stored) return { status: 404, body: {} };
  if (method === "DELETE") resources.delete(id);
  if (method === "PUT") resources.set(id, { ...body, id, kind: stored.kind });
  if (method === "PATCH") for (const one of body.Operations as Operation[]) applyTo(stored, one);
  return { status: 200, body: resources.get(id) };
}

function listOf(path: string, all: Json[]): Json {
  const [, attribute = "", value = ""] = /filter=(\w+) eq "([^"]*)"/.exec(path) ?? [];
  const kind = path.replace(/\?.*/, "");
  const Resources = all.filter((one) => one.kind === kind && (attribute === "" || one[attribute] === value));
  return { totalResults: Resources.length, startIndex: 1, itemsPerPage: Resources.length, Resources };
}

function applyTo(resource: Json, { op, path, value }: Operation): void {
  const isRemove = op.toLowerCase() === "remove";
  if (path === undefined) {
    for (const [key, one] of Object.entries(value as Json)) applyTo(resource, { op, path: key, value: one });
  } else if (path.startsWith("members")) return;
  else if (path.startsWith("emails")) resource.emails = isRemove ? [] : [{ type: "work", value }];
  else if (path === "active") resource.active = value === true || value === "True";
  else {
    const full = path === "manager" ? `${ENTERPRISE}:manager` : path;
    const [parent, key = ""] = full.startsWith(ENTERPRISE)
      ? [ENTERPRISE, full.slice(ENTERPRISE.length + 1)]
      : full.includes(".")
        ? full.split(".")
        : ["", full];
    const holder = parent ? { ...(resource[parent] as Json | undefined) } : resource;
    if (parent) resource[parent] = holder;
    if (isRemove) delete holder[key];
    else holder[key] = key === "manager" ? { value: Array.isArray(value) ? value[0].value : value } : value;
  }
}
