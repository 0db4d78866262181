import type { Fault } from "../control/faults.ts";
import type { Json } from "./resource.ts";

/** Whether a fault takes the field, or the custom attribute of this id, out of the answer. */
export const isStruckOut = (faults: readonly Fault[], key: string): boolean =>
  faults.some((fault) => fault.kind === "missing-attributes" && fault.attributes.includes(key));

type Value = { readonly key: string; readonly personId: string; readonly value: Json | undefined };

/** The value as these faults leave it. */
export function valueUnder(faults: readonly Fault[], { key, personId, value }: Value): Json | undefined {
  const wrong = faults.find(
    (fault) =>
      fault.kind === "wrong-value" &&
      fault.attribute === key &&
      (fault.employees?.includes(personId) ?? true),
  );
  return wrong?.kind === "wrong-value" ? wrong.value : value;
}

export const hasFault = (faults: readonly Fault[], kind: Fault["kind"]): boolean =>
  faults.some((fault) => fault.kind === kind);
