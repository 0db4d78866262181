import { describe, expect, test } from "vitest";
import { failureOfStatus, httpErrorIn } from "../../../src/personio/http/classify-failure.ts";
import { failed } from "../../../src/personio/http/failure.ts";
import { signInV2 } from "../../../src/personio/http/sign-in.ts";

const { request, schema, explain } = signInV2({ clientId: "cid-1", clientSecret: "sec-1" });

/** The kind of failure for a response of the token endpoint with this status and OAuth error. */
function explained(status: number, error?: string) {
  const result = failed("POST /v2/auth/token", failureOfStatus(status, httpErrorIn({ error }, status)));
  return result.ok ? undefined : explain(result.failure).kind;
}

describe("The sign-in of version 2", () => {
  test("the sign-in sends the credential in a form, without a scope", () => {
    expect(request).toEqual({
      method: "POST",
      path: "/v2/auth/token",
      body: { form: { grant_type: "client_credentials", client_id: "cid-1", client_secret: "sec-1" } },
    });
  });

  test("the sign-in accepts a token that fits into a header, with its lifetime", () => {
    const token = { access_token: "papi-1", token_type: "Bearer", expires_in: 86_400, scope: "x" };
    expect(schema.parse(token)).toEqual({ value: "papi-1", expiresInSeconds: 86_400 });
    expect(schema.parse({ access_token: "papi-1" })).toEqual({ value: "papi-1", expiresInSeconds: 0 });
    expect(schema.safeParse({ access_token: "papi\r\nx: 1" }).success).toBe(false);
    expect(schema.safeParse({ token: "papi-1" }).success).toBe(false);
  });

  test.each([
    [400, "invalid_client", "CREDENTIALS_REFUSED"],
    [401, "invalid_client", "CREDENTIALS_REFUSED"],
    [400, "unauthorized_client", "CREDENTIALS_REFUSED"],
    [400, undefined, "CREDENTIALS_REFUSED"],
    [403, undefined, "CREDENTIALS_REFUSED"],
    [400, "invalid_request", "UPSTREAM_REFUSED"],
    [400, "invalid_scope", "UPSTREAM_REFUSED"],
    [400, "temporarily_unavailable", "UPSTREAM_ERROR"],
    [400, "server_error", "UPSTREAM_ERROR"],
    [429, undefined, "RATE_LIMITED"],
    [503, undefined, "UPSTREAM_ERROR"],
    [404, undefined, "UPSTREAM_REFUSED"],
  ])("the sign-in reads %i with %s as %s", (status, error, kind) => {
    expect(explained(status, error)).toBe(kind);
  });
});
