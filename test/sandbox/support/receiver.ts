import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export type Delivered = {
  readonly headers: IncomingHttpHeaders;
  readonly method: string;
  readonly body: {
    company_id: string;
    event_name: string;
    occurred_at: string;
    payload: { person?: { id: string }; employment?: { id: string } };
    meta: object;
  };
};

export type Receiver = AsyncDisposable & {
  readonly url: string;
  readonly delivered: Delivered[];
  /** Event names in the order of arrival. */
  names(): string[];
  /** Sets the status of further responses; "silence" never responds. */
  answerWith(status: number | "silence", headers?: Record<string, string>): void;
};

/** A receiver of webhooks on this machine. */
export async function startReceiver(): Promise<Receiver> {
  const delivered: Delivered[] = [];
  let answer: { status: number | "silence"; headers: Record<string, string> } = { status: 202, headers: {} };
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request)) as Delivered["body"];
    delivered.push({ headers: request.headers, method: request.method ?? "", body });
    if (answer.status !== "silence") response.writeHead(answer.status, answer.headers).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    delivered,
    names: () => delivered.map(({ body }) => body.event_name),
    answerWith(status, headers = {}) {
      answer = { status, headers };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
