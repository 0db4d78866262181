import {
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  Lexer,
  type SelectionNode,
  type SelectionSetNode,
  Source,
  TokenKind,
} from "graphql";
import { ActionableError, type ErrorCode } from "../../errors.ts";
import { COMPARISONS_MAX, createCountComparisons } from "./count-comparisons.ts";

/** Gateways send a few hundred tokens; no query of a people directory needs more than this. */
export const TOKENS_MAX = 5_000;

/**
 * Ten lines for each token that a document may have. graphql-js takes 0.1 s for a text of a million lines in
 * `"""`.
 */
export const LINES_MAX = 50_000;

/**
 * Characters of a name. An answer repeats an alias for each object, so 49 aliases of 20 KB made 100 MB of
 * a page. Names that gateways make are shorter than 200.
 */
const NAME_LENGTH_MAX = 256;

/** Nested brackets. The parser recurses for each, so this limit also prevents a stack overflow. */
const NESTING_MAX = 64;

/** Nested fields: enough for GraphiQL's introspection (15), and for supervisors of supervisors. */
export const DEPTH_MAX = 20;

/** Each alias repeats a field and its work. */
export const ALIASES_MAX = 50;

/** Clients need few, and each one costs CPU before execution. */
export const DIRECTIVES_MAX = 50;
const DIRECTIVES_PER_NODE_MAX = 4;

/** Fields of one operation or fragment, with its fragments expanded. */
const FIELDS_MAX = 1_000;

/**
 * Fields, spreads and inline fragments of the whole document, expanded. Validation walks each definition
 * separately.
 */
const SELECTIONS_MAX = 10_000;

/** Measures the tokens of a document before it is parsed. Throws LIMIT_TOKENS or LIMIT_DEPTH. */
export function checkSize(source: string): void {
  const lineBreaks = source.matchAll(/[\n\r]/g);
  for (let lines = 0; !lineBreaks.next().done; lines += 1)
    if (lines > LINES_MAX) throw tooMuch("LIMIT_TOKENS", `The document has more than ${LINES_MAX} lines.`);
  const lexer = new Lexer(new Source(source));
  let tokens = 0;
  let nesting = 0;
  for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
    tokens += 1;
    nesting += OPENING.has(token.kind) ? 1 : CLOSING.has(token.kind) ? -1 : 0;
    if (tokens > TOKENS_MAX)
      throw tooMuch("LIMIT_TOKENS", `The document has more than ${TOKENS_MAX} tokens.`);
    if (nesting > NESTING_MAX) throw tooDeep();
    if (token.kind === TokenKind.NAME && token.end - token.start > NAME_LENGTH_MAX)
      throw new ActionableError(
        "LIMIT_TOKENS",
        `The document has a name of more than ${NAME_LENGTH_MAX} characters.`,
        "Choose shorter aliases and names.",
      );
  }
}

const OPENING: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * Checks the size of a parsed document with all fragments expanded, without expanding them. A short document
 * of 400 fragments, each spreading the next one twice, would grow exponentially. Throws an error with a
 * LIMIT_… code.
 */
export function checkShape(document: DocumentNode): void {
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  const measure = createMeasure(byName);
  let selections = 0;
  for (const definition of document.definitions) {
    const extent = measure(definition);
    const { depth, fields, aliases, directives } = extent;
    if (depth > DEPTH_MAX) throw tooDeep();
    if (aliases > ALIASES_MAX)
      throw tooMuch("LIMIT_ALIASES", `The document has more than ${ALIASES_MAX} aliases.`);
    if (directives > DIRECTIVES_MAX)
      throw tooMuch("LIMIT_DIRECTIVES", `The document has more than ${DIRECTIVES_MAX} directives.`);
    if (fields > FIELDS_MAX) throw tooMuch("LIMIT_COST", `The document has more than ${FIELDS_MAX} fields.`);
    selections += extent.selections;
    if (selections > SELECTIONS_MAX)
      throw tooMuch(
        "LIMIT_COST",
        `The document has more than ${SELECTIONS_MAX} selections, with its fragments expanded.`,
      );
  }
  checkComparisons(document, byName);
}

/** Runs last, because its own work is bounded by the limits above. */
function checkComparisons(
  document: DocumentNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): void {
  const countComparisons = createCountComparisons(fragments);
  let comparisons = 0;
  for (const definition of document.definitions) {
    comparisons += countComparisons(definition);
    if (comparisons <= COMPARISONS_MAX) continue;
    throw new ActionableError(
      "LIMIT_COST",
      `The document repeats fields so often that its validation takes more than ${COMPARISONS_MAX} ` +
        "comparisons.",
      "Select each field once at each place: repeated selections of one name are merged anyway.",
    );
  }
}

type Extent = { depth: number; fields: number; aliases: number; directives: number; selections: number };

const NOTHING: Extent = { depth: 0, fields: 0, aliases: 0, directives: 0, selections: 0 };

/**
 * The extent of a fragment while it is being measured. A fragment that spreads it then is part of a cycle.
 */
const CYCLE: Extent = { ...NOTHING, depth: Number.POSITIVE_INFINITY };

function createMeasure(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
  const measured = new Map<string, Extent>();

  const ofFragment = (name: string): Extent => {
    const known = measured.get(name);
    if (known) return known;
    const fragment = fragments.get(name);
    // Validation reports a fragment that does not exist.
    if (!fragment) return NOTHING;
    measured.set(name, CYCLE);
    const extent = ofSelections(fragment.selectionSet);
    measured.set(name, extent);
    return extent;
  };

  const ofSelection = (selection: SelectionNode): Extent => {
    const directives = directivesOf(selection);
    if (selection.kind === Kind.FRAGMENT_SPREAD)
      return add(ofFragment(selection.name.value), { directives, selections: 1 });
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return add(ofSelections(selection.selectionSet), { directives, selections: 1 });
    const inner = selection.selectionSet ? ofSelections(selection.selectionSet) : NOTHING;
    return add(inner, { directives, depth: 1, fields: 1, selections: 1, aliases: selection.alias ? 1 : 0 });
  };

  const ofSelections = (selectionSet: SelectionSetNode): Extent => {
    const total = { ...NOTHING };
    for (const selection of selectionSet.selections) {
      const extent = ofSelection(selection);
      total.depth = Math.max(total.depth, extent.depth);
      total.fields += extent.fields;
      total.aliases += extent.aliases;
      total.directives += extent.directives;
      total.selections += extent.selections;
    }
    return total;
  };

  return (definition: DefinitionNode): Extent => {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) return ofFragment(definition.name.value);
    if (definition.kind !== Kind.OPERATION_DEFINITION) return NOTHING;
    return add(ofSelections(definition.selectionSet), { directives: directivesOf(definition) });
  };
}

const add = (extent: Extent, more: Partial<Extent>): Extent => ({
  depth: extent.depth + (more.depth ?? 0),
  fields: extent.fields + (more.fields ?? 0),
  aliases: extent.aliases + (more.aliases ?? 0),
  directives: extent.directives + (more.directives ?? 0),
  selections: extent.selections + (more.selections ?? 0),
});

function directivesOf(node: SelectionNode | DefinitionNode): number {
  const count = node.directives?.length ?? 0;
  if (count <= DIRECTIVES_PER_NODE_MAX) return count;
  throw tooMuch(
    "LIMIT_DIRECTIVES",
    `The document has more than ${DIRECTIVES_PER_NODE_MAX} directives at one place.`,
  );
}

const tooDeep = (): ActionableError =>
  tooMuch("LIMIT_DEPTH", `The operation nests more than ${DEPTH_MAX} fields, or a fragment contains itself.`);

const tooMuch = (code: ErrorCode, message: string): ActionableError =>
  new ActionableError(code, message, "Split the operation into several smaller ones.");
