import type { Sandbox, SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import { type SandboxClient, signedInTo, startSignedIn } from "./start.ts";

export type JsonObject = Record<string, unknown>;
export type List = {
  _data: JsonObject[];
  _meta: { links: { self: { href: string }; next?: { href: string } } };
};
export type PersonJson = JsonObject & { id: string; custom_attributes: JsonObject[] };
/** The parts of an error's body that the tests check. */
export type Problem = { errors: { title: string; detail: string; type: string; _meta?: unknown }[] };

export type SandboxClientV2 = SandboxClient & {
  read<Body = JsonObject>(path: string): Promise<Body>;
  /** Follows `next` from a path to the last page. */
  readAll(path: string): Promise<JsonObject[]>;
  person(id: string): Promise<PersonJson>;
  employment(id: string): Promise<JsonObject>;
  send(method: string, path: string, body?: unknown): Promise<Response>;
};

export const PERSONS = "/v2/persons";

/** A sandbox without rate limits, and a client with a token of version 2. */
export const startV2 = async (options: Partial<SandboxOptions> = {}): Promise<SandboxClientV2> =>
  addVersion2(await startSignedIn(options));

/** The same for a sandbox that runs. */
export const connectToV2 = async (sandbox: Sandbox): Promise<SandboxClientV2> =>
  addVersion2(await signedInTo(sandbox));

async function addVersion2(client: SandboxClient): Promise<SandboxClientV2> {
  let token = await signInV2(client);
  const sendOnce = (method: string, path: string, body?: unknown) =>
    fetch(new URL(path, client.url), {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      redirect: "manual",
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  /** Signs in again after a 401: tokens live for a day, and tests let days pass. */
  const send: SandboxClientV2["send"] = async (method, path, body) => {
    const response = await sendOnce(method, path, body);
    if (response.status !== 401) return response;
    token = await signInV2(client);
    return sendOnce(method, path, body);
  };
  const read = async <Body>(path: string) => (await (await send("GET", path)).json()) as Body;
  return {
    ...client,
    token,
    send,
    read,
    async readAll(path) {
      const records: JsonObject[] = [];
      for (let next: string | undefined = path; next; ) {
        const page: List = await read(next);
        records.push(...page._data);
        next = page._meta.links.next?.href;
      }
      return records;
    },
    person: (id) => read(`${PERSONS}/${id}`),
    async employment(id) {
      const { _data } = await read<List>(`${PERSONS}/${id}/employments`);
      if (!_data[0]) throw new Error(`Person ${id} has no employment.`);
      return _data[0];
    },
  };
}

export async function signInV2(sandbox: Pick<Sandbox, "url" | "credentials">): Promise<string> {
  const answer = (await (await requestToken(sandbox)).json()) as { access_token: string };
  return answer.access_token;
}

export const postForm = (url: string, fields: Record<string, string>): Promise<Response> =>
  fetch(url, { method: "POST", body: new URLSearchParams(fields) });

/** `POST /v2/auth/token`, with some fields changed. */
export const requestToken = (
  { url, credentials }: Pick<Sandbox, "url" | "credentials">,
  fields: Record<string, string> = {},
): Promise<Response> =>
  postForm(`${url}/v2/auth/token`, {
    grant_type: "client_credentials",
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret,
    ...fields,
  });
