import type { Refusal } from "../personio/employee.ts";
import type { PersonioProblem } from "./personio-problem.ts";

/** A part of Personio's API that the credential may not read, as it is stored with the integration. */
export type AccessRefusal = {
  readonly asked: string;
  /** The attributes that cannot be read without it, by key. */
  readonly attributes: readonly string[];
  readonly reason: PersonioProblem;
};

/** An error is no plain value: what is worth keeping of it. */
export const storedRefusals = (refusals: readonly Refusal[]): AccessRefusal[] =>
  refusals.map(({ asked, attributes, reason: { code, message, help } }) => ({
    asked,
    attributes,
    reason: { code, message, help },
  }));
