import type { GraphQLSchema } from "graphql";
import type { Logger } from "../../log.ts";
import type { Requests } from "../context.ts";
import { type Answers, createAnswers } from "./answer-operation.ts";
import { createFormatError, type FormatError } from "./format-error.ts";
import { createPrepareOperation, type PrepareOperation } from "./prepare-operation.ts";

/** Everything a door needs to serve operations: what came in is prepared, then answered, and its errors are formatted. */
export type Operations = {
  readonly schema: GraphQLSchema;
  readonly prepare: PrepareOperation;
  readonly answers: Answers;
  readonly formatError: FormatError;
  readonly log: Logger;
};

type OperationsOptions = { schema: GraphQLSchema; requests: Requests; production: boolean; log: Logger };

export const createOperations = ({ schema, requests, production, log }: OperationsOptions): Operations => ({
  schema,
  prepare: createPrepareOperation(schema, { production }),
  answers: createAnswers(schema, requests),
  formatError: createFormatError(log),
  log,
});
