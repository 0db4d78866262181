import { DEPARTMENTS } from "../company/departments.ts";
import type { Unit } from "../company/places.ts";
import type { Units } from "../records/units.ts";
import type { Resource } from "./resource.ts";

export type OrgUnitType = "department" | "team";

export const isOrgUnitType = (text: string | null): text is OrgUnitType =>
  text === "department" || text === "team";

type Sources = { readonly units: Units; readonly url: string; readonly withParents: boolean };

/** All departments or teams. Here ids are numbers; employments refer to them by text. */
export const orgUnits = (type: OrgUnitType, sources: Sources): readonly Resource[] =>
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

/** The first department of a division has the others under it; what edits made up stands alone. */
function leaderOf(position: number, units: Units): Unit | undefined {
  const leader = DEPARTMENTS.findIndex(({ division }) => division === DEPARTMENTS[position]?.division);
  return leader === position ? undefined : units.all("department")[leader];
}
