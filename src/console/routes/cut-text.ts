/** Fonts of the chart, as in org-chart.module.css. */
const FAMILY = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';
export const NAME_FONT = `600 13px ${FAMILY}`;
export const LINE_FONT = `400 12px ${FAMILY}`;

/** Texts of boxes that came into view; a company has few different ones. */
const KEPT_MAX = 5_000;
const kept = new Map<string, string>();
let context: CanvasRenderingContext2D | null | undefined;

/** SVG does not cut text, so this ends a name that is too long with an ellipsis. */
export function cutText(text: string, width: number, font: string): string {
  const key = `${font}|${width}|${text}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  context ??= document.createElement("canvas").getContext("2d");
  const cut = context ? cutBy(text, width, measureWith(context, font)) : text;
  if (kept.size >= KEPT_MAX) kept.clear();
  kept.set(key, cut);
  return cut;
}

const measureWith =
  (drawing: CanvasRenderingContext2D, font: string) =>
  (text: string): number => {
    drawing.font = font;
    return drawing.measureText(text).width;
  };

/** No box has room for more letters. A name of 10,000 letters then costs no more than a short one. */
const LETTERS_MAX = 80;

/** The longest beginning that fits, with an ellipsis if it is not all. Pure. */
export function cutBy(text: string, width: number, measure: (text: string) => number): string {
  const letters = [...text.slice(0, 2 * LETTERS_MAX)].slice(0, LETTERS_MAX);
  if (letters.length === [...text.slice(0, 2 * LETTERS_MAX + 1)].length && measure(text) <= width)
    return text;
  let [low, high] = [0, letters.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(`${letters.slice(0, middle).join("")}…`) <= width) low = middle;
    else high = middle - 1;
  }
  return `${letters.slice(0, low).join("").trimEnd()}…`;
}
