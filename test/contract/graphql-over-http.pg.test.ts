import { serverAudits } from "graphql-http";
import { afterAll, describe, expect, test } from "vitest";
import { startStubServer } from "../graphql/support/start-stub-server.ts";

const server = await startStubServer();
afterAll(() => server[Symbol.asyncDispose]());

const audits = serverAudits({ url: `${server.url}/graphql`, fetchFn: fetch });

test("every audit of GraphQL over HTTP is there", () => {
  expect(audits.length).toBeGreaterThanOrEqual(61);
});

describe("GraphQL over HTTP", () => {
  test.each(audits.map((audit) => [`${audit.name} (${audit.id})`, audit] as const))(
    "%s",
    async (_name, audit) => {
      const result = await audit.fn();

      expect(result.status, "reason" in result ? result.reason : "").not.toBe("error");
    },
  );
});
