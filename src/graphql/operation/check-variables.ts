import { badUserInput } from "../../errors.ts";

/** Lists and objects inside one another. Inputs nest four levels; JSON of a gateway's representations some more. */
const VARIABLE_DEPTH_MAX = 64;

/** Fields of one object. Inputs have a dozen. graphql-js prints an object that it refuses with all of its fields, for each error. */
const VARIABLE_FIELDS_MAX = 1_000;

/**
 * Refuses variables that nest so deeply that code which calls itself for each level would overflow the stack, and objects with more
 * fields than any input.
 *
 * @throws {ActionableError} BAD_USER_INPUT
 */
export function checkVariables(variables: Readonly<Record<string, unknown>>): void {
  for (const level of levelsOf(variables)) {
    if (level.depth > VARIABLE_DEPTH_MAX) throw tooDeep();
    if (level.containers.some(isTooWide)) throw tooWide();
  }
}

/** Whether JSON nests more levels than anything that this service reads. */
export function isTooDeep(json: Readonly<Record<string, unknown>>): boolean {
  for (const { depth } of levelsOf(json)) if (depth > VARIABLE_DEPTH_MAX) return true;
  return false;
}

type Level = { readonly depth: number; readonly containers: readonly object[] };

/** The lists and objects at each depth of JSON. Walks level by level, without calling itself. */
function* levelsOf(json: Readonly<Record<string, unknown>>): Generator<Level> {
  let containers = Object.values(json).filter(isContainer);
  for (let depth = 1; containers.length > 0; depth += 1) {
    yield { depth, containers };
    containers = containers.flatMap((container) => Object.values(container).filter(isContainer));
  }
}

const isTooWide = (container: object): boolean =>
  !Array.isArray(container) && Object.keys(container).length > VARIABLE_FIELDS_MAX;

const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;

const tooDeep = () =>
  badUserInput(
    `The variables nest more than ${VARIABLE_DEPTH_MAX} lists and objects.`,
    "Send flatter variables: no argument of this schema nests so deeply.",
  );

const tooWide = () =>
  badUserInput(
    `An object in the variables has more than ${VARIABLE_FIELDS_MAX} fields.`,
    "Send the fields of the input type only.",
  );
