import { type Client, createClient, type SubscribePayload } from "graphql-ws";
import { WebSocket } from "ws";
import type { GraphQLBody } from "./start-stub-server.ts";

/** graphql-ws's client, as other teams use it, with one lazily opened socket. */
export const createSocketClient = (url: string, headers: Record<string, string> = {}): Client =>
  createClient({
    url: `${url.replace("http", "ws")}/graphql`,
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string) {
        super(address, protocols, { headers });
      }
    },
    retryAttempts: 0,
  });

/**
 * All answers to one operation, until the server completes it. Refused operations have one answer with
 * errors.
 */
export async function sendOverSocket(
  url: string,
  payload: SubscribePayload,
  { headers = {} }: { headers?: Record<string, string> } = {},
): Promise<GraphQLBody[]> {
  const client = createSocketClient(url, headers);
  const answers: GraphQLBody[] = [];
  try {
    for await (const answer of client.iterate(payload)) answers.push(JSON.parse(JSON.stringify(answer)));
  } catch (errors) {
    if (!Array.isArray(errors)) throw errors;
    answers.push({ errors });
  } finally {
    await client.dispose();
  }
  return answers;
}

/** A socket without a client, for tests of invalid messages. */
export async function openSocket(
  url: string,
  options: { origin?: string; protocol?: string } = {},
): Promise<WebSocket> {
  const { origin, protocol = "graphql-transport-ws" } = options;
  const socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, protocol, origin ? { origin } : {});
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  return socket;
}

export const closed = (socket: WebSocket): Promise<{ code: number; reason: string }> =>
  new Promise((resolve) => socket.once("close", (code, reason) => resolve({ code, reason: String(reason) })));
