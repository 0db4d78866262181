import { type Answer, ok } from "../api/answer.ts";
import type { FakePersonio } from "../api/personio.ts";
import { badRequest, resourceNotFound } from "../api/problem.ts";
import { employmentIdOf } from "../company/uuids.ts";
import { EMPLOYMENT_FIELDS, employmentUpdatedAt } from "./employment.ts";
import { instantFilters, readInstants } from "./instant-filters.ts";
import { answerPage, pageOf, readPage } from "./page.ts";
import { resourceContext } from "./persons.ts";
import { createResourceWriter } from "./resource.ts";
import type { Call } from "./route.ts";

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
  const isMeant = isNamed && (updated?.(employmentUpdatedAt(person, personio)) ?? true);
  const write = createResourceWriter(EMPLOYMENT_FIELDS, resourceContext(personio, call));
  const { employmentLinks } = personio.settings.v2;
  const path = employmentLinks === "the person's" ? call.path : employmentLinks;
  return answerPage({ ...call, path }, page, pageOf(isMeant ? [write(person)] : [], page));
}

/** `GET /v2/persons/{id}/employments/{id}`: the bare object. */
export function getEmployment(personio: FakePersonio, call: Call): Answer {
  const person = personio.records.find(call.id);
  if (!person || call.innerId !== employmentIdOf(person.id)) return resourceNotFound();
  return ok(JSON.stringify(createResourceWriter(EMPLOYMENT_FIELDS, resourceContext(personio, call))(person)));
}
