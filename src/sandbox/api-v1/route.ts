import { EMPLOYEES_READ } from "../api/account.ts";
import { type Answer, errorAnswer, notFound } from "../api/answer.ts";
import type { FakePersonio } from "../api/personio.ts";
import type { ApiRequest } from "../api/request.ts";
import { authenticate, authorize, tooManyRequests } from "./authentication.ts";
import { type EmployeesRequest, getEmployee, listAttributes, listEmployees } from "./employees.ts";

export const EMPLOYEES_PATH = "/v1/company/employees";

/** Everything under `/v1/`. */
export function routeV1(personio: FakePersonio, request: ApiRequest): Answer {
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
  const { account, limits, settings } = personio;
  const token = authorize(request.authorization, personio);
  if (typeof token !== "string") return token;
  if (!account.rights.v1 || !account.scopes.includes(EMPLOYEES_READ)) {
    return errorAnswer(403, "personio.core.api.exceptions.api.forbidden.http.exception");
  }
  if (!limits.employees.admit(performance.now())) return tooManyRequests(settings);
  const answered = employeesRoute(personio, request.path.slice(EMPLOYEES_PATH.length + 1), request);
  // Personio returns the next token here; as tokens live for a day, it is the same one.
  return { ...answered, headers: { ...answered.headers, authorization: `Bearer ${token}` } };
}

function employeesRoute(personio: FakePersonio, rest: string, request: EmployeesRequest): Answer {
  if (rest === "") return listEmployees(personio, request);
  if (rest === "attributes" || rest === "custom-attributes") return listAttributes(personio, request);
  // A longer path is a profile picture, which no person has, or an unknown path.
  return rest.includes("/") ? notFound() : getEmployee(personio, rest, request);
}
