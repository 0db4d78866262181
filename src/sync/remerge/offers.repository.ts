import type { EntityManager } from "typeorm";
import type { StoredResource } from "../../scim/schema/resource.ts";
import type { Offered } from "../../scim/users/offered.ts";

/** A user as stored by SCIM, before the fields that the company hides are taken out. */
export type UnsettledUser = { readonly id: string; readonly resource: StoredResource };

/**
 * Users whose offer has a hidden field, or lacks one that is shown again. Without a hidden field, an index
 * lists only the second kind; most companies have none.
 */
export const listUnsettled = (
  manager: EntityManager,
  hidden: readonly string[],
  { limit }: { readonly limit: number },
): Promise<UnsettledUser[]> =>
  manager.query(
    `/* offers.listUnsettled */
    select id, resource from idp_users
    where withheld <> '{}' and not withheld <@ $1::text[] ${hidden.length > 0 ? "or offered ?| $1::text[]" : ""}
    order by id limit $2 for no key update`,
    [hidden, limit],
  );

export type SettledUser = {
  readonly id: string;
  readonly offered: Offered;
  readonly withheld: readonly string[];
};

/** The next run merges their people: a mapping that shows another field compares all people. */
export const storeSettled = (manager: EntityManager, users: readonly SettledUser[]): Promise<unknown> =>
  manager.query(
    `/* offers.store */
    update idp_users u set offered = s.offered, withheld = s.withheld
    from jsonb_to_recordset($1::jsonb) as s (id uuid, offered jsonb, withheld text[]) where u.id = s.id`,
    [JSON.stringify(users)],
  );

/** Takes hidden fields out of what these users offer. */
export const withholdFields = (
  manager: EntityManager,
  userIds: readonly string[],
  hidden: readonly string[],
): Promise<unknown> =>
  manager.query(
    `/* offers.withhold */
    update idp_users set offered = offered - $2::text[],
      withheld = array(select field from unnest($2::text[]) as field where offered ? field)
    where id = any ($1::uuid[]) and offered ?| $2::text[]`,
    [userIds, hidden],
  );
