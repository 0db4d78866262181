import { type Answer, ok } from "../api/answer.ts";
import { oddRecord } from "../api/faults.ts";
import type { FakePersonio } from "../api/personio.ts";
import { badRequest, resourceNotFound } from "../api/problem.ts";
import { employmentIdOf } from "../company/uuids.ts";
import { EMPLOYMENT_FIELDS, employmentUpdatedAt } from "./employment.ts";
import type { Call } from "./endpoint.ts";
import { instantFilters, readInstants } from "./instant-filters.ts";
import { answerPage, pageOf, readPage } from "./page.ts";
import { PERSON_FIELDS } from "./person.ts";
import { createResourceWriter, hasFault, type Resource, type ResourceContext } from "./resource.ts";
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

const resourceContext = (personio: FakePersonio, { url, faults }: Call): ResourceContext => ({
  records: personio.records,
  units: personio.units,
  today: personio.clock.today(),
  url,
  settings: personio.settings.v2,
  faults,
  canRead: (key) => personio.account.canRead(key),
});

const FILTERS = ["id", ...instantFilters("updated_at")];

/** `GET /v2/persons/{id}/employments`: one, because one profile is one employment. */
export function listEmployments(personio: FakePersonio, call: Call): Answer {
  const page = readPage(call.query, { limitDefault: 10, limitMax: 50, filters: FILTERS });
  if ("status" in page) return page;
  const updated = readInstants(page.filters, "updated_at", call.faults);
  if (updated === "invalid") return badRequest();
  const person = personio.records.find(call.id);
  if (!person) return resourceNotFound();

  const isNamed = page.filters.get("id")?.split(",").includes(employmentIdOf(person.id)) ?? true;
  const matches = isNamed && (updated?.(employmentUpdatedAt(person, personio)) ?? true);
  const write = createResourceWriter(EMPLOYMENT_FIELDS, resourceContext(personio, call));
  const { employmentLinks } = personio.settings.v2;
  const path = employmentLinks === "the person's" ? call.path : employmentLinks;
  return answerPage({ ...call, path }, page, pageOf(matches ? [write(person)] : [], page));
}

/** `GET /v2/persons/{id}/employments/{id}`: the bare object. */
export function getEmployment(personio: FakePersonio, call: Call): Answer {
  const person = personio.records.find(call.id);
  if (!person || call.innerId !== employmentIdOf(person.id)) return resourceNotFound();
  return ok(JSON.stringify(createResourceWriter(EMPLOYMENT_FIELDS, resourceContext(personio, call))(person)));
}
