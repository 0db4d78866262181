import type { Dialect, GroupToSend, Link, Manager, UserToSend } from "./dialect.ts";
import type { Changed, IdpDirectory } from "./idp-directory.ts";
import type { IdpUser } from "./idp-user.ts";
import { RefusedRequest, type ScimClient } from "./scim-client.ts";

/** A user or a group that could not be provisioned. */
export type Failure = Changed & {
  readonly reason: string;
  readonly status: number | null;
  /** How often in a row. */
  readonly times: number;
};

type Options = {
  readonly directory: IdpDirectory;
  /** Whether groups are provisioned too. */
  readonly groups: boolean;
  readonly parallelRequests: number;
};

export type Session = { readonly scim: ScimClient; readonly dialect: Dialect };

/** One key for users and groups, whose ids may be equal. */
export const keyOf = ({ kind, id }: Changed): string => `${kind} ${id}`;

/** Statuses that concern every further request. */
const isFatal = (status: number | null): boolean => status === 401 || status === 403;

/** Brings users and groups at the service up to date, and remembers which are there under which id. */
export class Provisioner {
  readonly failures = new Map<string, Failure>();
  readonly #options: Options;
  readonly #users = new Map<string, Link<UserToSend>>();
  readonly #groups = new Map<string, Link<GroupToSend>>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Forgets everything about the service, for another one. */
  clear(): void {
    this.#users.clear();
    this.#groups.clear();
    this.failures.clear();
  }

  /** The id of a user at the service, or null. */
  scimIdOf(userId: string): string | null {
    return this.#users.get(userId)?.id ?? null;
  }

  get provisionedUsers(): number {
    return this.#users.size;
  }

  /**
   * Users come first, then the managers that were not there yet, then groups. @returns the reason to stop, or
   * null.
   */
  async provision(session: Session, changes: readonly Changed[]): Promise<string | null> {
    const users = changes.filter(({ kind }) => kind === "user");
    const fatal = await this.#inParallel(users, (id) => this.#provisionUser(session, id));
    if (fatal !== null) return fatal;
    const linked = session.dialect.refersToManagersById ? this.#usersWithNewManager() : [];
    const fatalLink = await this.#inParallel(linked, (id) => this.#provisionUser(session, id));
    if (fatalLink !== null) return fatalLink;
    // A user that is now there, or no longer, changes the members of groups.
    const groups = this.#options.groups ? this.#groupsToProvision(session.dialect, changes) : [];
    return await this.#inParallel(groups, (id) => this.#provisionGroup(session, id));
  }

  /** Only one user, without groups. @returns the failure, or null. */
  async provisionOne(session: Session, userId: string): Promise<Failure | null> {
    const changed = { kind: "user", id: userId } as const;
    await this.#attempt(changed, (id) => this.#provisionUser(session, id));
    return this.failures.get(keyOf(changed)) ?? null;
  }

  async #provisionUser({ scim, dialect }: Session, id: string): Promise<void> {
    const user = this.#options.directory.user(id);
    const link = this.#users.get(id) ?? null;
    const next = await dialect.provisionUser(scim, { user, manager: this.#managerOf(user) }, link);
    if (next) this.#users.set(id, next);
    else this.#users.delete(id);
  }

  async #provisionGroup({ scim, dialect }: Session, id: string): Promise<void> {
    const given = { group: this.#options.directory.group(id), members: this.#membersOf(dialect, id) };
    const next = await dialect.provisionGroup(scim, given, this.#groups.get(id) ?? null);
    if (next) this.#groups.set(id, next);
    else this.#groups.delete(id);
  }

  /** The members that are at the service, by their ids there. */
  #membersOf(dialect: Dialect, groupId: string): Map<string, IdpUser> {
    const { directory } = this.#options;
    const members = new Map<string, IdpUser>();
    for (const member of directory.group(groupId).members) {
      const scimId = this.scimIdOf(member);
      const user = directory.user(member);
      if (scimId !== null && dialect.keepsMember(user)) members.set(scimId, user);
    }
    return members;
  }

  #managerOf({ managerId }: IdpUser): Manager | null {
    if (managerId === null) return null;
    const { userName, displayName } = this.#options.directory.user(managerId);
    return { userName, displayName, scimId: this.scimIdOf(managerId) };
  }

  #usersWithNewManager(): Changed[] {
    return this.#options.directory
      .users()
      .filter((user) => {
        const link = this.#users.get(user.id);
        return link && this.#managerOf(user)?.scimId !== link.sent.manager?.scimId;
      })
      .map(({ id }) => ({ kind: "user", id }));
  }

  #groupsToProvision(dialect: Dialect, changes: readonly Changed[]): Changed[] {
    const changed = new Set(changes.flatMap(({ kind, id }) => (kind === "group" ? [id] : [])));
    return this.#options.directory
      .groups()
      .filter(({ id }) => changed.has(id) || this.#haveMembersChanged(dialect, id))
      .map(({ id }) => ({ kind: "group", id }));
  }

  #haveMembersChanged(dialect: Dialect, groupId: string): boolean {
    const link = this.#groups.get(groupId);
    if (!link) return false;
    const members = this.#membersOf(dialect, groupId);
    const { sent } = link;
    return members.size !== sent.members.size || [...members.keys()].some((id) => !sent.members.has(id));
  }

  async #inParallel(
    changes: readonly Changed[],
    provision: (id: string) => Promise<void>,
  ): Promise<string | null> {
    const waiting = [...changes];
    let fatal: string | null = null;
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next && fatal === null; next = waiting.shift()) {
        fatal = (await this.#attempt(next, provision)) ?? fatal;
      }
    };
    await Promise.all(Array.from({ length: this.#options.parallelRequests }, work));
    return fatal;
  }

  async #attempt(changed: Changed, provision: (id: string) => Promise<void>): Promise<string | null> {
    const key = keyOf(changed);
    try {
      await provision(changed.id);
      this.failures.delete(key);
      return null;
    } catch (error) {
      if (!(error instanceof RefusedRequest)) throw error;
      const { status } = error.request;
      const times = (this.failures.get(key)?.times ?? 0) + 1;
      this.failures.set(key, { ...changed, reason: error.message, status, times });
      return isFatal(status) ? error.message : null;
    }
  }
}
