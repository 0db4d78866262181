import { isHidden, type Problem } from "../graph/problem.ts";
import { useFormat } from "../texts/format.ts";
import { useTexts } from "../texts/texts.tsx";

/** The names of the fields that an answer left out, because the company protects them from this viewer. */
export const hiddenIn = (problems: readonly Problem[]): readonly string[] => [
  ...new Set(problems.filter(isHidden).flatMap(({ path }) => path?.split(".").at(-1) ?? [])),
];

/** A protected first day also hides whether a person has started, and that field has no empty value. */
export const protectsFirstDays = (problems: readonly Problem[]): boolean =>
  problems.filter(isHidden).some(({ path }) => path?.endsWith("isPreHire"));

/** Protected supervisors also hide the people above and below, and these lists have no empty value. */
export const protectsLines = (problems: readonly Problem[]): boolean =>
  problems.filter(isHidden).some(({ path }) => /\.(reportingChain|directReports)$/.test(path ?? ""));

/** Shows which fields are hidden, and that this is not a fault: an empty cell would look like no value. */
export function HiddenFields({ names }: { readonly names: readonly string[] }) {
  const { parts } = useTexts();
  const format = useFormat();
  if (names.length === 0) return null;
  const labels = names.map((name) => parts.fields[name as keyof typeof parts.fields] ?? name);
  return <p className="muted small">{parts.hiddenFields(format.list(labels))}</p>;
}
