import { type Audit, serverAudits } from "graphql-http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ sandbox: { people: 10 } });
});
afterAll(() => app[Symbol.asyncDispose]());

const audits: readonly Audit[] = serverAudits({ url: () => `${app.app.url}/graphql`, fetchFn: fetch });

test("graphql-http has at least the 61 audits that it had", () => {
  expect(audits.length).toBeGreaterThanOrEqual(61);
});

describe("GraphQL over HTTP", () => {
  test.each(audits.map(({ name, id, fn }) => ({ name, id, fn })))(
    "the server $name ($id)",
    async ({ fn }) => {
      const result = await fn();

      expect(result.status, "reason" in result ? result.reason : "").not.toBe("error");
    },
  );
});
