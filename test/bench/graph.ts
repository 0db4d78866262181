import { setTimeout as sleep } from "node:timers/promises";

/** A client of the service over HTTP, like any other. */
export type Graph = {
  readonly url: string;
  /** The data of the response; rejects on errors. */
  ask<Data>(query: string, variables?: object): Promise<Data>;
  /** Repeats the query until `wanted` accepts the data. */
  askUntil<Data>(query: string, wanted: (data: Data) => boolean): Promise<Data>;
};

/** Rare enough not to disturb the measurement, and often enough not to lengthen it: a short run takes 2 s. */
const POLL_MS = 100;

export function createGraph(url: string, token?: string): Graph {
  const ask = async <Data>(query: string, variables: object = {}): Promise<Data> => {
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
    url,
    ask,
    async askUntil<Data>(query: string, wanted: (data: Data) => boolean) {
      for (;;) {
        const data = await ask<Data>(query);
        if (wanted(data)) return data;
        await sleep(POLL_MS);
      }
    },
  };
}
