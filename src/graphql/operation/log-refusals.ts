import type { GraphQLError, OperationDefinitionNode } from "graphql";
import { type Viewer, viewerInLog } from "../../access/viewer.ts";
import { ActionableError } from "../../errors.ts";
import { createLogOnce, type Logger } from "../../log.ts";
import { operationName } from "./observe-operation.ts";

type Refused = {
  readonly errors: readonly GraphQLError[] | undefined;
  /** Undefined for an operation that was refused before it was read. */
  readonly operation?: OperationDefinitionNode;
};

export type LogRefusals = (viewer: Viewer, refused: Refused) => void;

/**
 * Logs that a viewer was refused something: fields beyond its scopes, or an operation above a limit. The line
 * has only codes and names; values of arguments and of answers never reach the log.
 */
export function createLogRefusals(log: Logger): LogRefusals {
  const logOnce = createLogOnce(log);
  return (viewer, { errors = [], operation }) => {
    for (const code of new Set(errors.map(codeOf).filter(isRefusal))) {
      const name = operation && operationName(operation);
      logOnce({ code, ...viewerInLog(viewer), operation: name }, "access refused");
    }
  };
}

const codeOf = ({ originalError }: GraphQLError): string =>
  originalError instanceof ActionableError ? originalError.code : "";

/** UNAUTHENTICATED means an operation for gateways without their secret. */
const isRefusal = (code: string): boolean =>
  code === "FORBIDDEN" || code === "UNAUTHENTICATED" || code.startsWith("LIMIT_");
