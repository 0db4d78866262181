import { expect, test, vi } from "vitest";
import { authenticationBucket, tokenBucket } from "../../../src/sandbox/api/token-bucket.ts";
import { startSandbox } from "../../../src/sandbox/sandbox.ts";
import { PERSONS, requestToken, signInV2, startV2 } from "../support/start-v2.ts";

const every = (milliseconds: number, count: number) =>
  Array.from({ length: count }, (_, turn) => turn * milliseconds);

const limitsOf = ({ headers }: Response) =>
  ["replenish-rate", "burst-capacity", "requested-tokens", "remaining"].map((name) =>
    Number(headers.get(`x-ratelimit-${name}`)),
  );

test("a bucket allows its burst at once, and then its replenish rate", () => {
  const bucket = tokenBucket(30, 100);
  const taken = every(0, 101).map((now) => bucket.take(now));
  expect(taken.filter(({ isAdmitted }) => isAdmitted)).toHaveLength(100);
  expect(taken.map(({ remaining }) => remaining).slice(0, 2)).toEqual([99, 98]);
  expect(taken.at(-1)).toEqual({ isAdmitted: false, remaining: 0 });
  expect(bucket.take(33).isAdmitted).toBe(false);
  expect(bucket.take(34).isAdmitted).toBe(true);
  expect(every(1, 1_000).filter((now) => bucket.take(1_034 + now).isAdmitted)).toHaveLength(30 + 29);
});

test("a bucket never holds more than its burst", () => {
  const bucket = tokenBucket(30, 100);
  bucket.take(0);
  expect(bucket.take(1_000_000).remaining).toBe(99);
});

test("the 151st authentication of a minute limits the client to one a second, for a minute", () => {
  const bucket = authenticationBucket();
  expect(every(10, 151).filter((now) => bucket.take(now).isAdmitted)).toHaveLength(150);
  const slow = every(100, 580).filter((now) => bucket.take(1_510 + now).isAdmitted);
  expect(slow.length).toBeGreaterThanOrEqual(57);
  expect(slow.length).toBeLessThanOrEqual(59);
  expect(every(10, 50).filter((now) => bucket.take(62_000 + now).isAdmitted)).toHaveLength(50);
});

test("too many requests are answered 429, with an empty body and no Retry-After", async () => {
  // The bucket fills again while a busy machine sends the requests.
  using _ = vi.spyOn(performance, "now").mockReturnValue(performance.now());
  await using sandbox = await startSandbox({ people: 10, seed: 1 });
  const headers = { authorization: `Bearer ${await signInV2(sandbox)}` };
  const ask = (path: string) => fetch(sandbox.url + path, { headers });
  const answers = await Promise.all(Array.from({ length: 300 }, () => ask(`${PERSONS}?limit=1`)));

  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(answers.length - refused.length).toBeGreaterThanOrEqual(100);
  expect(await refused[0]?.text()).toBe("");
  expect(refused[0]?.headers.has("retry-after")).toBe(false);
  expect(limitsOf(refused[0]!)).toEqual([30, 100, 1, 0]);
  expect(limitsOf(answers[0]!).slice(0, 3)).toEqual([30, 100, 1]);
  // Every endpoint has its own bucket, and all ids share it.
  const single = await Promise.all(Array.from({ length: 60 }, (_, id) => ask(`${PERSONS}/${id}`)));
  expect(single.every(({ status }) => status === 404)).toBe(true);
  expect(Math.max(...single.map((answered) => limitsOf(answered).at(-1) ?? 0))).toBe(99);
  expect(Math.min(...single.map((answered) => limitsOf(answered).at(-1) ?? 0))).toBeLessThan(90);
});

test("every response of version 2 has the rate headers, also errors and tokens", async () => {
  await using sandbox = await startSandbox({ people: 10, seed: 1 });
  const paths = [PERSONS, "/v2/nothing", "/v2/webhooks", "/v2/auth/token"];
  const answers = [
    ...(await Promise.all(paths.map((path) => fetch(sandbox.url + path)))),
    await requestToken(sandbox),
    await requestToken(sandbox, { client_secret: "wrong" }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([401, 404, 401, 404, 200, 400]);
  for (const answered of answers) expect(limitsOf(answered).every((value) => value > 0)).toBe(true);
  const v1 = await fetch(`${sandbox.url}/v1/company/employees`);
  expect(v1.headers.has("x-ratelimit-remaining")).toBe(false);
});

test("without limits all requests pass, and the headers announce plenty", async () => {
  await using client = await startV2({ people: 10 });
  const answers = await Promise.all(Array.from({ length: 150 }, () => client.get(`${PERSONS}?limit=1`)));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(limitsOf(answers.at(-1)!)).toEqual([100_000, 100_000, 1, 99_999]);
});

test("a custom limit is announced per second", async () => {
  await using client = await startV2({ people: 10, requestsPerMinute: 1_200 });
  expect(limitsOf(await client.get(PERSONS))).toEqual([20, 67, 1, 66]);
});
