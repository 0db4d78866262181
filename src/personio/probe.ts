import type { ApiVersion, MissingRight, Probe } from "./employee.ts";
import { errorOf, isClosed, isRightMissing, type Outcome, valueOrThrow } from "./http/fault.ts";
import type { Lines } from "./http/lines.ts";
import { missingRightOf } from "./http/missing-right.ts";
import type { CallOptions } from "./http/persist.ts";
import { employeesAnswer } from "./v1/parse-employees.ts";
import { employeesRequest } from "./v1/reader-v1.ts";
import { type OrgKind, orgListRequest, unitsAnswer } from "./v2/org-names.ts";
import { newestEmployment, readPersons } from "./v2/parse-persons.ts";
import { employmentRequest, personsAnswer, personsRequest } from "./v2/persons-api.ts";

/** One list of version 2 stands for each right, with the attributes that are lost without it. */
const NAMING_LISTS: readonly { readonly kind: OrgKind; readonly attributes: readonly OrgKind[] }[] = [
  { kind: "department", attributes: ["department", "team"] },
  { kind: "office", attributes: ["office"] },
  { kind: "legal_entity", attributes: ["legal_entity"] },
  { kind: "cost_centers", attributes: ["cost_centers"] },
];

/**
 * Asks the cheapest question of each endpoint that reading takes. A refusal is an answer; every other trouble is thrown, for
 * it says nothing about rights.
 */
export async function probe(lines: Lines, call: CallOptions, only?: ApiVersion): Promise<Probe> {
  if (only === "V2") return { version: "V2", missingRights: valueOrThrow(await probeV2(lines.V2, call)) };

  const request = employeesRequest({ limit: 1, offset: 0 });
  const onV1 = await lines.V1.ask(request, employeesAnswer(), call);
  if (onV1.ok) return { version: "V1", missingRights: [] };
  if (only === "V1" || !isClosed(onV1.fault)) throw errorOf(onV1.fault);

  const onV2 = await probeV2(lines.V2, call);
  // Closed on both sides: what version 1 said is what has to be mended.
  if (!onV2.ok) throw errorOf(isClosed(onV2.fault) ? onV1.fault : onV2.fault);
  return { version: "V2", missingRights: [missingRightOf(request, onV1.fault), ...onV2.value] };
}

/** The lists of names that may not be read; or the fault, when persons or their employments may not. */
async function probeV2(line: Lines["V2"], call: CallOptions): Promise<Outcome<readonly MissingRight[]>> {
  const persons = await line.ask(personsRequest({ limit: 1 }), personsAnswer, call);
  if (!persons.ok) return persons;
  const [person] = readPersons(persons.value.records).persons;
  const employment = person && (await line.ask(employmentRequest(person.id), newestEmployment, call));
  const isGone = employment && !employment.ok && employment.fault.problem === "RECORD_MISSING";
  if (employment && !employment.ok && !isGone) return employment;

  const missingRights = await Promise.all(NAMING_LISTS.map((list) => probeList(list, line, call)));
  return { ok: true, value: missingRights.filter((right) => right !== null) };
}

async function probeList(
  { kind, attributes }: (typeof NAMING_LISTS)[number],
  line: Lines["V2"],
  call: CallOptions,
): Promise<MissingRight | null> {
  const request = orgListRequest(kind, 1);
  const outcome = await line.ask(request, unitsAnswer, call);
  if (outcome.ok) return null;
  if (!isRightMissing(outcome.fault)) throw errorOf(outcome.fault);
  return missingRightOf(request, outcome.fault, attributes);
}
