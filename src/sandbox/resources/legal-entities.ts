import type { Company } from "../company/company.ts";
import type { Unit } from "../company/places.ts";
import type { Units } from "../records/units.ts";
import type { Resource } from "./resource.ts";

const FIRST_ID = 902;
const STEP = 3;
const FIRST_YEAR = 2008;

type Sources = { readonly company: Company; readonly units: Units };

/** Another number than version 1's for the same legal entity; only the name is the same. */
export const legalEntityIdOf = (units: Units, subcompany: Unit): string =>
  String(FIRST_ID + units.all("subcompany").indexOf(subcompany) * STEP);

/** All legal entities, the newest first. */
export const legalEntities = ({ company, units }: Sources): readonly Resource[] =>
  units
    .all("subcompany")
    .map((unit, position) => writeLegalEntity(unit, position, { company, units }))
    .toReversed();

function writeLegalEntity(unit: Unit, position: number, { company, units }: Sources): Resource {
  const office = company.places.find(({ legalEntity }) => legalEntity === unit)?.office;
  const country = office?.calendar.country ?? null;
  return {
    id: legalEntityIdOf(units, unit),
    status: "ACTIVE",
    is_main: position === 0,
    valid_from: `${FIRST_YEAR + position}-05-01`,
    // Counting would mean to look at everybody.
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
