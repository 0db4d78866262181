import type { ConsoleFieldsQuery } from "#graph/graphql";
import { useTexts } from "../texts/texts.tsx";
import type { DatedKind } from "./events-search.ts";

export type Field = ConsoleFieldsQuery["peopleFields"][number];
export type Source = Field["sources"][number];
export type Sensitivity = Field["sensitivity"];

/** From open to most protected. */
export const SENSITIVITIES = ["OPEN", "HR", "SENSITIVE"] as const satisfies readonly Sensitivity[];

const CUSTOM = /^customAttributes\./;

/** Our name for the field; for a custom attribute the label that HR gave it. */
export function useFieldName({ name, label }: Pick<Field, "name" | "label">): string {
  const names: Readonly<Record<string, string>> = useTexts().parts.fields;
  return CUSTOM.test(name) ? label : (names[name] ?? label);
}

/** No attribute fills the name to show: it is made of the other names. */
export const isDerived = ({ name }: Pick<Field, "name">): boolean => name === "displayName";

/** The key of the attribute behind a custom field, which no other attribute can fill; else undefined. */
export const keyInName = ({ name }: Pick<Field, "name">): string | undefined =>
  CUSTOM.test(name) ? name.replace(CUSTOM, "") : undefined;

/** The least number of people who lose a value when the field is hidden: those of the largest source. */
export const valuesOf = ({ coverage }: Pick<Field, "coverage">): number =>
  Math.max(0, ...coverage.map(({ people }) => people));

/** The choices of sources: all possible ones in each order, and each one by itself. */
export function ordersOf({ coverage }: Pick<Field, "coverage">): Source[][] {
  const sources = coverage.map(({ source }) => source);
  const alone = sources.map((source) => [source]);
  return sources.length < 2 ? alone : [sources, sources.toReversed(), ...alone];
}

/** The kinds of events whose day is the value of the field: hiding it deletes them. */
export const kindsOf = ({ name }: Pick<Field, "name">): readonly DatedKind[] => KINDS[name] ?? [];

const KINDS: Readonly<Record<string, readonly DatedKind[]>> = {
  hireDate: ["HIRE_DATE", "WORK_ANNIVERSARY"],
  probationEndDate: ["PROBATION_END"],
  contractEndDate: ["CONTRACT_END_DATE"],
  terminationDate: ["TERMINATION_DATE"],
  dateOfBirth: ["BIRTHDAY"],
};

/** Fields by which people are counted and filtered. */
const UNITS: readonly string[] = ["department", "office", "legalEntity"];

export const isUnit = ({ name }: Pick<Field, "name">): boolean => UNITS.includes(name);
