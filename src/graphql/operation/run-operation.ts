import { type ExecutionResult, execute, type GraphQLSchema } from "graphql";
import type { PreparedOperation } from "./prepare-operation.ts";

/** Runs an operation to its one result. For a subscription that is the answer to one event, given as `rootValue`. */
export type RunOperation = (
  prepared: PreparedOperation,
  contextValue: unknown,
  rootValue?: unknown,
) => Promise<ExecutionResult>;

/** Executes with graphql-js. Formatting errors is the door's part. */
export const createRunOperation =
  (schema: GraphQLSchema): RunOperation =>
  async ({ document, operationName, variables }, contextValue, rootValue) =>
    execute({ schema, document, operationName, variableValues: variables, contextValue, rootValue });
