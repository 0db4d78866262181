import type { MissingRight } from "../employee.ts";
import { errorOf, type Failure } from "./failure.ts";
import type { PersonioRequest } from "./send-request.ts";

/** A request that the credential may not make, with the attributes that are lost without it. */
export const missingRightOf = (
  { method, path }: PersonioRequest,
  failure: Failure,
  attributes: readonly string[] = [],
): MissingRight => ({ asked: `${method} ${path}`, attributes, reason: errorOf(failure) });
