import { EMPLOYEES_PATH, routeV1 } from "../api-v1/route.ts";
import { cursorOf } from "../api-v2/page.ts";
import { PERSONS_PATH, routeV2, withRateHeaders } from "../api-v2/route.ts";
import type { Fault } from "../control/faults.ts";
import type { Answer } from "./answer.ts";
import { faultyAnswer } from "./faulty-answer.ts";
import type { FakePersonio } from "./personio.ts";

/** A request to Personio's API, as far as the API cares. */
export type ApiRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly contentType: string;
  /** The header that let early users of version 2 in. */
  readonly beta: string | undefined;
  readonly body: string;
  /** Where this sandbox is reached. */
  readonly url: string;
  /** The faults that strike this request. */
  readonly faults: readonly Fault[];
};

/** What Personio answers, or what a fault puts in its place. */
export function answer(personio: FakePersonio, request: ApiRequest): Answer {
  const { path, faults } = request;
  if (faults.some(({ kind }) => kind === "token-expired")) personio.account.expireTokens();
  const faulty = faults
    .map((fault) => faultyAnswer(fault, request))
    .find((answered) => answered !== undefined);
  if (!path.startsWith("/v2/")) return faulty ?? routeV1(personio, request);
  return faulty ? withRateHeaders(personio, request, faulty) : routeV2(personio, request);
}

/** How many records come before the page that is asked for; undefined for whatever is no page of people. */
export function pageOffset(path: string, query: URLSearchParams): number | undefined {
  if (path === EMPLOYEES_PATH) return Number(query.get("offset") ?? 0);
  return path === PERSONS_PATH ? (cursorOf(query)?.given ?? 0) : undefined;
}
