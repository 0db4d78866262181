import { type Answer, ok } from "../api/answer.ts";
import type { FakePersonio } from "../api/personio.ts";
import { badRequest, resourceNotFound } from "../api/problem.ts";
import { DEPARTMENTS } from "../company/departments.ts";
import type { Unit } from "../company/places.ts";
import type { Units } from "../records/units.ts";
import type { Call } from "./endpoint.ts";
import { legalEntities } from "./legal-entities.ts";
import { answerPage, pageOf, readPage } from "./page.ts";
import type { Resource } from "./resource.ts";

/** VERIFY(personio): documented for persons; the lists of the organisation document no limits. */
const LIMITS = { limitDefault: 10, limitMax: 50 };

/** `GET /v2/org-units?type=department|team`. */
export function listOrgUnits({ units }: FakePersonio, call: Call): Answer {
  const page = readPage(call.query, { ...LIMITS, filters: ["type", "include_parent_chain", "sort"] });
  if ("status" in page) return page;
  const type = page.filters.get("type");
  const sort = page.filters.get("sort") ?? "id";
  if (!isOrgUnitType(type) || !["name", "-name", "id"].includes(sort)) return badRequest();
  const withParents = page.filters.get("include_parent_chain") === "true";
  return answerPage(
    call,
    page,
    pageOf(sorted(orgUnits(type, { units, url: call.url, withParents }), sort), page),
  );
}

/** `GET /v2/org-units/{id}?type=department|team`. */
export function getOrgUnit({ units }: FakePersonio, { query, url, id }: Call): Answer {
  const type = query.get("type");
  if (!isOrgUnitType(type)) return badRequest();
  const withParents = query.get("include_parent_chain") === "true";
  return single(orgUnits(type, { units, url, withParents }).find((unit) => String(unit.id) === id));
}

const sourcesOf = ({ company, units, settings }: FakePersonio) => ({ company, units, settings: settings.v2 });

/** `GET /v2/legal-entities`, the newest first. */
export function listLegalEntities(personio: FakePersonio, call: Call): Answer {
  const page = readPage(call.query, { limitDefault: 20, limitMax: 100, filters: ["id", "country"] });
  if ("status" in page) return page;
  const isAsked = (name: "id" | "country", value: Resource[string] | undefined): boolean => {
    const asked = page.filters.getAll(name);
    return asked.length === 0 || asked.includes(String(value));
  };
  const matching = legalEntities(sourcesOf(personio)).filter(
    ({ id, country }) => isAsked("id", id) && isAsked("country", country),
  );
  return answerPage(call, page, pageOf(matching, page));
}

/** `GET /v2/legal-entities/{id}`. */
export const getLegalEntity = (personio: FakePersonio, { id }: Call): Answer =>
  single(
    legalEntities(sourcesOf(personio)).find((entity) => entity.id === id),
    "common.requested_resource_not_found",
  );

/** `GET /v2/workplaces`: the offices. */
export const listWorkplaces = ({ units }: FakePersonio, call: Call): Answer =>
  listNamed(units.all("office"), call);

/** `GET /v2/cost-centers`. */
export const listCostCenters = ({ units }: FakePersonio, call: Call): Answer =>
  listNamed(units.all("costCenter"), call);

function listNamed(units: readonly Unit[], call: Call): Answer {
  const page = readPage(call.query, { ...LIMITS, filters: ["id", "name", "sort"] });
  if ("status" in page) return page;
  const sort = page.filters.get("sort") ?? "id";
  if (!["name", "id"].includes(sort)) return badRequest();
  const ids = page.filters.get("id")?.split(",");
  const name = page.filters.get("name");
  const matching = units
    .filter((unit) => (ids?.includes(unit.id) ?? true) && (name === null || unit.name === name))
    .map((unit) => ({ id: unit.id, name: unit.name }));
  return answerPage(call, page, pageOf(sorted(matching, sort), page));
}

/** Lists are ordered by ascending id, or by name on request. */
function sorted(list: readonly Resource[], sort: string): readonly Resource[] {
  if (sort === "id") return list;
  const byName = list.toSorted((left, right) => String(left.name).localeCompare(String(right.name)));
  return sort === "name" ? byName : byName.toReversed();
}

const single = (resource: Resource | undefined, missing?: string): Answer =>
  resource ? ok(JSON.stringify(resource)) : resourceNotFound(missing);

type OrgUnitType = "department" | "team";

const isOrgUnitType = (text: string | null): text is OrgUnitType => text === "department" || text === "team";

type Sources = { readonly units: Units; readonly url: string; readonly withParents: boolean };

/** All departments or teams. Ids are numbers here; employments refer to them as text. */
const orgUnits = (type: OrgUnitType, sources: Sources): readonly Resource[] =>
  sources.units.all(type).map((unit, position) => writeOrgUnit({ type, unit, position }, sources));

type Placed = { readonly type: OrgUnitType; readonly unit: Unit; readonly position: number };

function writeOrgUnit({ type, unit, position }: Placed, { units, url, withParents }: Sources): Resource {
  const { id, name } = unit;
  const place = `/v2/org-units/${id}?type=${type}`;
  const parent = type === "department" ? leaderOf(position, units) : undefined;
  const chain = parent ? [{ id: Number(parent.id), type, name: parent.name }] : [];
  return {
    id: Number(id),
    type,
    name,
    abbreviation: name.slice(0, 3).toUpperCase(),
    description: "",
    resource_uri: place,
    parent_id: parent ? Number(parent.id) : null,
    create_time: "2021-01-04T10:00:00Z",
    ...(withParents ? { parent_chain: chain } : {}),
    _meta: { links: { self: { href: `${url}${place}` } } },
  };
}

/**
 * The first department of a division is the parent of the others; units that edits created have no parent.
 */
function leaderOf(position: number, units: Units): Unit | undefined {
  const leader = DEPARTMENTS.findIndex(({ division }) => division === DEPARTMENTS[position]?.division);
  return leader === position ? undefined : units.all("department")[leader];
}
