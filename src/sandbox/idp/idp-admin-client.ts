import { z } from "zod";
import type { IdpAdmin, IdpStatus, ListedGroup, ListedUser } from "../admin.ts";
import { USER_STATES, type UserState } from "./idp-user.ts";

const identified = z.object({ id: z.string() });
const nullableText = z.string().nullable();
const users = z.array(
  z.object({
    id: z.string(),
    userName: z.string(),
    email: nullableText,
    firstName: nullableText,
    lastName: nullableText,
    displayName: z.string(),
    title: nullableText,
    department: nullableText,
    employeeNumber: nullableText,
    managerId: nullableText,
    state: z.enum(USER_STATES),
    scimId: nullableText,
  }),
) satisfies z.ZodType<ListedUser[]>;
const groups = z.array(
  z.object({ id: z.string(), name: z.string(), members: z.array(z.string()), isDeleted: z.boolean() }),
) satisfies z.ZodType<ListedGroup[]>;
const requests = z.array(z.object({ method: z.string(), path: z.string(), status: z.number().nullable() }));
const status = z.object({
  vendor: z.enum(["okta", "entra"]),
  target: nullableText,
  users: z.number(),
  provisionedUsers: z.number(),
  failures: z.array(
    z.object({
      kind: z.enum(["user", "group"]),
      id: z.string(),
      reason: z.string(),
      status: z.number().nullable(),
      times: z.number(),
    }),
  ),
  nextCycleAt: nullableText,
  quarantine: z
    .union([z.literal("disabled"), z.object({ reason: z.string(), since: z.string() })])
    .nullable(),
}) satisfies z.ZodType<IdpStatus>;

/** The part of the sandbox's client that is about the identity provider. */
export function createIdpAdmin(call: (route: string, body?: unknown) => Promise<unknown>): IdpAdmin {
  const send = async (route: string, body?: unknown): Promise<void> => void (await call(route, body));
  const setState = (id: string, state: UserState) => send(`PUT idp/users/${id}/state`, { state });
  return {
    connect: (target) => send("PUT idp/target", target),
    disconnect: () => send("DELETE idp/target"),
    restart: () => send("POST idp/restart"),
    provisionOnDemand: (id) => send(`POST idp/users/${id}/provision`),
    settle: () => send("POST idp/settle"),
    status: async () => status.parse(await call("GET idp/status")),
    requests: async () => requests.parse(await call("GET idp/requests")),
    users: async () => users.parse(await call("GET idp/users")),
    createUser: async (user) => identified.parse(await call("POST idp/users", user)).id,
    changeUser: (id, attributes) => send(`PATCH idp/users/${id}`, attributes),
    deactivateUser: (id) => setState(id, "deactivated"),
    activateUser: (id) => setState(id, "active"),
    unassignUser: (id) => setState(id, "unassigned"),
    deleteUser: (id, how) => setState(id, how?.forGood ? "purged" : "deleted"),
    groups: async () => groups.parse(await call("GET idp/groups")),
    createGroup: async (group) => identified.parse(await call("POST idp/groups", group)).id,
    changeGroup: (id, edit) => send(`PATCH idp/groups/${id}`, edit),
    deleteGroup: (id) => send(`DELETE idp/groups/${id}`),
  };
}
