import type { Company } from "../company/company.ts";
import { COST_CENTERS } from "../company/cost-centers.ts";
import type { Unit } from "../company/places.ts";
import { RefusedEdit } from "./records.ts";

export type UnitKind = "department" | "team" | "office" | "subcompany" | "costCenter";

/** Ids of units that edits create start here, above all others. */
const FIRST_NEW_ID = 900_000;

/** The departments, teams, offices, legal entities and cost centers by name, for edits. */
export class Units {
  readonly #known: Record<UnitKind, Unit[]>;
  #nextId = FIRST_NEW_ID;

  constructor({ departments, places }: Company) {
    this.#known = {
      department: departments.map(({ department }) => department),
      team: departments.flatMap(({ teams }) => teams),
      office: places.map(({ office }) => office),
      subcompany: [...new Set(places.map(({ legalEntity }) => legalEntity))],
      costCenter: COST_CENTERS.flatMap(({ own, projects }) => [own, projects]),
    };
  }

  /** The unit of this name; a new name creates a new one. */
  named(kind: UnitKind, name: string): Unit {
    const known = this.#known[kind].find((unit) => unit.name === name);
    if (known) return known;
    const unit = { id: String(this.#nextId++), name };
    this.#known[kind].push(unit);
    return unit;
  }

  all(kind: UnitKind): readonly Unit[] {
    return this.#known[kind];
  }

  /** People refer to the unit itself, so the new name is visible on all of them at once. */
  rename({ from, to }: { readonly from: string; readonly to: string }): void {
    // All companies share their cost centers.
    const { costCenter: _, ...ofCompany } = this.#known;
    const unit = Object.values(ofCompany)
      .flat()
      .find(({ name }) => name === from);
    if (!unit) throw new RefusedEdit(`There is no department, team, office or legal entity "${from}".`);
    unit.name = to;
  }
}
