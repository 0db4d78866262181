import { hasTeam, isOpen, type OrgModel, type OrgRow } from "./org-model.ts";

/** Name, position, department, reports, state: the cells of a wide window. */
export const CELLS: readonly number[] = [0, 1, 2, 3, 4];

/** Under 700 px, the others are left out: name and reports. */
export const NARROW_CELLS: readonly number[] = [0, 3];

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
  /** The cells of a person's row that are visible. */
  readonly cells: readonly number[];
};

type Pressed = { readonly key: string; readonly ctrlKey: boolean };

/** What a key does; null if it has no meaning here. Pure. */
export function actionOf(pressed: Pressed, outline: Outline): OutlineAction | null {
  const { place, rows } = outline;
  const row = rows[place.row];
  const cells = cellsOf(row, outline);
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
      return isInCell ? focus(place.row, cells[0]) : focus(0);
    case "End":
      return isInCell ? focus(place.row, cells.at(-1)) : focus(rows.length - 1);
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

/** A row without a person has only a button. */
const cellsOf = (row: OrgRow | undefined, { cells }: Outline): readonly number[] =>
  row?.person ? cells : cells.slice(0, 1);

/** Opens a closed row, else moves into its cells. */
function right(row: OrgRow, outline: Outline): OutlineAction {
  const { person } = row;
  const { model, place } = outline;
  const isClosed = person !== undefined && hasTeam(model, person) && !isOpen(model, person.personId);
  if (place.cell === null && isClosed) return { kind: "toggle", id: person.personId };
  const cells = cellsOf(row, outline);
  const next = cells.find((cell) => cell > (place.cell ?? -1)) ?? cells.at(-1);
  return { kind: "focus", row: place.row, cell: next ?? null };
}

/** Moves out of the cells, closes an open row, else leads to the row above it in the tree. */
function left({ person, parent }: OrgRow, { model, rows, place, cells }: Outline): OutlineAction | null {
  const { cell } = place;
  if (cell !== null)
    return { kind: "focus", row: place.row, cell: cells.findLast((other) => other < cell) ?? null };
  if (person && isOpen(model, person.personId)) return { kind: "toggle", id: person.personId };
  const above = rows.findIndex(({ key }) => key === parent);
  return above < 0 ? null : { kind: "focus", row: above, cell: null };
}

const enter = ({ person, parent }: OrgRow): OutlineAction =>
  person ? { kind: "person", id: person.personId } : { kind: "others", id: parent };
