import type { Fault } from "../control/faults.ts";
import { EMPLOYEES_READ } from "./account.ts";
import { type Answer, html, notFound, refusal } from "./answer.ts";
import { authenticate, authorize, tooManyRequests } from "./authentication.ts";
import { type EmployeesRequest, getEmployee, listAttributes, listEmployees } from "./employees.ts";
import type { FakePersonio } from "./personio.ts";

export const EMPLOYEES_PATH = "/v1/company/employees";

/** A request to Personio's API, as far as the API cares. */
export type ApiRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly contentType: string;
  readonly body: string;
  /** Where this sandbox is reached. */
  readonly url: string;
  /** The faults that strike this request. */
  readonly faults: readonly Fault[];
};

/** What Personio answers, or what a fault puts in its place. */
export function answer(personio: FakePersonio, request: ApiRequest): Answer {
  if (request.faults.some(({ kind }) => kind === "token-expired")) personio.account.expireToken();
  return request.faults.map(faultyAnswer).find((faulty) => faulty !== undefined) ?? route(personio, request);
}

function route(personio: FakePersonio, request: ApiRequest): Answer {
  const { method, path } = request;
  if (path === "/v1/auth" && method === "POST") {
    return authenticate(request, { ...personio, limit: personio.limits.authentication });
  }
  if (method === "GET" && (path === EMPLOYEES_PATH || path.startsWith(`${EMPLOYEES_PATH}/`))) {
    return employees(personio, request);
  }
  return notFound();
}

function employees(personio: FakePersonio, request: ApiRequest): Answer {
  const token = authorize(request.authorization, personio);
  if (typeof token !== "string") return token;
  if (!personio.account.scopes.includes(EMPLOYEES_READ)) {
    return refusal(403, "personio.core.api.exceptions.api.forbidden.http.exception");
  }
  if (!personio.limits.employees.admit(performance.now())) return tooManyRequests(personio.settings);
  const answered = employeesRoute(personio, request.path.slice(EMPLOYEES_PATH.length + 1), request);
  // Once the next token to use; since tokens live for a day, the same one again.
  return { ...answered, headers: { ...answered.headers, authorization: `Bearer ${token}` } };
}

function employeesRoute(personio: FakePersonio, rest: string, request: EmployeesRequest): Answer {
  if (rest === "") return listEmployees(personio, request);
  if (rest === "attributes" || rest === "custom-attributes") return listAttributes(personio);
  // A longer path is somebody's profile picture, and nobody has one; or it is no path of the API.
  return rest.includes("/") ? notFound() : getEmployee(personio, rest, request);
}

function faultyAnswer(fault: Fault): Answer | undefined {
  switch (fault.kind) {
    case "status":
      return withStatus(fault);
    case "redirect":
      return { status: 302, body: "", headers: { location: fault.location } };
    case "html":
      return html(200, "Personio – Login");
    case "unsuccessful":
      return refusal(200, fault.message ?? "Etwas ist schiefgelaufen. Bitte versuche es erneut.");
    default:
      return undefined;
  }
}

const GATEWAY_ERRORS: readonly number[] = [502, 503, 504];

function withStatus({ status, retryAfter, body }: Extract<Fault, { kind: "status" }>): Answer {
  const usual = GATEWAY_ERRORS.includes(status)
    ? html(status, `${status} Bad gateway`)
    : refusal(status, "Es ist ein Problem aufgetreten ");
  const empty = status === 429 ? "" : undefined;
  const retry = retryAfter === undefined ? {} : { "retry-after": retryAfter };
  return { status, body: body ?? empty ?? usual.body, headers: { ...usual.headers, ...retry } };
}
