import type { Problem } from "../graph/problem.ts";
import { useFormat } from "../texts/format.ts";
import { useTexts } from "../texts/texts.tsx";

/** The names of the fields that an answer left out, because the company protects them from this viewer. */
export const hiddenIn = (problems: readonly Problem[]): readonly string[] => [
  ...new Set(
    problems.flatMap(({ code, path }) => (code === "FORBIDDEN" ? (path?.split(".").at(-1) ?? []) : [])),
  ),
];

/** Says which fields are missing, and that this is no fault: an empty cell alone would look like no value. */
export function HiddenFields({ names }: { readonly names: readonly string[] }) {
  const { parts, person } = useTexts();
  const format = useFormat();
  if (names.length === 0) return null;
  const labels = names.map((name) => person.fields[name as keyof typeof person.fields] ?? name);
  return <p className="muted small">{parts.hiddenFields(format.list(labels))}</p>;
}
