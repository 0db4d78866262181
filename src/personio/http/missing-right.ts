import type { MissingRight } from "../employee.ts";
import type { PersonioRequest } from "./exchange.ts";
import { errorOf, type Fault } from "./fault.ts";

/** A request that Personio does not let the credential make, with the attributes that are lost by it. */
export const missingRightOf = (
  { method, path }: PersonioRequest,
  fault: Fault,
  attributes: readonly string[] = [],
): MissingRight => ({ asked: `${method} ${path}`, attributes, reason: errorOf(fault) });
