/** A unit that employees refer to by id and name. An edit may change the name, never the id. */
export type Unit = { readonly id: string; name: string };

export type HolidayCalendar = {
  readonly id: number;
  readonly name: string;
  readonly country: string;
  readonly state: string | null;
};

export type Office = Unit & { readonly calendar: HolidayCalendar };

export type Place = { readonly office: Office; readonly legalEntity: Unit };

type Site = {
  readonly office: string;
  readonly entity: string;
  readonly calendar: Omit<HolidayCalendar, "id">;
};

const germany = (state: string) => ({ name: `Deutschland (${state}) Feiertage`, country: "DE", state });
const abroad = (country: string, name: string) => ({ name, country, state: null });

/**
 * The order matters: `Culture.offices` refers to these places by position. Time zones from UTC-5 to UTC+8.
 */
const SITES: readonly Site[] = [
  { office: "Hamburg", entity: "GmbH", calendar: germany("Hamburg") },
  { office: "Berlin", entity: "GmbH", calendar: germany("Berlin") },
  { office: "München", entity: "Süd GmbH & Co. KG", calendar: germany("Bayern") },
  { office: "Porto", entity: "Portugal, Unipessoal Lda.", calendar: abroad("PT", "Portugal Feriados") },
  { office: "London", entity: "(UK) Ltd.", calendar: abroad("GB", "England & Wales Bank Holidays") },
  { office: "New York", entity: "Inc.", calendar: abroad("US", "US Federal Holidays") },
  { office: "Singapore", entity: "Pte. Ltd.", calendar: abroad("SG", "Singapore Public Holidays") },
  { office: "Kraków", entity: "Polska sp. z o.o.", calendar: abroad("PL", "Polska Święta") },
  { office: "Barcelona", entity: "Ibérica, S.L.U.", calendar: abroad("ES", "España (Cataluña) Festivos") },
  { office: "Zürich", entity: "(Schweiz) AG", calendar: abroad("CH", "Schweiz (Zürich) Feiertage") },
];

const FIRST_OFFICE_ID = 214_410;
const FIRST_LEGAL_ENTITY_ID = 5_120;

/** The offices of a company of this name, each with its holiday calendar and legal entity. */
export function createPlaces(brand: string): readonly Place[] {
  const legalEntities = new Map<string, Unit>();
  return SITES.map(({ office, entity, calendar }, position) => {
    const legalEntity = legalEntities.get(entity) ?? {
      id: String(FIRST_LEGAL_ENTITY_ID + legalEntities.size * 7),
      name: `${brand} ${entity}`,
    };
    legalEntities.set(entity, legalEntity);
    const id = String(FIRST_OFFICE_ID + position * 13);
    return { office: { id, name: office, calendar: { id: position + 7, ...calendar } }, legalEntity };
  });
}
