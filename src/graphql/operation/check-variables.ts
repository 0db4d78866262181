import { badUserInput } from "../../errors.ts";

/** Nested lists and objects. Inputs nest four levels; JSON in a gateway's representations a few more. */
const VARIABLE_DEPTH_MAX = 64;

/**
 * Fields of all objects in the inputs of an operation. Inputs have a dozen, and a field mapping some
 * hundreds. For each error, graphql-js prints all fields of the invalid object.
 */
const INPUT_FIELDS_MAX = 1_000;

type Values = Readonly<Record<string, unknown>>;

/**
 * Refuses variables so deep that recursive code would overflow the stack, and inputs with more fields than
 * any operation needs. Representations have no limit of fields: there may be ten thousand of them, and
 * graphql-js does not check their fields.
 *
 * @throws {ActionableError} BAD_USER_INPUT
 */
export function checkVariables(inputs: Values, representations: Values = {}): void {
  if (isTooDeep(representations)) throw tooDeep();
  let fields = 0;
  for (const { depth, containers } of levelsOf(inputs)) {
    if (depth > VARIABLE_DEPTH_MAX) throw tooDeep();
    for (const container of containers)
      fields += Array.isArray(container) ? 0 : Object.keys(container).length;
    if (fields > INPUT_FIELDS_MAX) throw tooWide();
  }
}

/** Whether JSON nests more levels than this service accepts. */
export function isTooDeep(json: Readonly<Record<string, unknown>>): boolean {
  for (const { depth } of levelsOf(json)) if (depth > VARIABLE_DEPTH_MAX) return true;
  return false;
}

type Level = { readonly depth: number; readonly containers: readonly object[] };

/** The lists and objects at each depth of JSON. Walks level by level, without recursion. */
function* levelsOf(json: Readonly<Record<string, unknown>>): Generator<Level> {
  let containers = Object.values(json).filter(isContainer);
  for (let depth = 1; containers.length > 0; depth += 1) {
    yield { depth, containers };
    containers = containers.flatMap((container) => Object.values(container).filter(isContainer));
  }
}

const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;

const tooDeep = () =>
  badUserInput(
    `The variables nest more than ${VARIABLE_DEPTH_MAX} lists and objects.`,
    "Send flatter variables: no argument of this schema nests so deeply.",
  );

const tooWide = () =>
  badUserInput(
    `The objects in the variables have more than ${INPUT_FIELDS_MAX} fields.`,
    "Send the fields of the input type only.",
  );
