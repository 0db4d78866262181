import type { ApiVersion, MissingRight, Probe } from "./employee.ts";
import type { ApiClients } from "./http/api-clients.ts";
import {
  errorOf,
  type Failure,
  isRetryable,
  isRightMissing,
  isVersionUnavailable,
  type Result,
  valueOrThrow,
} from "./http/failure.ts";
import type { CallOptions } from "./http/retry.ts";
import type { PersonioRequest } from "./http/send-request.ts";
import { employeesResponse } from "./v1/parse-employees.ts";
import { employeesRequest } from "./v1/reader-v1.ts";
import { KINDS_OF_RIGHTS, type OrgKind, orgListRequest, unitsResponse } from "./v2/org-names.ts";
import { newestEmployment, readPersons } from "./v2/parse-persons.ts";
import { employmentRequest, personsRequest, personsResponse } from "./v2/persons-api.ts";

/**
 * Sends the cheapest request to each endpoint that a sync reads. A missing right is a result; other failures
 * are thrown, because they prove nothing about rights.
 */
export async function probe(clients: ApiClients, call: CallOptions, only?: ApiVersion): Promise<Probe> {
  if (only === "V2") return { version: "V2", missingRights: valueOrThrow(await probeV2(clients.V2, call)) };

  const request = employeesRequest({ limit: 1, offset: 0 });
  const onV1 = await clients.V1.request(request, employeesResponse(), call);
  if (onV1.ok) return { version: "V1", missingRights: [] };
  if (only === "V1" || !isVersionUnavailable(onV1.failure)) throw errorOf(onV1.failure);

  const onV2 = await probeV2(clients.V2, call);
  // Neither version works: the admin has to fix what version 1 reported.
  if (!onV2.ok) throw errorOf(isVersionUnavailable(onV2.failure) ? onV1.failure : onV2.failure);
  return { version: "V2", missingRights: [missingRightOf(request, onV1.failure), ...onV2.value] };
}

/** The missing rights to lists of names; or the failure, when persons or their employments cannot be read. */
async function probeV2(
  client: ApiClients["V2"],
  call: CallOptions,
): Promise<Result<readonly MissingRight[]>> {
  const persons = await client.request(personsRequest({ limit: 1 }), personsResponse, call);
  if (!persons.ok) return persons;
  const [person] = readPersons(persons.value.records).persons;
  const employment = person && (await client.request(employmentRequest(person.id), newestEmployment, call));
  const isGone = employment && !employment.ok && employment.failure.httpError === "RECORD_MISSING";
  if (employment && !employment.ok && !isGone) return employment;

  const missingRights = await Promise.all(KINDS_OF_RIGHTS.map((kinds) => probeRight(kinds, client, call)));
  return { ok: true, value: missingRights.filter((right) => right !== null) };
}

/** Reads one list of a right. Without the right, all its kinds lose their names. */
async function probeRight(
  kinds: readonly OrgKind[],
  client: ApiClients["V2"],
  call: CallOptions,
): Promise<MissingRight | null> {
  const request = orgListRequest(kinds[0]!, 1);
  const result = await client.request(request, unitsResponse, call);
  if (result.ok) return null;
  if (isRightMissing(result.failure)) return missingRightOf(request, result.failure, kinds);
  // An odd answer of one list must not block the account, and retries do not change it.
  if (isRetryable(result.failure)) throw errorOf(result.failure);
  return null;
}

/** A request that the credential may not make, with the attributes that are lost without it. */
const missingRightOf = (
  { method, path }: PersonioRequest,
  failure: Failure,
  attributes: readonly string[] = [],
): MissingRight => ({ asked: `${method} ${path}`, attributes, reason: errorOf(failure) });
