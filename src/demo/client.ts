import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 200;

/** The public graph, as a program of the company uses it. */
export type Client = {
  request<Data>(query: string, variables?: object): Promise<Data>;
  /** Repeats the query until `wanted` accepts the answer. */
  poll<Data>(query: string, wanted: (data: Data) => boolean): Promise<Data>;
};

/** The user pressed Ctrl-C before the sync was done. */
export class Stopped extends Error {}

type ClientOptions = { readonly isStopping: () => boolean; readonly token?: string };

export function createClient(url: string, { isStopping, token }: ClientOptions): Client {
  const request = async <Data>(query: string, variables: object = {}): Promise<Data> => {
    if (isStopping()) throw new Stopped();
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data: Data; errors?: { message: string }[] };
    if (errors) throw new Error(errors.map(({ message }) => message).join("\n"));
    return data;
  };
  return {
    request,
    async poll(query, wanted) {
      for (;;) {
        const data = await request<Parameters<typeof wanted>[0]>(query);
        if (wanted(data)) return data;
        await sleep(POLL_MS);
      }
    },
  };
}
