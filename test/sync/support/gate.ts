import { type SmallServer, startSmallServer } from "../../personio/small-server.ts";

export type Gate = Pick<SmallServer, "url"> &
  AsyncDisposable & {
    /** Holds the next page of people back. Resolves when it has been asked for. */
    close(): Promise<void>;
    open(): void;
  };

/** A page that a run reads. Whether a pair works at all is tried with one person. */
const PAGE = /^\/v1\/company\/employees\?(?!limit=1&)/;

/** A way to a Personio on which a test can hold a page back until something else has happened. */
export async function openGate(target: () => string): Promise<Gate> {
  let asked = Promise.withResolvers<void>();
  let passage: PromiseWithResolvers<void> | undefined;
  const server = await startSmallServer(async ({ method, url, headers, body }, response) => {
    if (PAGE.test(url) && passage) {
      asked.resolve();
      await passage.promise;
    }
    const { authorization = "", "content-type": type = "application/json" } = headers;
    const answer = await fetch(`${target()}${url}`, {
      method,
      headers: { ...(authorization && { authorization }), "content-type": type },
      ...(body && { body }),
    });
    response.writeHead(answer.status, {
      "content-type": answer.headers.get("content-type") ?? "application/json",
    });
    response.end(await answer.text());
  });
  return {
    url: server.url,
    close() {
      asked = Promise.withResolvers();
      passage = Promise.withResolvers();
      return asked.promise;
    },
    open() {
      passage?.resolve();
      passage = undefined;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
