import type { Fault } from "../control/faults.ts";
import { type Answer, html, refusal } from "./answer.ts";
import { badRequest, problemOf } from "./problem.ts";

const GATEWAY_ERRORS: readonly number[] = [502, 503, 504];

/** What a fault puts in the place of Personio's answer, if that is its kind. */
export function faultyAnswer(
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
    case "unsuccessful":
      return refusal(200, fault.message ?? "Etwas ist schiefgelaufen. Bitte versuche es erneut.", fault.code);
    case "page-limit":
      return Number(query.get("limit")) > fault.max ? limitRefused(fault.max, path) : undefined;
    default:
      return undefined;
  }
}

function limitRefused(max: number, path: string): Answer {
  const sentence = `The limit must be between 1 and ${max}.`;
  return path.startsWith("/v2/") ? badRequest(sentence) : refusal(400, sentence);
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
    : refusal(status, "Es ist ein Problem aufgetreten ");
}
