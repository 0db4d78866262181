import { type Sandbox, type SandboxOptions, startSandbox } from "../../../src/sandbox/sandbox.ts";

/** A Monday in winter, so that no test depends on the day it runs. */
export const MONDAY = new Date("2026-11-23T09:00:00Z");

/** Value and description of one attribute, as in the response. */
export type Envelope = { label: string; value: unknown; type: string; universal_id: string | null };
export type EmployeeJson = { type: string; attributes: Record<string, Envelope> };
export type Page = {
  success: boolean;
  metadata: { total_elements: number; current_page: number; total_pages: number };
  offset: number;
  limit: number;
  data: EmployeeJson[];
};

export type SandboxClient = Sandbox & {
  token: string;
  get(path: string, token?: string): Promise<Response>;
  page(query?: string): Promise<Page>;
  /** One person's values by key; undefined for a key that is not there. */
  values(id: string): Promise<Record<string, unknown>>;
  listEmployees(query?: string): Promise<Record<string, unknown>[]>;
};

export const DEFAULTS = { people: 250, seed: 1, requestsPerMinute: null, now: MONDAY } as const;

/** A sandbox without rate limits, and a client with a token. */
export const startSignedIn = async (options: Partial<SandboxOptions> = {}): Promise<SandboxClient> =>
  signedInTo(await startSandbox({ ...DEFAULTS, ...options }));

export async function signedInTo(sandbox: Sandbox): Promise<SandboxClient> {
  const token = await signIn(sandbox);
  const get = (path: string, bearer = token) =>
    fetch(sandbox.url + path, { headers: { authorization: `Bearer ${bearer}` }, redirect: "manual" });
  const page = async (query = ""): Promise<Page> =>
    (await get(`/v1/company/employees?${query}`)).json() as never;
  return {
    ...sandbox,
    token,
    get,
    page,
    async values(id) {
      const answer = (await (await get(`/v1/company/employees/${id}`)).json()) as { data: EmployeeJson };
      return valuesOf(answer.data);
    },
    async listEmployees(query = "") {
      const people: Record<string, unknown>[] = [];
      for (let total = 1; people.length < total; ) {
        const { data, metadata } = await page(`limit=100&offset=${people.length}&${query}`);
        people.push(...data.map(valuesOf));
        total = metadata.total_elements;
      }
      return people;
    },
  };
}

export async function signIn({ url, credentials }: Pick<Sandbox, "url" | "credentials">): Promise<string> {
  const response = await authenticate(url, credentials);
  const answer = (await response.json()) as { data: { token: string } };
  return answer.data.token;
}

export const authenticate = (
  url: string,
  { clientId, clientSecret }: Sandbox["credentials"],
): Promise<Response> =>
  fetch(`${url}/v1/auth`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_id: clientId, client_secret: clientSecret }),
  });

export const valuesOf = ({ attributes }: EmployeeJson): Record<string, unknown> =>
  Object.fromEntries(Object.entries(attributes).map(([key, { value }]) => [key, value]));

/** The id inside a supervisor's value. */
export const supervisorIdOf = (value: unknown): string | null =>
  value ? String((value as EmployeeJson).attributes.id?.value) : null;

/** The name inside a department's, team's, office's or legal entity's value. */
export const nameOf = (value: unknown): string | null =>
  value ? (value as { attributes: { name: string } }).attributes.name : null;
