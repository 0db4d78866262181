import { DEPARTMENTS } from "./departments.ts";
import type { Unit } from "./places.ts";

const FIRST_ID = 91_544;

/** By position in `DEPARTMENTS`: each has one cost center for itself and one for its projects. */
export const COST_CENTERS: readonly { readonly own: Unit; readonly projects: Unit }[] = DEPARTMENTS.map(
  ({ name }, position) => {
    const id = FIRST_ID + position * 3;
    return {
      own: { id: String(id), name: `CC-${410 + position} ${name}` },
      projects: { id: String(id + 1), name: `CC-${410 + position}-X Projekte` },
    };
  },
);
