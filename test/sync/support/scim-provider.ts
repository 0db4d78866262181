import { type FastifyInstance, fastify } from "fastify";
import { expect } from "vitest";
import type { Viewer } from "../../../src/access/viewer.ts";
import { inTenant } from "../../../src/database/transaction.ts";
import { createRequests, type Services } from "../../../src/graphql/context.ts";
import { createFormatError } from "../../../src/graphql/operation/format-error.ts";
import { createRateLimiter } from "../../../src/graphql/operation/rate-limiter.ts";
import { addScimRoutes } from "../../../src/graphql/transports/scim-routes.ts";
import { untraced } from "../../../src/metrics/trace.ts";
import { createScimHandler } from "../../../src/scim/scim-handler.ts";
import { createIdentifyScim, openScimTokens } from "../../../src/scim/tokens/identify-scim.ts";
import { issueScimToken } from "../../../src/scim/tokens/issue-scim-token.ts";
import { createRemergePeople } from "../../../src/sync/remerge/remerge-people.ts";
import { createSend, ENTERPRISE, GROUP, PATCH_OP, type Scim, USER } from "../../scim/support.ts";
import type { Follower } from "./follower.ts";
import type { Offered, User } from "./identity-provider.ts";

const TENANT = "acme";
const ADMIN: Viewer = {
  tenantId: TENANT,
  kind: "USER",
  subject: "admin",
  email: null,
  scopes: new Set(),
  expiresAt: null,
  authIsOff: false,
};

/** How a request spells what it means. Each can say everything that a model's user can have. */
const SPELLINGS = ["okta put", "okta patch", "entra", "entra flag"] as const;
type Spelling = (typeof SPELLINGS)[number];
type Change = Partial<Omit<User, "id">>;
type Operation = { readonly op: string; readonly path?: string; readonly value?: unknown };

/**
 * An identity provider that sends SCIM requests over HTTP with a token, spelled as Okta and Entra ID do, and
 * knows what it sent. `spelling` chooses how the next request is spelled.
 */
export class ScimProvider implements AsyncDisposable {
  readonly users = new Map<string, User>();
  /** The members of each group. */
  readonly groups = new Map<string, Set<string>>();
  spelling = 0;
  readonly #userNames = new Map<string, string>();
  #created = 0;

  private constructor(
    private readonly send: Scim["send"],
    private readonly server: FastifyInstance,
    private readonly tokens: AsyncDisposable,
  ) {}

  /** Serves the SCIM handler of the service, without its workers: the test executes each run. */
  static async start(follower: Follower): Promise<ScimProvider> {
    const { dataSource, metrics, deps } = follower;
    const { log } = deps;
    let ticks = 0;
    // Of two users with one address, the older one decides: so each has a time of its own.
    const clock = () => new Date(Date.UTC(2026, 0, 1) + 1_000 * ticks++);
    const tokens = openScimTokens({ dataSource, log, clock: () => new Date() });
    const handler = createScimHandler({
      identify: createIdentifyScim(tokens.verify, metrics.tokenRefused, () => undefined),
      onUsersChanged: (manager, change) => createRemergePeople(follower.deps)(manager, change),
      clock,
    });
    const unlimited = { perTenant: null, perUser: null, perScimToken: null };
    // A SCIM request uses no service of the graph.
    const services = {} as Services;
    const requests = createRequests({ dataSource, services, cursorKeys: [Buffer.alloc(32)], log });
    const server = fastify();
    addScimRoutes(server, {
      handler,
      operations: {
        graph: { requests },
        limitRate: createRateLimiter(unlimited),
        formatError: createFormatError(log),
        telemetry: { metrics, trace: untraced, log },
      },
      reach: { publicUrl: undefined },
    });
    const url = await server.listen({ port: 0, host: "127.0.0.1" });
    const { token } = await inTenant(dataSource, TENANT, (manager) =>
      issueScimToken(manager, { viewer: ADMIN, now: new Date() }),
    );
    return new ScimProvider(createSend(url, token), server, tokens);
  }

  async create(email: string | null, offered: Offered): Promise<User> {
    const isOkta = this.#next().startsWith("okta");
    this.#created += 1;
    const userName = `login-${this.#created}`;
    const vendor = isOkta
      ? { password: "never read", groups: [], locale: "de_DE" }
      : { externalId: userName, meta: { resourceType: "User" } };
    const body = { ...resourceOf({ email, active: true, offered }, userName), ...vendor };
    const { status, body: created, text } = await this.send("POST", "/Users", body);
    expect(status, text).toBe(201);
    const user: User = { id: created.id, email, active: true, offered: clean(offered) };
    this.users.set(user.id, user);
    this.#userNames.set(user.id, userName);
    return user;
  }

  async update(user: User, change: Change): Promise<void> {
    const spelling = this.#next();
    const wanted = { ...user, ...change };
    const path = `/Users/${user.id}`;
    const userName = this.#userNames.get(user.id) ?? "";
    const { status, text } =
      spelling === "okta put"
        ? await this.send("PUT", path, resourceOf(wanted, userName))
        : await this.#patch(path, operationsOf(spelling, user, wanted));
    expect(status, text).toBe(200);
    Object.assign(user, change, change.offered && { offered: clean(change.offered) });
  }

  async remove(user: User): Promise<void> {
    expect((await this.send("DELETE", `/Users/${user.id}`)).status).toBe(204);
    this.users.delete(user.id);
    for (const members of this.groups.values()) members.delete(user.id);
  }

  /** Creates, changes, renames or deletes a group, which changes no person. */
  async changeGroup(who: number, what: number): Promise<void> {
    const isOkta = this.#next().startsWith("okta");
    const [group] = [...this.groups].slice(who % Math.max(1, this.groups.size));
    const user = [...this.users.keys()][who % Math.max(1, this.users.size)];
    const members = user === undefined ? [] : [{ value: user, ...(!isOkta && { $ref: null }) }];
    if (!group) {
      const body = { schemas: [GROUP], displayName: `Group ${what}`, members };
      const { status, text, body: created } = await this.send("POST", "/Groups", body);
      expect(status, text).toBe(201);
      this.groups.set(created.id, new Set(user === undefined ? [] : [user]));
      return;
    }
    const [id, known] = group;
    const path = `/Groups/${id}`;
    if (what === 9) {
      expect((await this.send("DELETE", path)).status).toBe(204);
      this.groups.delete(id);
      return;
    }
    const rename = isOkta
      ? { op: "replace", value: { id, displayName: `Group ${what}` } }
      : { op: "Replace", path: "displayName", value: `Group ${what}` };
    const isAdded = what % 2 === 0;
    const op = isAdded ? "add" : "remove";
    const change =
      isOkta && !isAdded
        ? { op, path: `members[value eq "${user}"]` }
        : { op: isOkta ? op : capital(op), path: "members", value: members };
    const operations = user === undefined ? [rename] : [rename, change];
    expect((await this.#patch(path, operations)).status).toBe(204);
    if (user !== undefined) known[isAdded ? "add" : "delete"](user);
  }

  /** The handler answers with what was sent, and its groups have the members that they should. */
  async check(): Promise<void> {
    const { body: groups } = await this.send("GET", "/Groups?count=200");
    const listed = (groups.Resources ?? []).map(({ id, members = [] }) => [
      id,
      (members as { value: string }[]).map(({ value }) => value).sort(),
    ]);
    expect(new Map(listed as [string, string[]][])).toEqual(
      new Map([...this.groups].map(([id, members]) => [id, [...members].sort()])),
    );
    const { body: users } = await this.send("GET", "/Users?count=200");
    const states = (users.Resources ?? []).map(({ id, active }) => [id, active]);
    expect(new Map(states as [string, boolean][])).toEqual(
      new Map([...this.users].map(([id, { active }]) => [id, active])),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    await this.tokens[Symbol.asyncDispose]();
  }

  #next(): Spelling {
    return SPELLINGS[this.spelling++ % SPELLINGS.length] ?? "entra";
  }

  #patch = (path: string, operations: readonly Operation[]) =>
    this.send("PATCH", path, { schemas: [PATCH_OP], Operations: operations });
}

/** An empty text is a field that the provider has, and that is empty. SCIM cannot say so of a manager. */
function clean({ supervisor, ...offered }: Offered): Offered {
  const texts = Object.entries(offered).map(([field, value]) => [field, value || null]);
  return { ...Object.fromEntries(texts), ...(supervisor && { supervisor }) };
}

const PATHS = {
  displayName: "displayName",
  firstName: "name.givenName",
  lastName: "name.familyName",
  position: "title",
  department: `${ENTERPRISE}:department`,
  employeeId: `${ENTERPRISE}:employeeNumber`,
} as const;
const MANAGER = `${ENTERPRISE}:manager`;
const WORK_EMAIL = 'emails[type eq "work"].value';

/** The whole user, as in POST and PUT. */
function resourceOf({ email, active, offered }: Omit<User, "id">, userName: string): object {
  const { displayName, firstName, lastName, position, department, employeeId, supervisor } = offered;
  const text = (value: string | null | undefined) => (value === undefined ? undefined : (value ?? ""));
  return {
    schemas: [USER, ENTERPRISE],
    userName,
    active,
    displayName: text(displayName),
    name: { givenName: text(firstName), familyName: text(lastName) },
    title: text(position),
    ...(email !== null && { emails: [{ primary: true, type: "work", value: email }] }),
    [ENTERPRISE]: {
      department: text(department),
      employeeNumber: text(employeeId),
      ...(supervisor && { manager: { value: supervisor } }),
    },
  };
}

/** The operations that lead from one state to the other. */
function operationsOf(spelling: Exclude<Spelling, "okta put">, from: User, to: User): Operation[] {
  const values: Record<string, unknown> = {};
  const removed: string[] = [];
  for (const [field, path] of Object.entries(PATHS) as [keyof typeof PATHS, string][]) {
    const value = to.offered[field];
    if (value !== undefined) values[path] = value ?? "";
    else if (from.offered[field] !== undefined) removed.push(path);
  }
  if (to.offered.supervisor) values[MANAGER] = to.offered.supervisor;
  else removed.push(MANAGER);
  if (to.email !== null) values[WORK_EMAIL] = to.email;
  else if (from.email !== null) removed.push("emails");
  if (to.active !== from.active) values.active = to.active;

  const removals = removed.map((path) => ({ op: "remove", path }));
  switch (spelling) {
    case "okta patch":
      return [{ op: "replace", value: nested(values) }, ...removals];
    case "entra flag":
      return [{ op: "replace", value: values }, ...removals];
    case "entra":
      return [
        ...Object.entries(values).map(([path, value], place) => ({
          op: place % 2 === 0 ? "Replace" : "Add",
          path,
          value: typeof value === "boolean" ? capital(String(value)) : value,
        })),
        // Entra ID empties a manager with an empty text.
        ...removed.map((path) =>
          path === MANAGER ? { op: "Replace", path, value: "" } : { op: "Remove", path },
        ),
      ];
  }
}

/** Okta sends one object, in the form of a resource. */
function nested(values: Record<string, unknown>): object {
  const {
    [PATHS.firstName]: givenName,
    [PATHS.lastName]: familyName,
    [WORK_EMAIL]: email,
    ...others
  } = values;
  const {
    [PATHS.department]: department,
    [PATHS.employeeId]: employeeNumber,
    [MANAGER]: value,
    ...core
  } = others;
  return {
    ...core,
    name: { givenName, familyName },
    ...(email !== undefined && { emails: [{ primary: true, type: "work", value: email }] }),
    [ENTERPRISE]: { department, employeeNumber, ...(value !== undefined && { manager: { value } }) },
  };
}

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
