import { afterAll, beforeAll, beforeEach } from "vitest";
import { startTestApp, type TestApp, type TestAppOptions } from "../support/test-app.ts";

export const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
export const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
export const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
export const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
export const LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
export const ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";

export type Resource = { readonly id: string; readonly [attribute: string]: unknown };
export type ScimResponse = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Resource & { readonly Resources?: Resource[]; readonly totalResults?: number };
};

export type Scim = {
  readonly service: TestApp;
  readonly token: string;
  /** A body is sent as JSON; a text is sent as it is. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ScimResponse>;
  /** Users by the filter. */
  find(filter: string, endpoint?: "Users" | "Groups"): Promise<ScimResponse>;
  createUser(user: Record<string, unknown>): Promise<Resource>;
  createGroup(group: Record<string, unknown>): Promise<Resource>;
  /** A PATCH with these operations. */
  patch(path: string, ...operations: object[]): Promise<ScimResponse>;
};

export const createToken = async (service: TestApp): Promise<string> => {
  const mutation = "mutation { createScimToken { token } }";
  return (await service.get<{ createScimToken: { token: string } }>(mutation)).createScimToken.token;
};

/** Sends requests as an identity provider with this token does. */
export function createSend(url: string, token: string): Scim["send"] {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}/scim/v2${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { "content-type": "application/scim+json; charset=utf-8" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== "" ? JSON.parse(text) : {},
    };
  };
}

/** One app for the file, with an empty identity provider before each test. */
export function useScim(options: TestAppOptions = {}): () => Scim {
  let scim: Scim;
  beforeAll(async () => {
    const service = await startTestApp({ sandbox: { people: 10 }, ...options });
    const token = await createToken(service);
    const send = createSend(service.app.url, token);
    const create = async (path: string, body: object): Promise<Resource> => {
      const { status, text, body: created } = await send("POST", path, body);
      if (status !== 201) throw new Error(text);
      return created;
    };
    scim = {
      service,
      token,
      send,
      find: (filter, endpoint = "Users") => send("GET", `/${endpoint}?filter=${encodeURIComponent(filter)}`),
      createUser: (user) => create("/Users", { schemas: [USER], ...user }),
      createGroup: (group) => create("/Groups", { schemas: [GROUP], ...group }),
      patch: (path, ...operations) => send("PATCH", path, { schemas: [PATCH_OP], Operations: operations }),
    };
  });
  beforeEach(() =>
    scim.service.app.database.dataSource.query("delete from idp_groups; delete from idp_users"),
  );
  afterAll(() => scim.service[Symbol.asyncDispose]());
  return () => scim;
}
