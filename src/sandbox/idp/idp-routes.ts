import { z } from "zod";
import type { Idp } from "./idp.ts";
import {
  groupEditSchema,
  groupSchema,
  newUserSchema,
  USER_STATES,
  userAttributesSchema,
} from "./idp-user.ts";

/** Gets the request's body and the id in its path; returns the JSON response, or a promise of it. */
type Handler = (idp: Idp, body: unknown, id: string) => unknown;

const target = z.strictObject({ url: z.string(), token: z.string().min(1) });
const state = z.strictObject({ state: z.enum(USER_STATES) });

/** Handlers by method and path below `idp/`; `:id` stands for the provider's id of a user or a group. */
const ROUTES: Readonly<Record<string, Handler>> = {
  "GET status": (idp) => idp.status(),
  "PUT target": async (idp, body) => {
    await idp.connect(target.parse(body));
  },
  "DELETE target": (idp) => idp.disconnect(),
  "POST restart": (idp) => idp.restart(),
  "POST settle": (idp) => idp.settle(),
  "GET requests": (idp) => idp.logged,
  "GET users": (idp) => idp.directory.users().map((user) => ({ ...user, scimId: idp.scimIdOf(user.id) })),
  "POST users": (idp, body) => ({ id: idp.directory.createUser(newUserSchema.parse(body)) }),
  "PATCH users/:id": (idp, body, id) => idp.directory.changeUser(id, userAttributesSchema.parse(body)),
  "PUT users/:id/state": (idp, body, id) => idp.directory.setState(id, state.parse(body).state),
  "POST users/:id/provision": (idp, _, id) => idp.provisionOnDemand(id),
  "GET groups": (idp) => idp.directory.groups().map((group) => ({ ...group, members: [...group.members] })),
  "POST groups": (idp, body) => ({ id: idp.directory.createGroup(groupSchema.parse(body)) }),
  "PATCH groups/:id": (idp, body, id) => idp.directory.changeGroup(id, groupEditSchema.parse(body)),
  "DELETE groups/:id": (idp, _, id) => idp.directory.deleteGroup(id),
};

export const IDP_ROUTES = Object.keys(ROUTES).map((route) => route.replace(" ", " idp/"));

/** The handler of a path below `idp/`, with its id filled in; null if there is none. */
export function findIdpRoute(method: string, place: string): ((idp: Idp, body: unknown) => unknown) | null {
  const id = /^(?:users|groups)\/([\w-]+)/.exec(place)?.[1] ?? "";
  const handle = ROUTES[`${method} ${place.replace(/^(users|groups)\/[\w-]+/, "$1/:id")}`];
  return handle ? (idp, body) => handle(idp, body, id) : null;
}
