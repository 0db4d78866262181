import { hasTeam, isOpen, type OrgModel, type OrgRow } from "./org-model.ts";

/** Name, position, department, reports, state. */
export const CELLS = 5;

/** A row, or a cell of it: the treegrid of the ARIA guide moves between both. */
export type Place = { readonly row: number; readonly cell: number | null };

export type OutlineAction =
  | ({ readonly kind: "focus" } & Place)
  | { readonly kind: "toggle" | "branch" | "others" | "person"; readonly id: string };

type Outline = {
  readonly model: OrgModel;
  readonly rows: readonly OrgRow[];
  readonly place: Place;
  /** Rows of the window. */
  readonly page: number;
};

type Pressed = { readonly key: string; readonly ctrlKey: boolean };

/** What a key does; null if it has no meaning here. Pure. */
export function actionOf(pressed: Pressed, outline: Outline): OutlineAction | null {
  const { place, rows } = outline;
  const row = rows[place.row];
  const focus = (to: number, cell = place.cell): OutlineAction => ({ kind: "focus", row: to, cell });
  if (!row) return null;
  const isInCell = place.cell !== null && !pressed.ctrlKey;
  switch (pressed.key) {
    case "ArrowDown":
      return focus(place.row + 1);
    case "ArrowUp":
      return focus(place.row - 1);
    case "PageDown":
      return focus(place.row + outline.page);
    case "PageUp":
      return focus(place.row - outline.page);
    case "Home":
      return isInCell ? focus(place.row, 0) : focus(0);
    case "End":
      return isInCell ? focus(place.row, CELLS - 1) : focus(rows.length - 1);
    case "ArrowRight":
      return right(row, outline);
    case "ArrowLeft":
      return left(row, outline);
    case "*":
      return row.person ? { kind: "branch", id: row.person.personId } : null;
    case "Enter":
      return place.cell === null ? enter(row) : null;
    default:
      return null;
  }
}

/** Opens a closed row, else moves into its cells. */
function right({ person }: OrgRow, { model, place }: Outline): OutlineAction {
  const isClosed = person !== undefined && hasTeam(model, person) && !isOpen(model, person.personId);
  if (place.cell === null && isClosed) return { kind: "toggle", id: person.personId };
  const last = person ? CELLS - 1 : 0;
  return { kind: "focus", row: place.row, cell: Math.min(last, (place.cell ?? -1) + 1) };
}

/** Moves out of the cells, closes an open row, else leads to the row above it in the tree. */
function left({ person, parent }: OrgRow, { model, rows, place }: Outline): OutlineAction | null {
  if (place.cell !== null)
    return { kind: "focus", row: place.row, cell: place.cell === 0 ? null : place.cell - 1 };
  if (person && isOpen(model, person.personId)) return { kind: "toggle", id: person.personId };
  const above = rows.findIndex(({ key }) => key === parent);
  return above < 0 ? null : { kind: "focus", row: above, cell: null };
}

const enter = ({ person, parent }: OrgRow): OutlineAction =>
  person ? { kind: "person", id: person.personId } : { kind: "others", id: parent };
