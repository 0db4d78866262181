import { randomUUID } from "node:crypto";
import type { DataSource, EntityManager } from "typeorm";
import { inTenant } from "../../../src/database/transaction.ts";
import type { FieldSource, IdpField } from "../../../src/fields/field-source.ts";
import { createRemergePeople } from "../../../src/sync/remerge/remerge-people.ts";
import type { Follower } from "./follower.ts";

export type Offered = Partial<Record<IdpField, string | null>>;

export type User = { readonly id: string; email: string | null; active: boolean; offered: Offered };

/** An identity provider that writes its users as a SCIM request does, and merges in the same transaction. */
export class IdentityProvider {
  readonly users = new Map<string, User>();
  #created = 0;

  constructor(private readonly follower: () => Follower) {}

  create = async (email: string | null, offered: Offered = {}): Promise<User> => {
    const user: User = { id: randomUUID(), email, active: true, offered };
    this.#created += 1;
    await this.#write(user, (manager) =>
      manager.query(
        `insert into idp_users (tenant_id, id, user_name, user_name_key, email, active, resource, offered, supervisor_id,
           version, created_at, modified_at)
         values (current_setting('app.tenant'), $1::uuid, $1::text, $1::text, $2, true, '{}', $3, $4, 1,
           '2026-01-01'::timestamptz + $5 * interval '1 second', now())`,
        [user.id, email, JSON.stringify(offered), offered.supervisor ?? null, this.#created],
      ),
    );
    this.users.set(user.id, user);
    return user;
  };

  update = async (user: User, change: Partial<Omit<User, "id">>): Promise<void> => {
    const { email, active, offered } = { ...user, ...change };
    await this.#write(user, (manager) =>
      manager.query(
        `update idp_users set email = $2, active = $3, offered = $4, supervisor_id = $5, version = version + 1,
           modified_at = now() where id = $1`,
        [user.id, email, active, JSON.stringify(offered), offered.supervisor ?? null],
      ),
    );
    Object.assign(user, { email, active, offered });
  };

  remove = async (user: User): Promise<void> => {
    await this.#write(user, (manager) => manager.query("delete from idp_users where id = $1", [user.id]));
    this.users.delete(user.id);
  };

  #write(user: User, write: (manager: EntityManager) => Promise<unknown>): Promise<void> {
    const { dataSource, deps } = this.follower();
    return inTenant(dataSource, "acme", async (manager) => {
      await write(manager);
      await createRemergePeople(deps)(manager, { userIds: [user.id] });
    });
  }
}

/** Sets the order of a field's sources, as the settings store it; null is the default. */
export const setOrder = (
  dataSource: DataSource,
  field: IdpField,
  sources: readonly FieldSource[] | null,
): Promise<unknown> =>
  inTenant(dataSource, "acme", (manager) =>
    manager.query(
      `insert into field_settings (tenant_id, name, sources) values (current_setting('app.tenant'), $1, $2)
       on conflict (tenant_id, name) do update set sources = excluded.sources`,
      [field, sources],
    ),
  );
