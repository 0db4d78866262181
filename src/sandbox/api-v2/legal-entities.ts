import type { Company } from "../company/company.ts";
import type { Unit } from "../company/places.ts";
import type { Units } from "../records/units.ts";
import type { SettingsV2 } from "../settings.ts";
import type { Resource } from "./resource.ts";

const FIRST_ID = 902;
const STEP = 3;
const FIRST_YEAR = 2008;

type Numbering = { readonly units: Units; readonly settings: Pick<SettingsV2, "legalEntityIds"> };

/** An id that differs from version 1's for the same legal entity; only the name is the same. */
export function legalEntityIdOf(subcompany: Unit, { units, settings }: Numbering): string {
  const all = units.all("subcompany");
  const position = all.indexOf(subcompany);
  const next = all[(position + 1) % all.length];
  return next && settings.legalEntityIds === "overlapping" ? next.id : String(FIRST_ID + position * STEP);
}

type Sources = Numbering & { readonly company: Company };

/** All legal entities, the newest first. */
export const legalEntities = (sources: Sources): readonly Resource[] =>
  sources.units
    .all("subcompany")
    .map((unit, position) => writeLegalEntity(unit, position, sources))
    .toReversed();

function writeLegalEntity(unit: Unit, position: number, { company, ...numbering }: Sources): Resource {
  const office = company.places.find(({ legalEntity }) => legalEntity === unit)?.office;
  const country = office?.calendar.country ?? null;
  return {
    id: legalEntityIdOf(unit, numbering),
    status: "ACTIVE",
    is_main: position === 0,
    valid_from: `${FIRST_YEAR + position}-05-01`,
    // Counting would read every person.
    assigned_employees: null,
    country,
    name: unit.name,
    type: null,
    registration_number: null,
    industry_sector: "Manufacturing",
    email: `office@${company.emailDomain}`,
    phone: null,
    address: office ? { street: "Musterkai 1", postal_code: null, city: office.name, country } : null,
    contact_person: null,
    bank_details: null,
    mailing_address: null,
  };
}
