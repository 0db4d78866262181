import type { DataSource, EntityManager } from "typeorm";
import { inTenant } from "../../database/transaction.ts";
import { IDP_FIELDS, type IdpField } from "../../fields/field-source.ts";
import { type Offered, offeredOf } from "../../scim/users/offered.ts";
import { listUnsettled, storeSettled, type UnsettledUser, withholdFields } from "./offers.repository.ts";

/** Users per transaction: a SCIM request that changes one of them waits for it. */
const BATCH_SIZE = 500;

/** The hidden fields that an identity provider can have. */
const hiddenOffers = (hidden: readonly string[]): IdpField[] =>
  IDP_FIELDS.filter((field) => hidden.includes(field));

/** Leaves hidden fields out of what changed users offer, in the transaction that changed them. */
export async function withholdHidden(
  manager: EntityManager,
  userIds: readonly string[],
  hidden: readonly string[],
): Promise<void> {
  const fields = hiddenOffers(hidden);
  if (fields.length > 0) await withholdFields(manager, userIds, fields);
}

/**
 * Makes what all users offer follow the company's decisions. It removes hidden fields, and restores those
 * that are shown again as the identity provider last sent them.
 */
export async function settleOffers(
  { dataSource, tenantId }: { readonly dataSource: DataSource; readonly tenantId: string },
  hidden: readonly string[],
): Promise<void> {
  const fields = hiddenOffers(hidden);
  let found: number;
  do
    found = await inTenant(dataSource, tenantId, async (manager) => {
      const users = await listUnsettled(manager, fields, { limit: BATCH_SIZE });
      if (users.length > 0)
        await storeSettled(
          manager,
          users.map((user) => settle(user, fields)),
        );
      return users.length;
    });
  while (found === BATCH_SIZE);
}

/** Pure. */
export function settle({ id, resource }: UnsettledUser, hidden: readonly IdpField[]) {
  const offered: Offered = offeredOf(resource);
  const kept = IDP_FIELDS.filter((field) => field in offered && !hidden.includes(field));
  return {
    id,
    offered: Object.fromEntries(kept.map((field) => [field, offered[field]])),
    withheld: hidden.filter((field) => field in offered),
  };
}
