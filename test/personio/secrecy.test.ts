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

/** Signs everybody in, and answers the rest with everything it heard, in every place that an error might quote. */
const echo =
  (status: number, headers: Record<string, string> = { "content-type": "application/json" }): Handler =>
  (request, response) => {
    if (request.url === "/v1/auth") return sendJson(response, tokenAnswer(TOKEN));
    response.writeHead(status, `OK ${TOKEN}`, {
      ...headers,
      "x-echo": TOKEN,
      authorization: `Bearer ${TOKEN}`,
    });
    response.end(JSON.stringify(heard(request)));
  };

const tokenAnswer = (token: string) => ({
  success: true,
  data: { token, expires_in: 86_400, scope: "employees:read" },
});

const heard = ({ headers }: Received) => ({
  success: false,
  error: { code: 0, message: `${headers.authorization} ${SECRET} ${PERSON}` },
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
    "an employee without an id",
    (request, response) =>
      request.url === "/v1/auth"
        ? sendJson(response, tokenAnswer(TOKEN))
        : sendJson(response, {
            success: true,
            metadata: { total_elements: PERSON },
            data: [{ attributes: { email: { label: "Email", value: PERSON } } }],
          }),
  ],
  [
    "half a body",
    (request, response) => {
      if (request.url === "/v1/auth") return sendJson(response, tokenAnswer(TOKEN));
      response.writeHead(200, { "content-type": "application/json" });
      response.end(`{"success":true,"data":["${PERSON}","${TOKEN}`);
    },
  ],
  [
    "something that is not HTTP",
    (request, response) => {
      if (request.url === "/v1/auth") return sendJson(response, tokenAnswer(TOKEN));
      response.socket?.end(`${TOKEN} ${PERSON}\r\n\r\n`);
    },
  ],
];

test.each(answers)("neither error nor log tells a secret or a person after %s", async (_what, handle) => {
  await using server = await startSmallServer(handle);
  const { log, lines } = captureLog();
  const personio = createPersonio({
    apiUrl: server.url,
    requestsPerMinute: null,
    log,
    time: createSkippingTime(),
  });
  const account = personio.openAccount({ clientId: CLIENT, clientSecret: SECRET });

  const error = await firstPage(account.readEmployees()).catch((reason: unknown) => reason);

  expect(error).toBeInstanceOf(ActionableError);
  const told = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error) + String(error);
  expect(told).not.toMatch(SENTINELS);
  expect(inspect([personio, account], { depth: 20, showHidden: true })).not.toMatch(SENTINELS);
  expect(lines.join("")).not.toMatch(SENTINELS);
  expect(lines.length).toBeGreaterThan(0);
  // The sentinels were there to be told: the secret was sent, and in the body alone.
  const [signIn] = server.received;
  expect(signIn).toMatchObject({ method: "POST", url: "/v1/auth", body: expect.stringContaining(SECRET) });
  expect(JSON.stringify(signIn?.headers)).not.toMatch(SENTINELS);
});

async function firstPage(pages: AsyncIterable<unknown>): Promise<unknown> {
  for await (const page of pages) return page;
  return undefined;
}
