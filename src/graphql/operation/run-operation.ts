import { type ExecutionResult, execute, type GraphQLSchema, OperationTypeNode, parse } from "graphql";
import { type CompiledQuery, compileQuery, isCompiledQuery } from "graphql-jit";
import type { PreparedOperation } from "./prepare-operation.ts";

/** Runs an operation to its one result. For a subscription that is the answer to one event, given as `rootValue`. */
export type RunOperation = (
  prepared: PreparedOperation,
  contextValue: unknown,
  rootValue?: unknown,
) => Promise<ExecutionResult>;

/** A document that comes once is not worth the milliseconds of compiling it; one that comes back is. */
const RUNS_BEFORE_COMPILING = 1;

/**
 * Documents that graphql-jit (0.8.9) would answer wrongly or worse, told by their text. They go to graphql-js.
 * - `"`: it writes literals into the code that it generates, and a text with its internal marker in it would be run as code.
 *   Values belong in variables; whoever sends them there gets the fast path.
 * - `@`: where one fragment is used twice, it mixes up the conditions (`@include`, `@skip`) of the two places.
 * - a name with a meaning in JavaScript is lost from the answer.
 * - introspection is rare and large.
 */
const NEVER_COMPILED = /"|@|__proto__|__schema|__type\b/;

type Executable = { runs: number; compiled: CompiledQuery["query"] | undefined };

/**
 * Executes with code compiled for the document where that pays off, else with graphql-js. Both give the same answers, and
 * neither formats errors: that is the door's part, the same for both.
 */
export function createRunOperation(schema: GraphQLSchema): RunOperation {
  // Lives as long as the document does: the cache of prepared documents bounds this one too.
  const executables = new WeakMap<PreparedOperation["operation"], Executable>();

  const findCompiled = (prepared: PreparedOperation): Executable["compiled"] => {
    const known = executables.get(prepared.operation);
    if (!known) {
      executables.set(prepared.operation, { runs: 1, compiled: undefined });
      return undefined;
    }
    known.runs += 1;
    if (known.runs === RUNS_BEFORE_COMPILING + 1 && mayCompile(prepared))
      known.compiled = compile(schema, prepared);
    return known.compiled;
  };

  return async (prepared, contextValue, rootValue) => {
    const compiled = findCompiled(prepared);
    if (compiled) return compiled(rootValue, contextValue, prepared.variables);
    const { document, operationName, variables } = prepared;
    return execute({ schema, document, operationName, variableValues: variables, contextValue, rootValue });
  };
}

const mayCompile = ({ source, operation }: PreparedOperation): boolean =>
  operation.operation !== OperationTypeNode.SUBSCRIPTION && !NEVER_COMPILED.test(source);

function compile(
  schema: GraphQLSchema,
  { source, operationName }: PreparedOperation,
): Executable["compiled"] {
  // From a tree of its own, because the compiler leaves notes in the tree.
  const compiled = compileQuery(schema, parse(source), operationName, {
    disablingCapturingStackErrors: true,
  });
  return isCompiledQuery(compiled) ? compiled.query : undefined;
}
