import type { Answer } from "../api/answer.ts";
import type { FakePersonio } from "../api/personio.ts";
import { problemOf } from "../api/problem.ts";
import type { ApiRequest } from "../api/request.ts";
import { AUTHENTICATION_ENDPOINT, type TokenBucket } from "../api/token-bucket.ts";
import { tooManyRequests } from "../api-v1/authentication.ts";
import { EVENT_ENDPOINTS } from "../webhooks/event-endpoints.ts";
import { WEBHOOK_ENDPOINTS } from "../webhooks/webhook-endpoints.ts";
import { denyAccess, type Endpoint } from "./endpoint.ts";
import {
  getLegalEntity,
  getOrgUnit,
  listCostCenters,
  listLegalEntities,
  listOrgUnits,
  listWorkplaces,
} from "./organisation.ts";
import { getEmployment, getPerson, listEmployments, listPersons } from "./persons.ts";
import { issueToken, revokeToken } from "./token.ts";

export const PERSONS_PATH = "/v2/persons";

const persons = { right: "persons", scope: "personio:persons:read" } as const;
// VERIFY(personio): no scope is documented for reading employments; the scope of persons seems to suffice.
const employments = { right: "employments", scope: "personio:persons:read" } as const;

/** Endpoints by method and path; `:id` stands for any id. */
const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  "GET /v2/persons": { ...persons, answer: listPersons },
  "GET /v2/persons/:id": { ...persons, answer: getPerson },
  "GET /v2/persons/:id/employments": { ...employments, answer: listEmployments },
  "GET /v2/persons/:id/employments/:id": { ...employments, answer: getEmployment },
  "GET /v2/org-units": { right: "orgUnits", wasBeta: true, answer: listOrgUnits },
  "GET /v2/org-units/:id": { right: "orgUnits", answer: getOrgUnit },
  "GET /v2/legal-entities": { right: "legalEntities", answer: listLegalEntities },
  "GET /v2/legal-entities/:id": { right: "legalEntities", answer: getLegalEntity },
  "GET /v2/workplaces": { right: "workplaces", wasBeta: true, answer: listWorkplaces },
  "GET /v2/cost-centers": { right: "costCenters", wasBeta: true, answer: listCostCenters },
  ...WEBHOOK_ENDPOINTS,
  ...EVENT_ENDPOINTS,
};

/** Everything under `/v2/`. Every response contains the remaining tokens of the endpoint. */
export function routeV2(personio: FakePersonio, request: ApiRequest): Answer {
  const name = endpointName(request);
  const bucket = personio.limits.v2.bucketOf(name);
  const { isAdmitted, remaining } = bucket.take(performance.now());
  const answered = isAdmitted ? enter(personio, request, name) : tooManyRequests(personio.settings);
  return withHeaders(answered, bucket, remaining);
}

/**
 * The response of a fault, with rate headers if it comes from Personio and not from a gateway in front of it.
 */
export function withRateHeaders(personio: FakePersonio, request: ApiRequest, answered: Answer): Answer {
  const isForeign = answered.status < 400 || answered.headers?.["content-type"]?.startsWith("text/html");
  if (isForeign) return answered;
  const bucket = personio.limits.v2.bucketOf(endpointName(request));
  return withHeaders(answered, bucket, answered.status === 429 ? 0 : bucket.burstCapacity);
}

function enter(personio: FakePersonio, request: ApiRequest, name: string): Answer {
  if (name === AUTHENTICATION_ENDPOINT) return issueToken(personio, request);
  if (name === "POST /v2/auth/revoke") return revokeToken(personio, request);
  const endpoint = ENDPOINTS[name];
  if (!endpoint) return problemOf(404, request.path);
  const [, , , id = "", , innerId = ""] = request.path.split("/");
  return denyAccess(personio, request, endpoint) ?? endpoint.answer(personio, { ...request, id, innerId });
}

/** `GET /v2/persons/7311391/employments` is `GET /v2/persons/:id/employments`. */
function endpointName({ method, path }: ApiRequest): string {
  const [resource, id, inner, innerId] = path.slice("/v2/".length).split("/");
  if (resource === "auth") return `${method} ${path}`;
  const parts = [resource, id && ":id", inner, innerId && ":id"].filter((part) => part !== undefined);
  const isLonger = path.split("/").length > parts.length + 2;
  return `${method} /v2/${isLonger ? "(unknown)" : parts.join("/")}`;
}

const withHeaders = (answered: Answer, bucket: TokenBucket, remaining: number): Answer => ({
  ...answered,
  headers: {
    ...answered.headers,
    "x-ratelimit-replenish-rate": String(bucket.replenishRate),
    "x-ratelimit-burst-capacity": String(bucket.burstCapacity),
    "x-ratelimit-requested-tokens": "1",
    "x-ratelimit-remaining": String(remaining),
  },
});
