import { expect, test } from "vitest";
import { z } from "zod";
import {
  failureOfException,
  failureOfSchema,
  failureOfStatus,
  httpErrorIn,
} from "../../../src/personio/http/classify-failure.ts";

test.each([
  [302, "REDIRECT_REFUSED"],
  [400, "UPSTREAM_REFUSED"],
  [401, "UNAUTHORIZED"],
  [403, "FORBIDDEN"],
  [404, "UPSTREAM_REFUSED"],
  [408, "UPSTREAM_ERROR"],
  [412, "FEATURE_MISSING"],
  [429, "RATE_LIMITED"],
  [500, "UPSTREAM_ERROR"],
  [504, "UPSTREAM_ERROR"],
])("status %i is %s", (status, kind) => {
  expect(failureOfStatus(status)).toMatchObject({ kind, status });
});

test("a 404 means a missing endpoint only if its body is Personio's error for that", () => {
  expect(failureOfStatus(404, "ENDPOINT_MISSING")).toMatchObject({ kind: "ENDPOINT_MISSING" });
  expect(failureOfStatus(404, "RECORD_MISSING")).toEqual({
    kind: "UPSTREAM_REFUSED",
    found: "expected 200, found 404",
    status: 404,
    httpError: "RECORD_MISSING",
  });
});

const described = (type: unknown) => ({ personio_trace_id: "", errors: [{ title: "Tobias", type }] });
const ERRORS = "https://developer.personio.de/reference/errors";

test.each([
  [
    "ENDPOINT_MISSING",
    404,
    described("https://developer.personio.de/v2.0/page/public-api-error-codes#apinot_found"),
  ],
  ["RECORD_MISSING", 404, described(`${ERRORS}#common.resource_not_found`)],
  ["RECORD_MISSING", 404, described(`${ERRORS}#common.requested_resource_not_found`)],
  [
    "RECORD_MISSING",
    404,
    { success: false, error: { code: 404, message: "Es ist ein Problem aufgetreten " } },
  ],
  ["REQUEST_REFUSED", 400, { error: "invalid_scope" }],
  ["TRY_LATER", 400, { error: "temporarily_unavailable" }],
  [undefined, 400, { error: "invalid_client" }],
  [undefined, 400, { success: false, error: { code: 0 } }],
  [undefined, 404, described("#common.resource_not_found.tobias")],
  [undefined, 404, described(null)],
  [undefined, 404, { errors: [] }],
  [undefined, 404, { success: true }],
  [undefined, 404, undefined],
  [undefined, 404, "not found"],
])("httpErrorIn finds %s in a %i with %j", (httpError, status, body) => {
  expect(httpErrorIn(body, status)).toBe(httpError);
});

/** An error as `fetch` throws it: the code is in the `cause`. */
const fetchError = (code: string) =>
  new TypeError("fetch failed", { cause: Object.assign(new Error("secret detail"), { code }) });

const asking = { responding: false, deadlineMs: 60_000, late: false };

test.each(["CERT_HAS_EXPIRED", "ERR_TLS_CERT_ALTNAME_INVALID", "DEPTH_ZERO_SELF_SIGNED_CERT", "EPROTO"])(
  "%s is a TLS_ERROR (A16)",
  (code) => {
    const details = failureOfException(fetchError(code), asking);
    expect(details.kind).toBe("TLS_ERROR");
    expect(details.found).toContain(code);
  },
);

test.each([
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
])("%s is UPSTREAM_UNREACHABLE (A17)", (code) => {
  expect(failureOfException(fetchError(code), asking)).toEqual({
    kind: "UPSTREAM_UNREACHABLE",
    found: `no response, ${code}`,
  });
});

test("a failure contains at most the code of an error, never its message", () => {
  const details = failureOfException(fetchError("Bearer papi-secret"), asking);
  expect(JSON.stringify(details)).not.toMatch(/papi|secret detail/);
});

test("a failure describes a wrong shape by paths and types, not by values", () => {
  const schema = z.object({ data: z.array(z.unknown()), total: z.int() });
  const { error } = schema.safeParse({ data: "tobias@example.org", total: "Tobias" });
  const details = failureOfSchema(error ?? new z.ZodError([]));
  expect(details.kind).toBe("UPSTREAM_BAD_ANSWER");
  expect(details.found).toMatch(/data: .*expected array, received string.*total: .*expected (int|number)/);
  expect(details.found).not.toMatch(/tobias/i);
});
