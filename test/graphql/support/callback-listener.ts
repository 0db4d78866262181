import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type CallbackListener = AsyncDisposable & {
  readonly url: string;
  /** How many requests it has received. */
  called(): number;
};

/** Listens at an address that an operation names for callbacks. */
export async function startCallbackListener(): Promise<CallbackListener> {
  let called = 0;
  const listener = createServer((_request, response) => {
    called += 1;
    response.end();
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/callback`,
    called: () => called,
    async [Symbol.asyncDispose]() {
      listener.close();
    },
  };
}
