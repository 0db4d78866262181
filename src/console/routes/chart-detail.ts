import { type Box, CARD, type Layout, ROW_PX, sizeOf, yOf } from "./chart-layout.ts";
import { hasTeam, isOpen, type OrgModel } from "./org-model.ts";

/** The most elements that a browser moves at 60 frames a second, even without a graphics processor. */
export const NODES_MAX = 300;

/** The frame of the chart: groups, and one path each for lines, boxes, marks and the current person. */
const FRAME_NODES = 12;

/** Below this scale, letters are too small to read. */
const READABLE_SCALE = 0.5;

/** How much of each box is drawn: all, only names, or only shapes. */
export type Detail = "all" | "names" | "shapes";

/** Elements of a box: its link, title and lines of text, and three for the button that opens its team. */
function nodesOf({ person, others }: Box, model: OrgModel, detail: "all" | "names"): number {
  if (others > 0 || !person) return 2;
  const marks =
    detail === "all" && (person.issues.length > 0 || person.status !== "ACTIVE" || person.isPreHire);
  return (detail === "all" ? 4 : 3) + (marks ? 1 : 0) + (hasTeam(model, person) ? 3 : 0);
}

/** The most detail that stays within `NODES_MAX`. Pure. */
export function detailOf(boxes: readonly Box[], model: OrgModel, scale: number): Detail {
  if (scale < READABLE_SCALE) return "shapes";
  for (const detail of ["all", "names"] as const) {
    const nodes = boxes.reduce((sum, box) => sum + nodesOf(box, model, detail), FRAME_NODES);
    if (nodes <= NODES_MAX) return detail;
  }
  return "shapes";
}

const RADIUS = 8;

/** With this many boxes in view, their corners are too small to be seen. */
const ROUND_MAX = 500;

/** Boxes as one path. */
export const boxesPath = (boxes: readonly Box[]): string =>
  boxes
    .map((box) => {
      const { width, height } = sizeOf(box);
      if (boxes.length > ROUND_MAX) return `M${box.x} ${yOf(box)}h${width}v${height}h${-width}z`;
      const [w, h] = [width - 2 * RADIUS, height - 2 * RADIUS];
      const corner = (x: number, y: number) => `a${RADIUS} ${RADIUS} 0 0 1 ${x} ${y}`;
      return (
        `M${box.x + RADIUS} ${yOf(box)}h${w}${corner(RADIUS, RADIUS)}v${h}${corner(-RADIUS, RADIUS)}` +
        `h${-w}${corner(-RADIUS, -RADIUS)}v${-h}${corner(RADIUS, -RADIUS)}z`
      );
    })
    .join("");

/** Half of the gap below a card: where lines turn. */
const TURN_PX = (2 * ROW_PX - CARD.height) / 2;

/** Between the line along a stack and its people. */
const SPINE_PX = 8;

/** The lines from above to these boxes, and below open cards the start of their lines, as one path. */
export const linesPath = (boxes: readonly Box[], model: OrgModel): string =>
  boxes
    .flatMap((box) => {
      const { person, from } = box;
      const { width, height } = sizeOf(box);
      const isParent = !box.isLeaf && person && isOpen(model, person.personId);
      const trunk = isParent ? [`M${box.x + width / 2} ${yOf(box) + height}v${TURN_PX}`] : [];
      if (!from) return trunk;
      const turn = from.row * ROW_PX + CARD.height + TURN_PX;
      const start = `M${from.x} ${turn}`;
      const end = box.isLeaf
        ? `H${box.x - SPINE_PX}V${yOf(box) + height / 2}H${box.x}`
        : `H${box.x + width / 2}V${yOf(box)}`;
      return [...trunk, start + end];
    })
    .join("");

/** The part of the world that a window shows. */
export type View = { readonly x: number; readonly y: number; readonly scale: number };
export type Size = { readonly width: number; readonly height: number };

/** A company of 10,000 people, all open, is 320,000 px wide. */
const SCALE_MIN = 0.003;
const SCALE_MAX = 2;

/** The margin around the visible part, also above the people at the top. */
const MARGIN_PX = 24;

const clampScale = (scale: number): number => Math.min(SCALE_MAX, Math.max(SCALE_MIN, scale));

/** Zooms, and keeps the point of the window where it is. Pure. */
export function zoomed(view: View, factor: number, at: { readonly x: number; readonly y: number }): View {
  const scale = clampScale(view.scale * factor);
  return {
    scale,
    x: view.x + at.x / view.scale - at.x / scale,
    y: view.y + at.y / view.scale - at.y / scale,
  };
}

/** Fits the whole chart into the window, but never enlarges it. Pure. */
export function fitting({ left, right, bottom }: Layout, size: Size): View {
  const scale = clampScale(
    Math.min(1, size.width / (right - left + 2 * MARGIN_PX), size.height / (bottom + 2 * MARGIN_PX)),
  );
  return { scale, x: (left + right) / 2 - size.width / scale / 2, y: -MARGIN_PX };
}

/** A box in the middle of the window, at its size. Pure. */
export const centred = (box: Box, size: Size, scale = 1): View => ({
  scale,
  x: box.x + sizeOf(box).width / 2 - size.width / scale / 2,
  y: yOf(box) + sizeOf(box).height / 2 - size.height / scale / 2,
});

/** Keeps the middle when the window is resized; a chart at its top stays there. Pure. */
export function resized(view: View, before: Size, now: Size): View {
  const shift = (from: number, to: number): number => (from - to) / view.scale / 2;
  const isAtTop = view.y === -MARGIN_PX;
  return {
    scale: view.scale,
    x: view.x + shift(before.width, now.width),
    y: view.y + (isAtTop ? 0 : shift(before.height, now.height)),
  };
}

/** Moves only as far as needed to show the box. Pure. */
export function revealing(view: View, box: Box, size: Size): View {
  const { width, height } = sizeOf(box);
  const shift = (at: number, length: number, from: number, room: number): number => {
    if (at < from + MARGIN_PX) return at - MARGIN_PX;
    return at + length > from + room - MARGIN_PX ? at + length - room + MARGIN_PX : from;
  };
  return {
    scale: view.scale,
    x: shift(box.x, width, view.x, size.width / view.scale),
    y: shift(yOf(box), height, view.y, size.height / view.scale),
  };
}

/** A scale at which users read the names at the top without a zoom. */
const TOP_SCALE = 0.8;

/** The person of the address in the middle, else the middle of the top. Pure. */
export function placed(layout: Layout, size: Size, focusId: string | undefined): View {
  const box = focusId === undefined ? undefined : layout.byKey.get(focusId);
  if (box) return centred(box, size);
  const all = fitting(layout, size);
  // Small companies fit; of larger ones the names at the top are readable.
  const scale = Math.max(all.scale, TOP_SCALE);
  const top = topOf(layout);
  const middle =
    top && all.scale < TOP_SCALE ? top.x + sizeOf(top).width / 2 : (layout.left + layout.right) / 2;
  return { scale, x: middle - size.width / scale / 2, y: -MARGIN_PX };
}

/** Of the people at the top, the one with the most people below. */
export const topOf = ({ rows }: Layout): Box | undefined =>
  rows[0]?.reduce((most, box) =>
    (box.person?.reportCount ?? 0) > (most.person?.reportCount ?? 0) ? box : most,
  );
