import { hash } from "node:crypto";
import type { ExecutionResult, GraphQLSchema } from "graphql";
import { SENSITIVE_SCOPE, type Viewer } from "../../access/viewer.ts";
import type { RaisedFields } from "../../fields/raised-fields.ts";
import type { Rest } from "../slices.ts";
import { encodeInPieces, stringifyInPieces } from "../transports/stringify-in-pieces.ts";
import { createAnswerText, resultOf, withText } from "./answer-text.ts";
import { createKeptTexts } from "./kept-texts.ts";
import { createMayKeep } from "./may-keep.ts";
import type { PreparedOperation } from "./prepare-operation.ts";
import { rightsOf } from "./rights-of.ts";

/** What a request has seen of the directory. */
type Seen = { readonly version: string; readonly raised: RaisedFields };

/** The place in the store for the answer to one operation. */
export type KeptPlace = {
  /** Whether there is an answer; `find` then checks whether it is still true. */
  readonly isTaken: boolean;
  /** The kept answer, if it shows this version of the directory. */
  find(version: string | null): ExecutionResult | null;
  /** Returns the result with its text, and keeps it if that is allowed. */
  keep(result: ExecutionResult, seen: Seen | null): Promise<ExecutionResult>;
};

/** Null: answers to the operation are not kept. */
export type KeepAnswers = (prepared: PreparedOperation, viewer: Viewer) => KeptPlace | null;

/**
 * Keeps answers until the directory of their company changes. A request uses an answer only if the database
 * still has the version of that answer, so no answer is stale.
 *
 * The key is everything on which an answer depends, except the directory (E13): tenant, scopes, operation and
 * variables. Which fields a company protects is part of the directory. The subject is not part of the key,
 * because fields that depend on it are not kept.
 */
export function createKeepAnswers(schema: GraphQLSchema, bytesMax: number, rest: Rest): KeepAnswers {
  const mayKeep = createMayKeep(schema);
  const texts = createKeptTexts(bytesMax);
  return (prepared, viewer) => {
    if (!mayKeep(prepared)) return null;
    const { tenantId } = viewer;
    const key = keyOf(prepared, viewer);
    const kept = texts.get(tenantId, key);
    return {
      isTaken: kept !== undefined,
      find: (version) => (kept && kept.version === version ? resultOf(kept.answer) : null),
      async keep(result, seen) {
        const { data, errors } = result;
        if (!data || errors || !seen || showsSensitive(viewer, seen.raised)) return result;
        const text = await stringifyInPieces({ data }, rest);
        const answer = createAnswerText(Buffer.from(await encodeInPieces(`${text}\n`, rest)));
        texts.set(tenantId, key, { version: seen.version, answer });
        return withText(result, answer);
      },
    };
  };
}

// JSON has no `undefined`, so a list has null in its place.
const keyOf = ({ source, operationName, variables }: PreparedOperation, viewer: Viewer): string =>
  hash("sha256", JSON.stringify([rightsOf(viewer), source, operationName, variables]), "base64");

/**
 * Whether an answer may show a field that the company made sensitive. It does not matter which field, because
 * `customAttributes` shows many. Viewers without the scope see no such value.
 */
const showsSensitive = ({ scopes }: Viewer, raised: RaisedFields): boolean =>
  scopes.has(SENSITIVE_SCOPE) && [...raised.values()].includes(SENSITIVE_SCOPE);
