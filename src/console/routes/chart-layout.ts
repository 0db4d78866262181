import { hierarchy, tree } from "d3-hierarchy";
import { hasTeam, isOpen, type OrgModel, type OrgPerson, othersOf, TOP } from "./org-model.ts";

/*
 * The place of each box in the chart. Boxes stand in rows of one height, so bisection finds the boxes in
 * view. A person with reports takes two rows; those without are stacked, one row each.
 */
export const ROW_PX = 52;
const COLUMN_PX = 232;
export const CARD = { width: 208, height: 64 } as const;
const LEAF = { width: 192, height: 42 } as const;

/** A card with its gap, in rows. */
const ROWS_OF_CARD = 2;

/** A longer stack is used only if the team would be wider than high. */
const STACK_MIN = 12;
const COLUMN_IN_ROWS = COLUMN_PX / ROW_PX;

export type Box = {
  readonly key: string;
  /** Undefined for reports that are not loaded. */
  readonly person: OrgPerson | undefined;
  readonly parent: string;
  readonly others: number;
  readonly x: number;
  readonly row: number;
  readonly isLeaf: boolean;
  /** The start of the line from above: the middle of the card above; null at the top. */
  readonly from: { readonly x: number; readonly row: number } | null;
};

export type Layout = {
  readonly boxes: readonly Box[];
  /** The boxes of each row, from left to right. */
  readonly rows: readonly (readonly Box[])[];
  readonly byKey: ReadonlyMap<string, Box>;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
};

/** What d3 arranges: a card, a part of a stack, or the space below a part of a stack. */
type Part = {
  readonly id: string;
  readonly leaves: readonly string[];
  readonly children: readonly Part[];
};

export const yOf = (box: Box): number => box.row * ROW_PX;
export const sizeOf = ({ isLeaf }: Box): typeof CARD | typeof LEAF => (isLeaf ? LEAF : CARD);

const OTHERS = "+";

/** Arranges what is open. Pure. */
export function layOut(model: OrgModel): Layout {
  const root = hierarchy(partOf(model, TOP));
  const arranged = tree<Part>()
    .nodeSize([COLUMN_PX, 1])
    .separation(() => 1)(root);
  const boxes: Box[] = [];
  const placed = new Map<string, { x: number; row: number }>();
  arranged.each(({ data, x, depth, parent }) => {
    const row = (depth - 1) * ROWS_OF_CARD;
    if (data.leaves.length > 0) {
      const supervisor = parent?.data.id ?? TOP;
      const from = placed.get(supervisor) ?? null;
      for (const [index, id] of data.leaves.entries())
        boxes.push(leafOf(model, { id, parent: supervisor, x, row: row + index, from }));
    } else if (data.id !== TOP && data.id !== SPACE) {
      const above = parent?.data.id ?? TOP;
      placed.set(data.id, { x, row });
      const from = placed.get(above) ?? null;
      const person = model.people.get(data.id);
      boxes.push({
        key: data.id,
        person,
        parent: above,
        others: 0,
        x: x - CARD.width / 2,
        row,
        isLeaf: false,
        from,
      });
    }
  });
  return indexed(boxes);
}

/** Fills the levels below a stack, so that no other branch is placed there. */
const SPACE = " ";

function partOf(model: OrgModel, id: string): Part {
  const team = isOpen(model, id) ? model.teams.get(id) : undefined;
  const members = (team?.ids ?? []).flatMap((member) => {
    const person = model.people.get(member);
    return person && model.above.get(member) === id ? [person] : [];
  });
  const cards = members.filter((person) => hasTeam(model, person));
  const leaves = members.filter((person) => !hasTeam(model, person)).map(({ personId }) => personId);
  if (team && othersOf(model, id) > 0) leaves.push(OTHERS + id);
  return {
    id,
    leaves: [],
    children: [...cards.map(({ personId }) => partOf(model, personId)), ...stacksOf(leaves)],
  };
}

function stacksOf(leaves: readonly string[]): Part[] {
  const length = Math.max(STACK_MIN, Math.ceil(Math.sqrt(leaves.length * COLUMN_IN_ROWS)));
  return Array.from({ length: Math.ceil(leaves.length / length) }, (_, index) => {
    const stack = leaves.slice(index * length, (index + 1) * length);
    let below: readonly Part[] = [];
    for (let level = 1; level * ROWS_OF_CARD < stack.length; level += 1)
      below = [{ id: SPACE, leaves: [], children: below }];
    return { id: SPACE, leaves: stack, children: below };
  });
}

type Placed = Pick<Box, "parent" | "x" | "row" | "from"> & { readonly id: string };

function leafOf(model: OrgModel, { id, parent, x, row, from }: Placed): Box {
  const others = id.startsWith(OTHERS) ? othersOf(model, parent) : 0;
  const person = others > 0 ? undefined : model.people.get(id);
  // Right in its column: the line runs on its left.
  return { key: id, person, parent, others, x: x + CARD.width / 2 - LEAF.width, row, isLeaf: true, from };
}

function indexed(boxes: readonly Box[]): Layout {
  const rows: Box[][] = [];
  let [left, right, bottom] = [0, 0, 0];
  for (const box of boxes) {
    const inRow = rows[box.row] ?? [];
    rows[box.row] = inRow;
    inRow.push(box);
    left = Math.min(left, box.x);
    right = Math.max(right, box.x + sizeOf(box).width);
    bottom = Math.max(bottom, yOf(box) + sizeOf(box).height);
  }
  for (let row = 0; row < rows.length; row += 1) {
    rows[row] ??= [];
    rows[row]?.sort((one, other) => one.x - other.x);
  }
  return { boxes, rows, byKey: new Map(boxes.map((box) => [box.key, box])), left, right, bottom };
}

export type Area = {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
};

/** The boxes that an area touches: by row, and in each row by bisection. Pure. */
export function boxesIn({ rows }: Layout, area: Area): readonly Box[] {
  const first = Math.max(0, Math.floor((area.top - CARD.height) / ROW_PX));
  const last = Math.min(rows.length - 1, Math.floor(area.bottom / ROW_PX));
  const found: Box[] = [];
  for (let row = first; row <= last; row += 1) {
    const boxes = rows[row] ?? [];
    for (let index = firstFrom(boxes, area.left - CARD.width); index < boxes.length; index += 1) {
      const box = boxes[index];
      if (!box || box.x > area.right) break;
      if (box.x + sizeOf(box).width >= area.left && yOf(box) + sizeOf(box).height >= area.top)
        found.push(box);
    }
  }
  return found;
}

/** The index of the first box that begins at `x` or right of it. */
function firstFrom(boxes: readonly Box[], x: number): number {
  let [low, high] = [0, boxes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((boxes[middle]?.x ?? 0) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
