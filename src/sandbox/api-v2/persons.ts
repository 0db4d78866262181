import { type Answer, ok } from "../api/answer.ts";
import type { FakePersonio } from "../api/personio.ts";
import { resourceNotFound } from "../api/problem.ts";
import { oddRecord } from "../control/faults.ts";
import { hasFault } from "./faulty-values.ts";
import { answerPage, readPage } from "./page.ts";
import { PERSON_FIELDS } from "./person.ts";
import { createResourceWriter, type Resource, type ResourceContext } from "./resource.ts";
import type { Call } from "./route.ts";
import { PERSON_FILTERS, selectPersons } from "./select-persons.ts";

/** `GET /v2/persons`. */
export function listPersons(personio: FakePersonio, call: Call): Answer {
  const page = readPage(call.query, { limitDefault: 10, limitMax: 50, filters: PERSON_FILTERS });
  if ("status" in page) return page;
  const selected = selectPersons(personio, page, call.faults);
  if ("status" in selected) return selected;
  const write = createResourceWriter(PERSON_FIELDS, resourceContext(personio, call));
  const records = selected.people.map((person) => {
    const odd = oddRecord(call.faults, person.id);
    return odd ? (odd.record as Resource) : write(person);
  });
  return answerPage(call, page, { records, next: selected.next });
}

/** `GET /v2/persons/{id}`: the bare object. */
export function getPerson(personio: FakePersonio, call: Call): Answer {
  const person = personio.records.find(call.id);
  if (!person || hasFault(call.faults, "empty-company")) return resourceNotFound();
  return ok(JSON.stringify(createResourceWriter(PERSON_FIELDS, resourceContext(personio, call))(person)));
}

export const resourceContext = (personio: FakePersonio, { url, faults }: Call): ResourceContext => ({
  records: personio.records,
  units: personio.units,
  today: personio.clock.today(),
  url,
  settings: personio.settings.v2,
  faults,
  canRead: (key) => personio.account.canRead(key),
});
