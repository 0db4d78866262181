import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { ActionableError } from "../../src/errors.ts";
import { TOKEN_BYTES_MAX } from "../../src/identity/identify.ts";
import { unauthenticated } from "../../src/identity/refusal.ts";
import { closed, sendOverSocket } from "../graphql/support/socket-client.ts";
import { type StubServer, startStubServer } from "../graphql/support/start-stub-server.ts";
import { identifyWith } from "./support/identify-with.ts";
import { AUDIENCE, createTestIssuer, ISSUER, secondsFromNow, VALID_CLAIMS } from "./support/test-issuer.ts";

const issuer = await createTestIssuer();
const stranger = await createTestIssuer();

const encode = (text: string | object): string =>
  Buffer.from(typeof text === "string" ? text : JSON.stringify(text)).toString("base64url");
const claims = { ...VALID_CLAIMS, exp: secondsFromNow(600) };

/** A key of the set whose private half the test has, for tokens that no library makes. */
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const rsaKey = { ...publicKey.export({ format: "jwk" }), kid: "raw", kty: "RSA" };
const keySet = { keys: [...issuer.keySet.keys, rsaKey] };

/** Signs the literal texts of header and claims with the private key of `raw`. */
function signTexts(header: string, payload: string, key: KeyObject = privateKey): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${sign("sha256", Buffer.from(input), key).toString("base64url")}`;
}
const signText = (payload: string) => signTexts('{"alg":"RS256","kid":"raw"}', payload);

/** HS256 with the public key as the secret: the classic confusion of algorithms. */
function confuse(): string {
  const input = `${encode({ alg: "HS256", kid: "raw", typ: "JWT" })}.${encode(claims)}`;
  const secret = publicKey.export({ format: "pem", type: "spki" });
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}

const claimsText = JSON.stringify(claims);
const withName = (name: string, value: string) => `${claimsText.slice(0, -1)},"${name}":${value}}`;
const valid = await issuer.sign();

/** Each token, and the word by which operators find it. */
const BAD_TOKENS: readonly (readonly [string, string | Promise<string>, string])[] = [
  ["alg none", `${encode({ alg: "none" })}.${encode(claims)}.`, "algorithm"],
  ["alg None in another case", `${encode({ alg: "nOnE" })}.${encode(claims)}.x`, "algorithm"],
  ["HS256 with the public key as secret", confuse(), "algorithm"],
  [
    "an algorithm that is not in the list",
    createTestIssuer("one", "ES384").then((it) => it.sign()),
    "algorithm",
  ],
  ["another issuer", issuer.sign({ iss: "https://evil.example.com/" }), "issuer"],
  ["the issuer without its last slash", issuer.sign({ iss: ISSUER.slice(0, -1) }), "issuer"],
  ["no issuer", issuer.sign({ iss: undefined }), "issuer"],
  ["a list of issuers", signText(claimsText.replace(`"${ISSUER}"`, `["${ISSUER}"]`)), "issuer"],
  ["another audience", issuer.sign({ aud: "https://payroll.example.com" }), "audience"],
  ["no audience", issuer.sign({ aud: undefined }), "audience"],
  ["an empty list of audiences", issuer.sign({ aud: [] }), "audience"],
  ["the type of a logout token", issuer.sign({}, { typ: "logout+jwt" }), "type"],
  ["the type of a DPoP proof", issuer.sign({}, { typ: "dpop+jwt" }), "type"],
  ["a type that is not a text", signTexts('{"alg":"RS256","kid":"raw","typ":["JWT"]}', claimsText), "type"],
  ["an end in the past", issuer.sign({ exp: secondsFromNow(-31) }), "expired"],
  ["no end", issuer.sign({ exp: undefined }), "lifetime"],
  ["an end as text", signText(claimsText.replace(`${claims.exp}`, `"${claims.exp}"`)), "lifetime"],
  ["an end in milliseconds", issuer.sign({ exp: Date.now() * 1_000 }), "lifetime"],
  ["an infinite end", signText(claimsText.replace(`${claims.exp}`, "1e999")), "lifetime"],
  ["a begin in the future", issuer.sign({ nbf: secondsFromNow(90) }), "not-yet-valid"],
  ["no tenant", issuer.sign({ tenant: undefined }), "tenant"],
  ["an empty tenant", issuer.sign({ tenant: "" }), "tenant"],
  ["two tenants in a list", issuer.sign({ tenant: ["acme", "globex"] }), "tenant"],
  ["one tenant in a list", issuer.sign({ tenant: ["acme"] }), "tenant"],
  ["a tenant as number", issuer.sign({ tenant: 7 }), "tenant"],
  ["a tenant with a path", issuer.sign({ tenant: "../globex" }), "tenant"],
  ["a tenant with a line break", issuer.sign({ tenant: "acme\n" }), "tenant"],
  ["a tenant with a quote", issuer.sign({ tenant: "acme'--" }), "tenant"],
  ["a tenant of 64 characters", issuer.sign({ tenant: "a".repeat(64) }), "tenant"],
  ["two tenants by a repeated name", signText(withName("tenant", '"globex"')), "duplicate-names"],
  ["a repeated name in escapes", signText(withName("ten\\u0061nt", '"globex"')), "duplicate-names"],
  ["a repeated name inside a claim", signText(withName("x", '[{"a":1,"a":2}]')), "duplicate-names"],
  [
    "a repeated name in the header",
    signTexts('{"alg":"RS256","kid":"x","kid":"raw"}', claimsText),
    "duplicate-names",
  ],
  ["no subject", issuer.sign({ sub: undefined }), "subject"],
  ["an empty subject", issuer.sign({ sub: "" }), "subject"],
  ["a subject as number", signText(claimsText.replace('"ada"', "7")), "subject"],
  ["a subject of 256 characters", issuer.sign({ sub: "a".repeat(256) }), "subject"],
  ["a subject with U+0000", issuer.sign({ sub: "ada\0" }), "subject"],
  ["a kid with a path", issuer.sign({}, { kid: "../../../../dev/null" }), "unknown-key"],
  ["a kid with SQL", issuer.sign({}, { kid: "one' or '1'='1" }), "unknown-key"],
  ["a kid that is not a text", signTexts('{"alg":"RS256","kid":{"a":1}}', claimsText), "unknown-key"],
  [
    "the address of its keys (jku)",
    issuer.sign({}, { jku: "https://evil.example.com/jwks.json" }),
    "own-key",
  ],
  ["the address of its certificate (x5u)", issuer.sign({}, { x5u: "https://evil.example.com/x" }), "own-key"],
  ["a key of its own (jwk)", stranger.sign({}, { jwk: stranger.jwk }), "signature"],
  ["the key of another issuer, under our kid", stranger.sign(), "signature"],
  ["a changed claim", tamper(valid, "acme", "evil"), "signature"],
  [
    "an unknown critical header",
    signTexts('{"alg":"RS256","kid":"raw","crit":["x"],"x":1}', claimsText),
    "malformed",
  ],
  [
    "an unencoded payload",
    signTexts('{"alg":"RS256","kid":"raw","crit":["b64"],"b64":false}', claimsText),
    "malformed",
  ],
  [
    "10,000 scopes",
    issuer.sign({ scope: Array.from({ length: 10_000 }, () => "people:read").join(" ") }),
    "too-large",
  ],
  ["one byte too many", "a".repeat(TOKEN_BYTES_MAX + 1), "too-large"],
  ["a megabyte", `${valid}${"A".repeat(1_048_576)}`, "too-large"],
  ["a token without its signature", valid.slice(0, valid.lastIndexOf(".")), "malformed"],
  ["a token without its last character", valid.slice(0, -1), "malformed"],
  ["half a token", valid.slice(0, valid.length / 2), "malformed"],
  ["a fourth part", `${valid}.x`, "malformed"],
  ["claims that are not an object", signText("[]"), "malformed"],
  ["claims that are not JSON", signText("{"), "malformed"],
  ["claims that are not UTF-8", signBytes(Buffer.from([0x7b, 0xff, 0x7d])), "malformed"],
  ["claims behind a byte order mark", signText(`\uFEFF${claimsText}`), "malformed"],
  [
    "a header behind a byte order mark",
    signTexts('\uFEFF{"alg":"RS256","kid":"raw"}', claimsText),
    "malformed",
  ],
  ["text", "admin", "malformed"],
  ["an encrypted token", "e30.e30.e30.e30.e30", "malformed"],
];

function tamper(token: string, from: string, to: string): string {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const changed = Buffer.from(payload, "base64url").toString().replace(from, to);
  return [header, encode(changed), signature].join(".");
}

function signBytes(payload: Buffer): string {
  const input = `${encode({ alg: "RS256", kid: "raw" })}.${payload.toString("base64url")}`;
  return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
}

const { identify, present, reasons } = identifyWith({ ...issuer, keySet });

/** The error of a call that must fail. */
const errorOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => {
      throw new Error("The credential was accepted.");
    },
    (error: unknown) => error,
  );

/** All that a caller can see of an error. */
const seenOf = (error: unknown) => {
  if (!(error instanceof ActionableError)) throw error;
  const { code, message, help, details, cause } = error;
  return { code, message, help, details, cause };
};

describe("E1: bad tokens over each transport", () => {
  /** Node refuses headers above this size before it calls the service. */
  const HEADER_BYTES_MAX = 16_384;
  let server: StubServer;
  beforeAll(async () => {
    server = await startStubServer({ identify });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function overHttp(token: string, accept: string) {
    const response = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept, authorization: `Bearer ${token}` },
      body: '{"query":"{ echo }"}',
    });
    return { status: response.status, body: await response.text() };
  }

  async function overSocket(token: string, where: "upgrade" | "init") {
    const authorization = `Bearer ${token}`;
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
      headers: where === "upgrade" ? { authorization } : {},
    });
    const end = closed(socket);
    await once(socket, "open");
    socket.send(
      JSON.stringify({ type: "connection_init", ...(where === "init" && { payload: { authorization } }) }),
    );
    return end;
  }

  const { code, message, help } = unauthenticated();
  const REFUSED = { errors: [{ message, extensions: { code, help } }] };
  const CLOSED = { code: 4403, reason: "Forbidden: token missing or not accepted" };
  // A megabyte in one message is above the limit of a message.
  const tokens = BAD_TOKENS.filter(([what]) => what !== "a megabyte");

  test.each(tokens)(
    "E1: %s is a 401 over HTTP and an event stream, and closes a socket with 4403",
    async (_, bad) => {
      const token = await bad;
      expect(await overSocket(token, "init")).toEqual(CLOSED);
      if (token.length > HEADER_BYTES_MAX) return;
      expect(await overSocket(token, "upgrade")).toEqual(CLOSED);
      const answers = [await overHttp(token, "application/json"), await overHttp(token, "text/event-stream")];
      expect(answers.map(({ status }) => status)).toEqual([401, 401]);
      for (const { body } of answers) expect(JSON.parse(body)).toEqual(REFUSED);
    },
  );

  test("E1: a valid token is accepted in each of these ways, so that the refusals mean something", async () => {
    expect((await overHttp(valid, "application/json")).status).toBe(200);
    expect((await overHttp(valid, "text/event-stream")).status).toBe(200);
    const headers = { authorization: `Bearer ${valid}` };
    expect(await sendOverSocket(server.url, { query: "{ echo }" }, { headers })).toEqual([
      { data: { echo: "nothing" } },
    ]);
  });
});

describe("E1: bad tokens", () => {
  test("E1: the test's own tokens are accepted while nothing is wrong with them", async () => {
    await expect(present(valid)).resolves.toMatchObject({ tenantId: "acme", subject: "ada" });
    await expect(present(signText(claimsText))).resolves.toMatchObject({ tenantId: "acme" });
    await expect(present(tamper(valid, "acme", "acme"))).resolves.toMatchObject({ tenantId: "acme" });
  });

  test.each(BAD_TOKENS)(
    "E1: %s: the caller gets the same answer, and operators the reason",
    async (_, token, reason) => {
      const error = await errorOf(present(await token));
      expect(seenOf(error)).toEqual(seenOf(unauthenticated()));
      expect(reasons.at(-1)).toBe(reason);
    },
  );

  test("E1: the answer contains no part of the token", async () => {
    const error = await errorOf(
      present(await issuer.sign({ tenant: "canary/tenant", sub: "canary-subject" })),
    );
    expect(`${JSON.stringify(seenOf(error))} ${(error as Error).stack}`).not.toContain("canary");
  });

  test.each([
    ["no header", undefined],
    ["an empty header", ""],
    ["the scheme alone", "Bearer"],
    ["the scheme with a space", "Bearer "],
    ["the token alone", valid],
    ["another scheme", `Basic ${Buffer.from("admin:admin").toString("base64")}`],
    ["two tokens", `Bearer ${valid} ${valid}`],
    ["two tokens with a comma", `Bearer ${valid}, Bearer ${valid}`],
    ["an unknown service token", "Bearer people_0123456789"],
  ])("E1: %s: the caller gets the same answer", async (_, authorization) => {
    const error = await errorOf(identify({ authorization }));
    expect(seenOf(error)).toEqual(seenOf(unauthenticated()));
  });

  test("E1: without an issuer, its tokens are refused with the same answer", async () => {
    const alone = identifyWith(issuer, { verifyIssuerToken: null });
    expect(seenOf(await errorOf(alone.present(valid)))).toEqual(seenOf(unauthenticated()));
    expect(alone.reasons).toEqual(["no-issuer"]);
  });

  test("E1: a list of audiences needs one of ours only", async () => {
    const aud = ["https://payroll.example.com", AUDIENCE];
    await expect(present(await issuer.sign({ aud }))).resolves.toMatchObject({ subject: "ada" });
  });
});
