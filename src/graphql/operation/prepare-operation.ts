import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  specifiedRules,
  type TypeNode,
  validate,
} from "graphql";
import { LRUCache } from "lru-cache";
import { ActionableError } from "../../errors.ts";
import { readSelected, type Selected } from "../../request/look-ahead.ts";
import { checkSubscriptionSize } from "./check-subscription-size.ts";
import { checkVariables } from "./check-variables.ts";
import { checkCost } from "./estimate-cost.ts";
import { toGraphQLError } from "./format-error.ts";
import { checkShape, checkSize } from "./limits.ts";
import { storeLocations } from "./locations.ts";

export type OperationRequest = {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
};

/** An operation that may run: parsed, valid, within the limits, with valid variables. */
export type PreparedOperation = {
  /** The text of the document. Operations with the same text share it. */
  readonly source: string;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | undefined;
  /** The declared variables as the client sent them; the executor coerces them. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** See `estimate-cost.ts`. */
  readonly cost: number;
  readonly selected: Selected;
};

/** The reasons why an operation may not run. Formatted, these errors are the whole answer. */
export type RefusedOperation = { readonly errors: readonly GraphQLError[] };

export type PrepareOperation = (request: OperationRequest) => PreparedOperation | RefusedOperation;

/**
 * Clients repeat the same few documents. A syntax tree is some hundred times as large as its text. Some
 * clients write values into the text instead, so documents that were sent once get only a small part of the
 * memory.
 */
const REPEATED_MAX = { documents: 750, characters: 750_000 };
const ONCE_MAX = { documents: 250, characters: 250_000 };

const VARIABLE_ERRORS_MAX = 10;

type PrepareOptions = { readonly production: boolean; readonly allowIntrospection?: boolean };

type CheckedDocument = {
  readonly source: string;
  readonly document: DocumentNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly selected: Selected;
};

/**
 * Turns a text into an operation that may run, for every transport: graphql-ws executes anything valid, and
 * Apollo's protections cover its HTTP handler only. This code never reads the database.
 */
export function createPrepareOperation(schema: GraphQLSchema, options: PrepareOptions): PrepareOperation {
  const check = keepDocuments((source) => checkDocument(source, schema, options));

  return (request) => {
    try {
      return prepare(request, check(request.query), schema, options);
    } catch (error) {
      if (error instanceof InvalidOperation) return { errors: error.errors };
      if (error instanceof ActionableError) return { errors: [toGraphQLError(error)] };
      throw error;
    }
  };
}

/** Keeps documents by their text. A document that is sent again moves to the repeated ones. */
function keepDocuments(check: (source: string) => CheckedDocument): (source: string) => CheckedDocument {
  const open = ({ documents, characters }: typeof ONCE_MAX) =>
    new LRUCache<string, CheckedDocument>({
      max: documents,
      maxSize: characters,
      sizeCalculation: (_checked, source) => source.length,
    });
  const [repeated, once] = [open(REPEATED_MAX), open(ONCE_MAX)];
  return (source) => {
    const known = repeated.get(source);
    if (known) return known;
    const seen = once.get(source);
    const checked = seen ?? check(source);
    once.delete(source);
    (seen ? repeated : once).set(source, checked);
    return checked;
  };
}

class InvalidOperation extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(code: string, errors: readonly GraphQLError[]) {
    super(code);
    this.errors = errors.map(
      ({ message, nodes, source, positions }) =>
        new GraphQLError(shorten(message), {
          nodes: nodes ?? null,
          source: source ?? null,
          positions: positions ?? null,
          extensions: { code },
        }),
    );
  }
}

/** Messages quote names and values of any length, and a document can have a hundred errors. */
const MESSAGE_LENGTH_MAX = 1_000;

const shorten = (message: string): string =>
  message.length <= MESSAGE_LENGTH_MAX ? message : `${message.slice(0, MESSAGE_LENGTH_MAX)} …`;

function checkDocument(source: string, schema: GraphQLSchema, options: PrepareOptions): CheckedDocument {
  const document = parseWithinLimits(source);
  checkShape(document);
  // Introspection and "Did you mean" reveal names to any client. Gateways read the schema from `_service`, or
  // from a registry.
  const { allowIntrospection = !options.production } = options;
  const rules = allowIntrospection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const errors = validate(schema, document, rules, { hideSuggestions: options.production });
  if (errors.length > 0) throw new InvalidOperation("GRAPHQL_VALIDATION_FAILED", errors);
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return {
    source,
    document,
    fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
    selected: readSelected(schema, document),
  };
}

function parseWithinLimits(source: string): DocumentNode {
  try {
    checkSize(source);
    return storeLocations(parse(source));
  } catch (error) {
    if (error instanceof GraphQLError) throw new InvalidOperation("GRAPHQL_PARSE_FAILED", [error]);
    throw error;
  }
}

function prepare(
  request: OperationRequest,
  { source, document, fragments, selected }: CheckedDocument,
  schema: GraphQLSchema,
  options: PrepareOptions,
): PreparedOperation {
  const operation = getOperationAST(document, request.operationName);
  if (!operation)
    throw new InvalidOperation("OPERATION_RESOLUTION_FAILURE", [whichOperation(request.operationName)]);
  const sent = pickDeclared(operation, request.variables ?? {});
  const { inputs, representations } = splitByType(operation, sent);
  checkVariables(inputs, representations);
  if (operation.operation === OperationTypeNode.SUBSCRIPTION)
    checkSubscriptionSize(Buffer.byteLength(request.query) + Buffer.byteLength(JSON.stringify(sent)));
  const variables = getVariableValues(schema, operation.variableDefinitions ?? [], sent, {
    maxErrors: VARIABLE_ERRORS_MAX,
    hideSuggestions: options.production,
  });
  if (variables.errors) throw new InvalidOperation("BAD_USER_INPUT", variables.errors);
  const cost = checkCost({ schema, operation, fragments, variables: variables.coerced });
  const operationName = request.operationName ?? undefined;
  return { source, document, operation, operationName, variables: sent, cost, selected };
}

function pickDeclared(
  { variableDefinitions = [] }: OperationDefinitionNode,
  sent: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const names = variableDefinitions.map(({ variable }) => variable.name.value);
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(sent, name)).map((name) => [name, sent[name]]),
  );
}

/** Splits the variables into inputs, whose fields the schema defines, and representations of any shape. */
function splitByType({ variableDefinitions = [] }: OperationDefinitionNode, sent: Record<string, unknown>) {
  const isAny = (type: TypeNode): boolean =>
    type.kind === Kind.NAMED_TYPE ? type.name.value === "_Any" : isAny(type.type);
  const anyNames = new Set(
    variableDefinitions.filter(({ type }) => isAny(type)).map(({ variable }) => variable.name.value),
  );
  const pick = (any: boolean) =>
    Object.fromEntries(Object.entries(sent).filter(([name]) => anyNames.has(name) === any));
  return { inputs: pick(false), representations: pick(true) };
}

const whichOperation = (name: string | null | undefined): GraphQLError =>
  new GraphQLError(
    name
      ? `Unknown operation named "${name}".`
      : "Must provide operation name if query contains multiple operations.",
  );
