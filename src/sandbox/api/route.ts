import { EMPLOYEES_PATH, routeV1 } from "../api-v1/route.ts";
import { cursorOf } from "../api-v2/page.ts";
import { PERSONS_PATH, routeV2, withRateHeaders } from "../api-v2/route.ts";
import { type Answer, errorAnswer, html, ok } from "./answer.ts";
import type { Fault } from "./faults.ts";
import type { FakePersonio } from "./personio.ts";
import { badRequest, problemOf } from "./problem.ts";
import type { ApiRequest } from "./request.ts";

/** Personio's response, or the one that a fault puts in its place. */
export function answer(personio: FakePersonio, request: ApiRequest): Answer {
  const { path, faults } = request;
  if (faults.some(({ kind }) => kind === "token-expired")) personio.account.expireTokens();
  const faulty = faults
    .map((fault) => faultyAnswer(fault, request))
    .find((answered) => answered !== undefined);
  if (!path.startsWith("/v2/")) return faulty ?? routeV1(personio, request);
  return faulty ? withRateHeaders(personio, request, faulty) : routeV2(personio, request);
}

/** The number of records before the requested page; undefined for requests of other resources. */
export function pageOffset(path: string, query: URLSearchParams): number | undefined {
  if (path === EMPLOYEES_PATH) return Number(query.get("offset") ?? 0);
  return path === PERSONS_PATH ? (cursorOf(query)?.given ?? 0) : undefined;
}

const GATEWAY_ERRORS: readonly number[] = [502, 503, 504];

/** The response of a fault that replaces the whole response; undefined for other kinds. */
function faultyAnswer(
  fault: Fault,
  { path, query }: { readonly path: string; readonly query: URLSearchParams },
): Answer | undefined {
  switch (fault.kind) {
    case "status":
      return withStatus(fault, path);
    case "redirect":
      return { status: 302, body: "", headers: { location: fault.location } };
    case "html":
      return html(200, "Personio – Login");
    case "odd-answer":
      return ok(JSON.stringify(fault.answer));
    case "unsuccessful":
      return errorAnswer(
        200,
        fault.message ?? "Etwas ist schiefgelaufen. Bitte versuche es erneut.",
        fault.code,
      );
    case "page-limit":
      return Number(query.get("limit")) > fault.max ? limitRefused(fault.max, path) : undefined;
    default:
      return undefined;
  }
}

function limitRefused(max: number, path: string): Answer {
  const sentence = `The limit must be between 1 and ${max}.`;
  return path.startsWith("/v2/") ? badRequest(sentence) : errorAnswer(400, sentence);
}

function withStatus(fault: Extract<Fault, { kind: "status" }>, path: string): Answer {
  const { status, retryAfter, body } = fault;
  const usual = usualAnswer(status, path);
  const empty = status === 429 ? "" : undefined;
  const retry = retryAfter === undefined ? {} : { "retry-after": retryAfter };
  return { status, body: body ?? empty ?? usual.body, headers: { ...usual.headers, ...retry } };
}

function usualAnswer(status: number, path: string): Answer {
  if (GATEWAY_ERRORS.includes(status)) return html(status, `${status} Bad gateway`);
  return path.startsWith("/v2/")
    ? problemOf(status, path)
    : errorAnswer(status, "Es ist ein Problem aufgetreten ");
}
