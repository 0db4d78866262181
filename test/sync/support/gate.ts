import { type SmallServer, startSmallServer } from "../../personio/small-server.ts";

export type Gate = Pick<SmallServer, "url"> &
  AsyncDisposable & {
    /** Holds back the next page of people. Resolves when the run has requested it. */
    close(): Promise<void>;
    open(): void;
  };

/** A page that a run reads. A check of the credential reads one person, and passes. */
const PAGE = /^\/v1\/company\/employees\?(?!limit=1&)/;

/** A proxy to Personio on which a test can hold back a page. */
export async function openGate(target: () => string): Promise<Gate> {
  let requested = Promise.withResolvers<void>();
  let passage: PromiseWithResolvers<void> | undefined;
  const server = await startSmallServer(async ({ method, url, headers, body }, response) => {
    if (PAGE.test(url) && passage) {
      requested.resolve();
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
    // Version 2 links to the next page.
    response.end((await answer.text()).replaceAll(target(), server.url));
  });
  return {
    url: server.url,
    close() {
      requested = Promise.withResolvers();
      passage = Promise.withResolvers();
      return requested.promise;
    },
    open() {
      passage?.resolve();
      passage = undefined;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
