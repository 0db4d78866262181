import type { IdpGroup, IdpUser } from "./idp-user.ts";
import type { ScimClient } from "./scim-client.ts";

export const USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User";
export const ENTERPRISE_SCHEMA = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
export const GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/** What the provider remembers of a resource that it provisioned. */
export type Link<Sent> = {
  /** The id that the service gave. */
  readonly id: string;
  /** What the last request contained. */
  readonly sent: Sent;
};

export type UserToSend = {
  readonly user: IdpUser;
  readonly manager: Manager | null;
};

export type Manager = {
  readonly userName: string;
  readonly displayName: string;
  /** Null while the manager is not provisioned. */
  readonly scimId: string | null;
};

export type GroupToSend = {
  readonly group: IdpGroup;
  /** Members that are provisioned, by their ids at the service. */
  readonly members: ReadonlyMap<string, IdpUser>;
};

/** How one vendor speaks SCIM. Each function brings one resource at the service up to date. */
export type Dialect = {
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the reference to a manager needs the manager's id at the service. */
  readonly refersToManagersById: boolean;
  /** Whether a user in this state is still a member of the groups at the service. */
  keepsMember(user: IdpUser): boolean;
  testConnection(scim: ScimClient): Promise<void>;
  /** @returns the link from now on; null when the service has no such user and gets none. */
  provisionUser(
    scim: ScimClient,
    given: UserToSend,
    link: Link<UserToSend> | null,
  ): Promise<Link<UserToSend> | null>;
  provisionGroup(
    scim: ScimClient,
    given: GroupToSend,
    link: Link<GroupToSend> | null,
  ): Promise<Link<GroupToSend> | null>;
};

export type Operation = { readonly op: string; readonly path?: string; readonly value?: unknown };

export const patchOf = (operations: readonly Operation[]): object => ({
  schemas: [PATCH_SCHEMA],
  Operations: operations,
});

/** `?filter=attribute eq "value"`, encoded as a form is, with `%20` for blanks. */
export const filterFor = (attribute: string, value: string): string =>
  `filter=${encodeURIComponent(`${attribute} eq ${JSON.stringify(value)}`)}`;

/** The sub-object of a resource; empty if there is none. */
export function partOf(resource: Readonly<Record<string, unknown>>, key: string): Record<string, unknown> {
  const part = resource[key];
  return typeof part === "object" && part !== null ? { ...part } : {};
}

/** The value of the address with the type `work` in a resource. */
export function workEmailOf(resource: Readonly<Record<string, unknown>>): unknown {
  const emails: readonly unknown[] = Array.isArray(resource.emails) ? resource.emails : [];
  for (const email of emails) {
    if (typeof email === "object" && email !== null && "type" in email && email.type === "work")
      return "value" in email ? email.value : undefined;
  }
  return undefined;
}
