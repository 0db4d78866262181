import { expect, test } from "vitest";
import { authenticationLimit, employeesLimit } from "../../src/sandbox/api/rate-limit.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { authenticate, signIn, startSignedIn } from "./support/start.ts";

/** The number of admitted requests at these moments. */
const admitted = (limit: { admit(nowMs: number): boolean }, moments: readonly number[]) =>
  moments.filter((moment) => limit.admit(moment)).length;

const every = (milliseconds: number, count: number) =>
  Array.from({ length: count }, (_, turn) => turn * milliseconds);

test("fifteen employee requests fit in any second, the sixteenth does not", () => {
  expect(admitted(employeesLimit(300), every(10, 20))).toBe(15);
  expect(admitted(employeesLimit(300), every(66, 20))).toBe(15 + 4);
});

test("300 employee requests fit in any minute, wherever it starts", () => {
  const limit = employeesLimit(300);
  expect(admitted(limit, every(100, 600))).toBe(300);
  expect(limit.admit(60_001)).toBe(true);
});

test("the 61st authentication of a minute blocks all requests for a minute", () => {
  const limit = authenticationLimit();
  expect(admitted(limit, every(100, 61))).toBe(60);
  expect(limit.admit(6_000 + 59_000)).toBe(false);
  expect(limit.admit(6_000 + 60_100)).toBe(true);
});

test("too many requests are answered 429, with an empty body", async () => {
  await using client = await startSandbox({ people: 10, seed: 1 });
  const headers = { authorization: `Bearer ${await signIn(client)}` };
  const ask = () => fetch(`${client.url}/v1/company/employees?limit=1`, { headers });
  const answers = await Promise.all(Array.from({ length: 16 }, ask));

  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(15);
  expect(refused).toHaveLength(1);
  expect(await refused[0]?.text()).toBe("");
  expect(refused[0]?.headers.has("retry-after")).toBe(false);
});

test("the 61st authentication is answered 429, with Retry-After if configured", async () => {
  await using sandbox = await startSandbox({ people: 10, seed: 1, settings: { retryAfterSeconds: 7 } });
  const answers: Response[] = [];
  for (let turn = 0; turn < 61; turn += 1) answers.push(await authenticate(sandbox.url, sandbox.credentials));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(60);
  expect(answers.at(-1)?.status).toBe(429);
  expect(answers.at(-1)?.headers.get("retry-after")).toBe("7");
});

test("without limits all requests pass", async () => {
  await using client = await startSignedIn({ requestsPerMinute: null });
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => client.get("/v1/company/employees?limit=1")),
  );
  expect(answers.every(({ status }) => status === 200)).toBe(true);
});
