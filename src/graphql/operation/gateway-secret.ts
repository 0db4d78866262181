import { createHash, timingSafeEqual } from "node:crypto";
import { type FragmentDefinitionNode, Kind, type SelectionSetNode } from "graphql";
import { ActionableError } from "../../errors.ts";
import { toGraphQLError } from "./format-error.ts";
import type { PreparedOperation, RefusedOperation } from "./prepare-operation.ts";

/** In lower case, as Node names the headers of a request. */
export const GATEWAY_SECRET_HEADER = "x-people-gateway-secret";

/** Fields for gateways only: they read any entity by its key, or reveal the schema (E5, D12). */
const GATEWAY_FIELDS = new Set(["_entities", "_service", "__schema", "__type"]);

/**
 * Whether a request presents one of the secrets. Hashes have equal lengths, and each is compared with every
 * secret, so the time of a comparison depends on no secret.
 */
export function createIsGateway(secrets: readonly string[]): (presented: string | undefined) => boolean {
  const hashes = secrets.map(sha256);
  return (presented = "") => {
    const hash = sha256(presented);
    return hashes.map((one) => timingSafeEqual(one, hash)).includes(true);
  };
}

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Whether an operation selects a field for gateways, at any level, by any alias, in any fragment. */
export function selectsGatewayField({ document, operation }: PreparedOperation): boolean {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const seen = new Set<string>();

  const selects = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      if (selection.kind !== Kind.FRAGMENT_SPREAD) {
        const isGatewayField = selection.kind === Kind.FIELD && GATEWAY_FIELDS.has(selection.name.value);
        return isGatewayField || (selection.selectionSet !== undefined && selects(selection.selectionSet));
      }
      const name = selection.name.value;
      const fragment = seen.has(name) ? undefined : fragments.get(name);
      seen.add(name);
      return fragment !== undefined && selects(fragment.selectionSet);
    });
  return selects(operation.selectionSet);
}

/** The answer without a secret and with a wrong one. HTTP sends it with 401. */
export const GATEWAY_SECRET_REQUIRED: RefusedOperation = {
  errors: [
    toGraphQLError(
      new ActionableError(
        "UNAUTHENTICATED",
        "Only the gateway may ask for `_entities`, `_service` and introspection here.",
        `Send one of the service's GATEWAY_SECRETS in the header ${GATEWAY_SECRET_HEADER}.`,
      ),
    ),
  ],
};
