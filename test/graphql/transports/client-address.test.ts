import { once } from "node:events";
import { request } from "node:http";
import { expect, test } from "vitest";
import { startStubServer } from "../support/start-stub-server.ts";

/** The address that the server counts for a delivery with this header. */
async function senderOf(trustProxy: readonly string[], forwardedFor: string): Promise<string> {
  let sender = "";
  await using server = await startStubServer({
    reach: { trustProxy },
    routes: {
      receiveWebhook: async (delivery) => {
        sender = delivery.sender;
        return 202;
      },
    },
  });
  const headers = {
    "x-forwarded-for": forwardedFor,
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "https",
  };
  await fetch(`${server.url}/hooks/personio/x`, { method: "POST", headers });
  return sender;
}

test.each([
  ["without a trusted proxy", [], "203.0.113.7", "127.0.0.1"],
  ["with another trusted proxy", ["10.0.0.0/8"], "203.0.113.7", "127.0.0.1"],
  ["with a trusted proxy", ["loopback"], "203.0.113.7", "203.0.113.7"],
  ["with a range of trusted proxies", ["127.0.0.0/8"], "203.0.113.7", "203.0.113.7"],
  [
    "behind a trusted proxy, for a client that invents an address",
    ["loopback"],
    "1.1.1.1, 203.0.113.7",
    "203.0.113.7",
  ],
  ["behind two trusted proxies", ["loopback", "10.0.0.0/8"], "203.0.113.7, 10.0.0.3", "203.0.113.7"],
])("the address of a client is right %s", async (_what, trustProxy, forwardedFor, expected) => {
  expect(await senderOf(trustProxy, forwardedFor)).toBe(expected);
});

test("D21: a trusted proxy that forwards a host changes nothing: only `Host` counts", async () => {
  await using server = await startStubServer({ reach: { trustProxy: ["loopback"] } });
  const statusOf = async (host: string, forwardedHost: string): Promise<number | undefined> => {
    const headers = { host, "x-forwarded-host": forwardedHost };
    const [response] = await once(request(`${server.url}/ready`, { headers }).end(), "response");
    response.resume();
    return response.statusCode;
  };

  expect(await statusOf("localhost", "evil.example")).toBe(200);
  expect(await statusOf("evil.example", "localhost")).toBe(421);
});
