import { badUserInput } from "../../errors.ts";

/** Lists and objects inside one another. Inputs nest four levels; JSON of a gateway's representations some more. */
const VARIABLE_DEPTH_MAX = 64;

/**
 * Refuses variables that nest so deeply that code which calls itself for each level would overflow the stack.
 *
 * @throws {ActionableError} BAD_USER_INPUT
 */
export function checkVariables(variables: Readonly<Record<string, unknown>>): void {
  if (isTooDeep(variables)) throw tooDeep();
}

/** Whether JSON nests more levels than anything that this service reads. Walks level by level, without calling itself. */
export function isTooDeep(json: Readonly<Record<string, unknown>>): boolean {
  let level: unknown[] = Object.values(json);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > VARIABLE_DEPTH_MAX) return true;
    level = level.filter(isContainer).flatMap((value) => Object.values(value));
  }
  return false;
}

const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;

const tooDeep = () =>
  badUserInput(
    `The variables nest more than ${VARIABLE_DEPTH_MAX} lists and objects.`,
    "Send flatter variables: no argument of this schema nests so deeply.",
  );
