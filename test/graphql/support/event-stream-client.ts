import { type Client, createClient, type RequestParams } from "graphql-sse";
import type { GraphQLBody } from "./start-stub-server.ts";

/** graphql-sse's client, as other teams use it, with a connection for each operation. */
export const createEventStreamClient = (url: string, headers: Record<string, string> = {}): Client =>
  createClient({ url: `${url}/graphql`, headers, retryAttempts: 0 });

/** All answers to one operation, until the server completes it. */
export async function sendOverEventStream(url: string, request: RequestParams): Promise<GraphQLBody[]> {
  const client = createEventStreamClient(url);
  const answers: GraphQLBody[] = [];
  for await (const answer of client.iterate(request)) answers.push(JSON.parse(JSON.stringify(answer)));
  client.dispose();
  return answers;
}
