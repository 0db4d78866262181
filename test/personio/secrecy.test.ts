import { inspect } from "node:util";
import { expect, test } from "vitest";
import { ActionableError } from "../../src/errors.ts";
import { createPersonio } from "../../src/personio/personio.ts";
import { captureLog } from "./captured-log.ts";
import { createSkippingTime } from "./skipping-time.ts";
import { type Handler, type Received, sendJson, startSmallServer } from "./small-server.ts";

const SECRET = "sentinel-client-secret";
const CLIENT = "sentinel-client-id";
const TOKEN = "papi-sentinel-token";
const PERSON = "sentinel.person@example.org";
const SENTINELS = /sentinel/;

/**
 * Signs every client in, and answers other requests with all that it received, wherever an error might quote
 * it.
 */
const echo =
  (status: number, headers: Record<string, string> = { "content-type": "application/json" }): Handler =>
  (request, response) => {
    if (isSignIn(request)) return sendJson(response, tokenAnswer(TOKEN));
    response.writeHead(status, `OK ${TOKEN}`, {
      ...headers,
      "x-echo": TOKEN,
      authorization: `Bearer ${TOKEN}`,
    });
    response.end(JSON.stringify(echoOf(request)));
  };

const SIGN_INS: readonly string[] = ["/v1/auth", "/v2/auth/token"];

const isSignIn = ({ url }: Received): boolean => SIGN_INS.includes(url);

/** Valid for both versions. */
const tokenAnswer = (token: string) => ({
  success: true,
  data: { token, expires_in: 86_400, scope: "employees:read" },
  access_token: token,
  expires_in: 86_400,
});

const echoOf = ({ headers }: Received) => ({
  success: false,
  error: { code: 0, message: `${headers.authorization} ${SECRET} ${PERSON}` },
  errors: [{ title: PERSON, detail: SECRET, type: `https://x/#${TOKEN}` }],
});

const answers: readonly (readonly [string, Handler])[] = [
  ["a refused sign-in", (_request, response) => sendJson(response, { client: CLIENT, secret: SECRET }, 403)],
  [
    "a sign-in with an unusable token",
    (_request, response) => sendJson(response, tokenAnswer(`${TOKEN}\r\nx: y`)),
  ],
  ["a sign-in of another shape", (_request, response) => sendJson(response, { success: true, data: SECRET })],
  ["400", echo(400)],
  ["401", echo(401)],
  ["403", echo(403)],
  ["429", echo(429, { "retry-after": `99999 ${TOKEN}` })],
  ["500", echo(500)],
  ["a redirect", echo(302, { location: `http://127.0.0.1:1/?token=${TOKEN}` })],
  ["HTML", echo(200, { "content-type": `text/html; who=${TOKEN}` })],
  ["an odd content type", echo(200, { "content-type": `${TOKEN}` })],
  ["success: false", echo(200)],
  [
    "a page that is none",
    (request, response) =>
      isSignIn(request)
        ? sendJson(response, tokenAnswer(TOKEN))
        : sendJson(response, {
            success: true,
            metadata: { total_elements: PERSON },
            data: { attributes: { email: { label: "Email", value: PERSON } } },
            _data: { email: PERSON },
            _meta: { links: {} },
          }),
  ],
  [
    "a link to the next page on another address",
    (request, response) =>
      isSignIn(request)
        ? sendJson(response, tokenAnswer(TOKEN))
        : sendJson(response, {
            success: true,
            metadata: { total_elements: "sentinel" },
            data: PERSON,
            _data: [{ id: "1", email: PERSON }],
            _meta: { links: { next: { href: `http://sentinel.example/?cursor=${TOKEN}` } } },
          }),
  ],
  [
    "half a body",
    (request, response) => {
      if (isSignIn(request)) return sendJson(response, tokenAnswer(TOKEN));
      response.writeHead(200, { "content-type": "application/json" });
      response.end(`{"success":true,"data":["${PERSON}","${TOKEN}`);
    },
  ],
  [
    "something that is not HTTP",
    (request, response) => {
      if (isSignIn(request)) return sendJson(response, tokenAnswer(TOKEN));
      response.socket?.end(`${TOKEN} ${PERSON}\r\n\r\n`);
    },
  ],
];

const cases = (["V1", "V2"] as const).flatMap((version) =>
  answers.map(([what, handle]) => [version, what, handle] as const),
);

test.each(cases)(
  "%s: neither error nor log contains a secret or personal data after %s",
  async (version, _what, handle) => {
    await using server = await startSmallServer(handle);
    const { log, lines } = captureLog();
    const personio = createPersonio({
      apiUrl: server.url,
      requestsPerMinute: null,
      log,
      time: createSkippingTime(),
    });
    const account = personio.openAccount({ clientId: CLIENT, clientSecret: SECRET }, { version });

    const error = await firstPage(account.readEmployees()).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(ActionableError);
    const shown = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error) + String(error);
    expect(shown).not.toMatch(SENTINELS);
    expect(inspect([personio, account], { depth: 20, showHidden: true })).not.toMatch(SENTINELS);
    expect(lines.join("")).not.toMatch(SENTINELS);
    expect(lines.length).toBeGreaterThan(0);
    // The sentinels were at risk: the secret was sent, and only in the body.
    const signIns = server.received.filter(isSignIn);
    expect(signIns.map(({ url }) => url)).toContain(version === "V1" ? "/v1/auth" : "/v2/auth/token");
    for (const { method, headers, body } of signIns) {
      expect([method, body]).toEqual(["POST", expect.stringContaining(SECRET)]);
      expect(JSON.stringify(headers)).not.toMatch(SENTINELS);
    }
  },
);

async function firstPage(pages: AsyncIterable<unknown>): Promise<unknown> {
  for await (const page of pages) return page;
  return undefined;
}
