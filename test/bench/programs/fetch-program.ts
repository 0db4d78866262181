import { serveCalls } from "./program.ts";

/** The floor of the sync: it fetches and parses the same pages, one after the other, and discards them. */

const PAGE_SIZE = 100;

type Credentials = { readonly clientId: string; readonly clientSecret: string };
type Page = { readonly metadata: { readonly total_elements: number }; readonly data: readonly unknown[] };

const calls = {
  async fetchEverybody({ url, credentials }: { url: string; credentials: Credentials }) {
    const token = await signIn(url, credentials);
    const startedAt = performance.now();
    let employees = 0;
    for (let total = 1; employees < total; ) {
      const response = await fetch(`${url}/v1/company/employees?limit=${PAGE_SIZE}&offset=${employees}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const page = (await response.json()) as Page;
      if (page.data.length === 0) throw new Error(`${employees} of ${total} employees arrived`);
      total = page.metadata.total_elements;
      employees += page.data.length;
    }
    return { employees, seconds: (performance.now() - startedAt) / 1_000 };
  },
};

export type FetchProgram = typeof calls;

async function signIn(url: string, { clientId, clientSecret }: Credentials): Promise<string> {
  const response = await fetch(`${url}/v1/auth`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_id: clientId, client_secret: clientSecret }),
  });
  const { data } = (await response.json()) as { data: { token: string } };
  return data.token;
}

serveCalls(calls, async () => undefined);
