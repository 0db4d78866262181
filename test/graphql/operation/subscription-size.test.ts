import { afterAll, describe, expect, test } from "vitest";
import { SUBSCRIPTION_BYTES_MAX } from "../../../src/graphql/operation/check-subscription-size.ts";
import { sendOverEventStream } from "../support/event-stream-client.ts";
import { sendOverSocket } from "../support/socket-client.ts";
import { codesOf, startStubServer } from "../support/start-stub-server.ts";

const server = await startStubServer();
afterAll(() => server[Symbol.asyncDispose]());

const SUBSCRIPTION = "subscription ($to: Int!) { count(to: $to) }";
const LONG = "x".repeat(SUBSCRIPTION_BYTES_MAX);
const variables = { to: 1 };

describe("H2: a subscription keeps at most 64 KiB of its message in memory", () => {
  test.each([
    ["a comment in its text", { query: `${SUBSCRIPTION} #${LONG}`, variables }],
    ["characters of several bytes", { query: `${SUBSCRIPTION} #${"漢".repeat(LONG.length / 3)}`, variables }],
  ])("%s that is longer is refused over a socket and an event stream", async (_what, operation) => {
    for (const send of [sendOverSocket, sendOverEventStream]) {
      const [answer] = await send(server.url, operation);
      expect(codesOf(answer ?? {})).toEqual(["PAYLOAD_TOO_LARGE"]);
    }
  });

  test("what the operation does not use counts on a socket, which keeps the whole message", async () => {
    const [answer] = await sendOverSocket(server.url, {
      query: SUBSCRIPTION,
      variables,
      extensions: { LONG },
    });

    expect(codesOf(answer ?? {})).toEqual(["PAYLOAD_TOO_LARGE"]);
  });

  test("an event stream keeps nothing of it", async () => {
    const answers = await sendOverEventStream(server.url, {
      query: SUBSCRIPTION,
      variables,
      extensions: { LONG },
    });

    expect(answers).toEqual([{ data: { count: 1 } }]);
  });

  test("a query may be longer", async () => {
    expect(await sendOverSocket(server.url, { query: `{ echo } #${LONG}` })).toEqual([
      { data: { echo: "nothing" } },
    ]);
  });
});
