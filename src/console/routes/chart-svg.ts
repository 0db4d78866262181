import type { Texts } from "../texts/en.ts";
import type { ScreenTexts } from "../texts/screens.en.ts";
import { boxesPath, linesPath } from "./chart-detail.ts";
import { type Box, type Layout, sizeOf, yOf } from "./chart-layout.ts";
import { LINE_FONT, NAME_FONT } from "./cut-text.ts";
import type { OrgModel, OrgPerson } from "./org-model.ts";

const MARGIN_PX = 24;
export const PADDING_PX = 12;

/** Colours for paper: a file has no theme. */
const INK = { text: "#1b1c1f", muted: "#5a5d64", line: "#8b8d92", mark: "#ad1f2d" } as const;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Control characters, lone surrogates and noncharacters: XML cannot contain some of them, escaped or not. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Cn}]/gu;

const escapeXml = (text: string): string =>
  text.replace(FORBIDDEN, "").replace(/[&<>"]/g, (letter) => ENTITIES[letter] ?? "");

/** The words of a chart, on the page and in a file. */
type OrgWords = Pick<Texts, "parts"> & Pick<ScreenTexts, "org">;

type Words = {
  readonly title: string;
  readonly texts: OrgWords;
  readonly cut: (text: string, width: number, font: string) => string;
};

/** The whole chart as a file of its own, for print and for other programs. Pure. */
export function toSvg(layout: Layout, model: OrgModel, { title, texts, cut }: Words): string {
  const width = layout.right - layout.left + 2 * MARGIN_PX;
  const height = layout.bottom + 2 * MARGIN_PX;
  const line = (x: number, y: number, text: string, font: string, fill: string): string =>
    `<text x="${x}" y="${y}" fill="${fill}" style="font:${escapeXml(font)}">${escapeXml(text)}</text>`;
  const labels = layout.boxes.map((box) => {
    const room = sizeOf(box).width - 2 * PADDING_PX;
    const [x, y] = [box.x + PADDING_PX, yOf(box)];
    const { name, second, marks } = linesOf(box, texts);
    return [
      line(x, y + NAME_Y, cut(name, room, NAME_FONT), NAME_FONT, INK.text),
      second && line(x, y + SECOND_Y, cut(second, room, LINE_FONT), LINE_FONT, INK.muted),
      !box.isLeaf && marks && line(x, y + MARKS_Y, cut(marks, room, LINE_FONT), LINE_FONT, INK.mark),
    ].join("");
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="${layout.left - MARGIN_PX} ${-MARGIN_PX} ${width} ${height}"><title>${escapeXml(title)}</title>` +
    `<path d="${linesPath(layout.boxes, model)}" fill="none" stroke="${INK.line}"/>` +
    `<path d="${boxesPath(layout.boxes)}" fill="#ffffff" stroke="${INK.line}"/>${labels.join("")}</svg>`
  );
}

/** Where the lines of a box stand, below its upper edge. */
export const NAME_Y = 18;
export const SECOND_Y = 33;
export const MARKS_Y = 48;

/** The lines of a box. In a leaf, which has two lines, marks stand before the position. */
export function linesOf(
  { person, others, isLeaf }: Box,
  texts: OrgWords,
): { readonly name: string; readonly second: string; readonly marks: string } {
  if (!person) return { name: texts.org.others(String(others)), second: "", marks: "" };
  const marks = marksOf(person, texts).join(" · ");
  const place = person.position ?? person.departmentName ?? "";
  const second = isLeaf ? [marks, place].filter(Boolean).join(" · ") : place;
  return { name: person.displayName, second, marks };
}

/** What `OrgBadges` shows, in words: for a chart and for screen readers. */
const marksOf = ({ status, isPreHire, issues }: OrgPerson, { org, parts }: OrgWords): readonly string[] => [
  ...issues.map((issue) => org.issues[issue] ?? issue),
  ...(status === "ACTIVE" ? (isPreHire ? [org.preHire] : []) : [parts.statuses[status] ?? status]),
];
