import { randomUUID } from "node:crypto";
import type { Clock } from "../records/clock.ts";
import { type Records, RefusedEdit } from "../records/records.ts";
import { createIds, generateUsers } from "./generate-users.ts";
import type { IdpVendor } from "./idp-settings.ts";
import type {
  GroupEdit,
  IdpGroup,
  IdpUser,
  NewGroup,
  NewUser,
  UserAttributes,
  UserState,
} from "./idp-user.ts";

type Sources = { readonly records: Records; readonly clock: Clock; readonly vendor: IdpVendor };

/** The user or the group that an edit changed. */
export type Changed = { readonly kind: "user" | "group"; readonly id: string };

/**
 * The accounts and groups of the identity provider. They come from the company's people once, at the first
 * use. Later edits in HR do not reach them: the IT department keeps records of its own.
 */
export class IdpDirectory {
  readonly #sources: Sources;
  readonly #idOf: (key: string) => string;
  readonly #users = new Map<string, IdpUser>();
  readonly #groups = new Map<string, IdpGroup>();
  #onChanged: (changed: Changed) => void = () => undefined;

  constructor(sources: Sources) {
    this.#sources = sources;
    this.#idOf = createIds(sources.records.company, sources.vendor);
    const { users, groups } = generateUsers({ ...sources, today: sources.clock.today() });
    for (const user of users) this.#users.set(user.id, user);
    for (const group of groups) this.#groups.set(group.id, group);
  }

  /** Calls `onChanged` after every edit from now on. There is one observer. */
  observe(onChanged: (changed: Changed) => void): void {
    this.#onChanged = onChanged;
  }

  users(): readonly IdpUser[] {
    return [...this.#users.values()];
  }

  groups(): readonly IdpGroup[] {
    return [...this.#groups.values()];
  }

  user(id: string): IdpUser {
    return this.#users.get(id) ?? refuse(`There is no user ${id} at the identity provider.`);
  }

  group(id: string): IdpGroup {
    return this.#groups.get(id) ?? refuse(`There is no group ${id} at the identity provider.`);
  }

  createUser({ userName, email = userName, displayName = userName, ...others }: NewUser): string {
    this.#checkUserName(userName);
    const blank = { firstName: null, lastName: null, title: null, department: null };
    return this.#putUser({
      ...{ ...blank, employeeNumber: null, managerId: null, ...others },
      ...{ id: this.#idOf(randomUUID()), userName, email, displayName, state: "active", deletedAt: null },
    });
  }

  changeUser(id: string, attributes: UserAttributes): void {
    const user = this.user(id);
    if (attributes.userName !== undefined) this.#checkUserName(attributes.userName, id);
    if (attributes.managerId != null) this.user(attributes.managerId);
    this.#putUser({ ...user, ...attributes });
  }

  setState(id: string, state: UserState): void {
    const user = this.user(id);
    if (user.state === "purged") refuse(`The user ${id} was deleted permanently.`);
    const isDeleted = state === "deleted" || state === "purged";
    const deletedAt = isDeleted ? (user.deletedAt ?? this.#sources.clock.now()) : null;
    this.#putUser({ ...user, state, deletedAt });
  }

  /** Deletes permanently what has been in the recycle bin for `keptMs`. */
  emptyRecycleBin(keptMs: number): void {
    const now = this.#sources.clock.now();
    for (const { id, state, deletedAt } of this.users())
      if (state === "deleted" && deletedAt !== null && now - deletedAt >= keptMs) this.setState(id, "purged");
  }

  createGroup({ name, members = [] }: NewGroup): string {
    for (const member of members) this.user(member);
    const id = this.#idOf(randomUUID());
    return this.#putGroup({ id, name, members: new Set(members), isDeleted: false });
  }

  changeGroup(id: string, { name, add = [], remove = [] }: GroupEdit): void {
    const group = this.group(id);
    for (const member of add) this.user(member);
    const members = new Set([...group.members, ...add].filter((member) => !remove.includes(member)));
    this.#putGroup({ ...group, ...(name !== undefined && { name }), members });
  }

  deleteGroup(id: string): void {
    this.#putGroup({ ...this.group(id), isDeleted: true });
  }

  #checkUserName(userName: string, own?: string): void {
    const isTaken = this.users().some(
      (user) =>
        user.id !== own && user.state !== "purged" && user.userName.toLowerCase() === userName.toLowerCase(),
    );
    if (isTaken) refuse(`Another user has the name ${userName}.`);
  }

  #putUser(user: IdpUser): string {
    this.#users.set(user.id, user);
    this.#onChanged({ kind: "user", id: user.id });
    return user.id;
  }

  #putGroup(group: IdpGroup): string {
    this.#groups.set(group.id, group);
    this.#onChanged({ kind: "group", id: group.id });
    return group.id;
  }
}

function refuse(reason: string): never {
  throw new RefusedEdit(reason);
}
