import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { pino } from "pino";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { ActionableError } from "../../src/errors.ts";
import { COOL_DOWN_MS, createIssuerKeys, REFRESH_MS } from "../../src/identity/issuer/issuer-keys.ts";
import { openRemoteKeySet } from "../../src/identity/issuer/key-set.ts";
import { eventually } from "../support/eventually.ts";
import { identifyWith } from "./support/identify-with.ts";
import { startKeyServer } from "./support/key-server.ts";
import { createTestIssuer } from "./support/test-issuer.ts";

const issuer = await createTestIssuer("one");
const successor = await createTestIssuer("two");
const both = { keys: [issuer.jwk, successor.jwk] };

const server = await startKeyServer();
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  server.publish(issuer.keySet);
});

/** The keys of the server, by a clock that the test sets; each `present` verifies again. */
async function openKeys() {
  const source = openRemoteKeySet(server.url);
  server.fetches = 0;
  const lines: string[] = [];
  let now = 1_000_000;
  const { getKey, renew } = createIssuerKeys({
    load: () => source.load(),
    refreshMs: REFRESH_MS,
    now: () => now,
    log: pino({ level: "debug", base: null }, { write: (line) => lines.push(line) }),
  });
  const { present, reasons } = identifyWith(getKey);
  return {
    present,
    reasons,
    lines,
    renew,
    pass: (ms: number) => {
      now += ms;
    },
    close: () => source[Symbol.asyncDispose](),
  };
}

type Keys = Awaited<ReturnType<typeof openKeys>>;

async function withKeys(use: (keys: Keys) => Promise<void>): Promise<void> {
  const keys = await openKeys();
  try {
    await use(keys);
  } finally {
    await keys.close();
  }
}

/** A new token each time, because a verified one is kept for a minute. */
let serial = 0;
const tokenOf = (by = issuer, header = {}) => {
  serial += 1;
  return by.sign({ jti: String(serial) }, header);
};
/** The key is looked up before the signature is checked, so any signature will do. */
const withKid = (token: string, kid: string): string =>
  [
    Buffer.from(JSON.stringify({ alg: "ES256", kid })).toString("base64url"),
    ...token.split(".").slice(1),
  ].join(".");
const ada = expect.objectContaining({ subject: "ada" });

/** Every answer of the issuer that brings no keys. */
const FAULTS: readonly (readonly [string, (response: ServerResponse) => void])[] = [
  ["closes the connection", (response) => response.destroy()],
  ["answers 500", (response) => response.writeHead(500).end("out of order")],
  ["answers 404 with keys", (response) => response.writeHead(404).end(JSON.stringify(both))],
  ["redirects", (response) => response.writeHead(302, { location: "/other.json" }).end(JSON.stringify(both))],
  ["answers HTML", (response) => response.end("<!doctype html><title>Maintenance</title>")],
  ["answers an empty body", (response) => response.end()],
  ["answers null", (response) => response.end("null")],
  ["answers no keys", (response) => response.end('{"keys":[]}')],
  [
    "answers keys for encryption",
    (response) => response.end(JSON.stringify({ keys: [{ ...successor.jwk, use: "enc" }] })),
  ],
  ["answers keys that are not objects", (response) => response.end('{"keys":["one",2]}')],
  [
    "answers a thousand keys",
    (response) => response.end(JSON.stringify({ keys: Array.from({ length: 1_000 }, () => successor.jwk) })),
  ],
  [
    "answers a shared secret",
    (response) => response.end(JSON.stringify({ keys: [successor.jwk, { kty: "oct", k: "c2VjcmV0" }] })),
  ],
  [
    "answers half a body",
    (response) => {
      response.setHeader("content-length", 10_000);
      response.write(JSON.stringify(both));
      setImmediate(() => response.destroy());
    },
  ],
  [
    "answers 5 MB",
    (response) => response.end(JSON.stringify({ keys: both.keys, padding: "x".repeat(5_000_000) })),
  ],
];

describe("E9: the issuer's keys", () => {
  test("E9: a hundred tokens at once need one fetch", () =>
    withKeys(async ({ present }) => {
      const tokens = await Promise.all(Array.from({ length: 100 }, () => tokenOf()));
      expect(await Promise.all(tokens.map(present))).toEqual(tokens.map(() => ada));
      expect(server.fetches).toBe(1);
    }));

  test("E9: a thousand unknown kids need one fetch in a cool-down, and known keys work meanwhile", () =>
    withKeys(async ({ present, pass, reasons }) => {
      await present(await tokenOf());
      for (const round of [1, 2]) {
        pass(COOL_DOWN_MS);
        const token = await tokenOf();
        const tokens = Array.from({ length: 1_000 }, (_, index) => withKid(token, `guess-${round}-${index}`));
        const answers = await Promise.allSettled(tokens.map(present));
        expect(answers.filter(({ status }) => status === "fulfilled")).toEqual([]);
        await expect(present(await tokenOf())).resolves.toEqual(ada);
        expect(server.fetches).toBe(1 + round);
      }
      expect(new Set(reasons)).toEqual(new Set(["unknown-key"]));
    }));

  test("E9: a new key is accepted after one fetch, and the withdrawn one no longer", () =>
    withKeys(async ({ present, pass }) => {
      await present(await tokenOf());
      server.publish(successor.keySet);
      await expect(present(await tokenOf(successor))).rejects.toThrow(ActionableError);
      pass(COOL_DOWN_MS);
      await expect(present(await tokenOf(successor))).resolves.toEqual(ada);
      expect(server.fetches).toBe(2);
      await expect(present(await tokenOf())).rejects.toThrow(ActionableError);
    }));

  test("E9: old keys are renewed beside the requests, so that a withdrawn key expires without a new one", () =>
    withKeys(async ({ present, pass }) => {
      await present(await tokenOf());
      server.publish(both);
      pass(REFRESH_MS);
      await expect(present(await tokenOf())).resolves.toEqual(ada);
      await eventually(() => server.fetches === 2);
      await expect(present(await tokenOf(successor))).resolves.toEqual(ada);
      expect(server.fetches).toBe(2);
    }));

  test("E9: keys are renewed without requests, so that a withdrawn key is refused after a quiet night", () =>
    withKeys(async ({ present, pass, renew }) => {
      await present(await tokenOf());
      server.publish(successor.keySet);
      pass(REFRESH_MS);
      await renew();
      await expect(present(await tokenOf())).rejects.toThrow(ActionableError);
      expect(server.fetches).toBe(2);
    }));

  test.each(FAULTS)("E9: if the issuer %s, known keys stay valid, with one fetch per cool-down", (_, fail) =>
    withKeys(async ({ present, pass, lines, reasons }) => {
      await present(await tokenOf());
      server.answer = (_, response) => fail(response);
      pass(10 * REFRESH_MS);
      for (let request = 0; request < 20; request += 1)
        await expect(present(await tokenOf())).resolves.toEqual(ada);
      await expect(present(await tokenOf(successor))).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
      expect(reasons).toEqual(["unknown-key"]);
      expect(server.fetches).toBe(2);
      expect(lines.map((line) => JSON.parse(line))).toEqual([
        expect.objectContaining({ msg: "issuer keys could not be loaded", known: true }),
      ]);
      server.publish(both);
      pass(COOL_DOWN_MS);
      await expect(present(await tokenOf(successor))).resolves.toEqual(ada);
    }),
  );

  test.each(FAULTS)("E9: if the issuer %s from the beginning, tokens wait and are not refused", (_, fail) => {
    server.answer = (_, response) => fail(response);
    return withKeys(async ({ present, pass, reasons }) => {
      for (let request = 0; request < 20; request += 1)
        await expect(present(await tokenOf())).rejects.toMatchObject({ code: "UNAVAILABLE" });
      expect(server.fetches).toBe(1);
      expect(reasons).toEqual([]);
      server.publish(issuer.keySet);
      pass(COOL_DOWN_MS);
      await expect(present(await tokenOf())).resolves.toEqual(ada);
    });
  });

  test("E9: a bad token is refused without the issuer, also while no key is known", () => {
    server.answer = (_, response) => response.writeHead(500).end();
    return withKeys(async ({ present, reasons }) => {
      await expect(present("e30.e30.e30")).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
      expect(reasons).toEqual(["malformed"]);
    });
  });

  test("E9: while the issuer is slow, known keys answer at once and unknown ones wait once", () =>
    withKeys(async ({ present, pass }) => {
      await present(await tokenOf());
      const held: ServerResponse[] = [];
      server.answer = (_, response) => held.push(response);
      pass(REFRESH_MS);
      for (let request = 0; request < 20; request += 1)
        await expect(present(await tokenOf())).resolves.toEqual(ada);
      const waiting = await tokenOf(successor).then((token) => [present(token), present(token)]);
      await eventually(() => held.length === 1);
      pass(COOL_DOWN_MS);
      for (let request = 0; request < 20; request += 1)
        await expect(present(await tokenOf())).resolves.toEqual(ada);
      held[0]?.end(JSON.stringify(both));
      expect(await Promise.all(waiting)).toEqual([ada, ada]);
      expect(server.fetches).toBe(2);
    }));

  test("E9: a fetch ends at its deadline, although the issuer sends a byte from time to time", async () => {
    server.answer = (_, response) => {
      const drip = setInterval(() => response.write(" "), 5);
      response.on("close", () => clearInterval(drip));
    };
    const source = openRemoteKeySet(server.url, { deadlineMs: 100 });
    await expect(source.load()).rejects.toThrow("did not arrive in time");
    await source[Symbol.asyncDispose]();
  });

  test("E9: a key set without an end is cut off, however fast it arrives", async () => {
    let sent = 0;
    const chunk = Buffer.alloc(64 * 1024, " ");
    let closed: Promise<unknown> | undefined;
    server.answer = async (_, response) => {
      closed = once(response, "close");
      while (!response.destroyed) {
        sent += chunk.length;
        if (!response.write(chunk)) await Promise.race([once(response, "drain"), closed]);
      }
    };
    const source = openRemoteKeySet(server.url);
    await expect(source.load()).rejects.toThrow("is larger than 256 KiB");
    await closed;
    // What the kernel buffers between the two sockets is the only thing beyond the limit.
    expect(sent).toBeLessThan(20_000_000);
    await source[Symbol.asyncDispose]();
  });

  test("E9: keys for encryption and keys of unknown types are left out", () => {
    server.publish({ keys: [{ ...successor.jwk, use: "enc" }, { kty: "AKP", kid: "pq" }, issuer.jwk] });
    return withKeys(async ({ present }) => {
      await expect(present(await tokenOf())).resolves.toEqual(ada);
      await expect(present(await tokenOf(successor))).rejects.toThrow(ActionableError);
    });
  });

  test("E9: a key that cannot be used refuses its tokens, and no others", () => {
    const broken = { kty: "EC", crv: "P-256", x: "AA", y: "AA", kid: "two", alg: "ES256" };
    server.publish({ keys: [broken, issuer.jwk] });
    return withKeys(async ({ present, reasons }) => {
      await expect(present(await tokenOf(successor))).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
      expect(reasons).toEqual(["unusable-key"]);
      await expect(present(await tokenOf())).resolves.toEqual(ada);
    });
  });
});
