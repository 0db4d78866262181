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
    ["with a comment", { query: `${SUBSCRIPTION} #${LONG}`, variables }],
    [
      "with characters of several bytes",
      { query: `${SUBSCRIPTION} #${"漢".repeat(LONG.length / 3)}`, variables },
    ],
  ])(
    "a longer subscription %s is refused over a socket and over an event stream",
    async (_what, operation) => {
      for (const send of [sendOverSocket, sendOverEventStream]) {
        const [answer] = await send(server.url, operation);
        expect(codesOf(answer ?? {})).toEqual(["PAYLOAD_TOO_LARGE"]);
      }
    },
  );

  test("unused extensions count on a socket, which keeps the whole message", async () => {
    const [answer] = await sendOverSocket(server.url, {
      query: SUBSCRIPTION,
      variables,
      extensions: { LONG },
    });

    expect(codesOf(answer ?? {})).toEqual(["PAYLOAD_TOO_LARGE"]);
  });

  test("unused extensions do not count on an event stream, which keeps none of the request", async () => {
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
