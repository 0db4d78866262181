import {
  createGroup,
  getGroup,
  getGroups,
  patchGroup,
  removeGroup,
  replaceGroup,
} from "../groups/answer-groups.ts";
import { describeConfig, describeSchemas, describeTypes } from "../schema/discovery.ts";
import { ScimError } from "../scim-error.ts";
import {
  createUser,
  getUser,
  getUsers,
  patchUser,
  removeUser,
  replaceUser,
  type UserDeps,
} from "../users/answer-users.ts";
import { listAnswer } from "./present.ts";
import { COUNT_MAX } from "./read-query.ts";
import type { ScimAnswer, ScimRequest } from "./scim-request.ts";

type Handler = (request: ScimRequest, id: string, deps: UserDeps) => Promise<ScimAnswer> | ScimAnswer;

/** By resource, by `one` or `many`, and by method. */
type Handlers = Readonly<Record<"one" | "many", ReadonlyMap<string, Handler>>>;

const ENDPOINTS: ReadonlyMap<string, Handlers> = new Map([
  [
    "Users",
    {
      many: new Map<string, Handler>([
        ["GET", getUsers],
        ["POST", (request, _id, deps) => createUser(request, deps)],
      ]),
      one: new Map<string, Handler>([
        ["GET", getUser],
        ["PUT", replaceUser],
        ["PATCH", patchUser],
        ["DELETE", removeUser],
      ]),
    },
  ],
  [
    "Groups",
    {
      many: new Map<string, Handler>([
        ["GET", getGroups],
        ["POST", (request, _id, deps) => createGroup(request, deps)],
      ]),
      one: new Map<string, Handler>([
        ["GET", getGroup],
        ["PUT", replaceGroup],
        ["PATCH", patchGroup],
        ["DELETE", removeGroup],
      ]),
    },
  ],
  ["ServiceProviderConfig", { many: new Map<string, Handler>([["GET", getConfig]]), one: new Map() }],
  ["ResourceTypes", { many: new Map([["GET", getTypes]]), one: new Map([["GET", getTypes]]) }],
  ["Schemas", { many: new Map([["GET", getSchemas]]), one: new Map([["GET", getSchemas]]) }],
]);

/** What RFC 7644 names and the service does not do, as ServiceProviderConfig declares. */
const NOT_SUPPORTED = new Set(["Bulk", "Me", ".search"]);

/** A word for metrics and the log, such as `PATCH Users/{id}`. It contains nothing that a client chose. */
export function operationOf(method: string, path: readonly string[]): string {
  const endpoint = ENDPOINTS.get(path[0] ?? "");
  if (!endpoint || path.length > 2 || !METHODS.has(method)) return "other";
  return `${method} ${path[0]}${path.length === 2 ? "/{id}" : ""}`;
}

const METHODS = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);

/** Answers a request. @throws ScimError, or an error of the database. */
export async function answerRequest(request: ScimRequest, deps: UserDeps): Promise<ScimAnswer> {
  const { method, path } = request;
  const [name = "", id, ...more] = path;
  if (path.some((part) => NOT_SUPPORTED.has(part)))
    throw new ScimError(501, null, "The service does not support this. See ServiceProviderConfig.");
  const endpoint = ENDPOINTS.get(name);
  if (!endpoint || more.length > 0)
    throw new ScimError(404, null, "There is no such endpoint. See ResourceTypes, below /scim/v2.");
  const handlers = id === undefined ? endpoint.many : endpoint.one;
  if (handlers.size === 0)
    throw new ScimError(404, null, "There is one ServiceProviderConfig, without an id.");
  const handler = handlers.get(method === "HEAD" ? "GET" : method);
  if (!handler) throw notAllowed([...handlers.keys()].join(", "));
  return handler(request, id ?? "", deps);
}

/** RFC 9110, section 15.5.6. */
const notAllowed = (allow: string): ScimError =>
  new ScimError(405, null, `This address allows ${allow}.`, { allow });

function getConfig({ query, baseUrl }: ScimRequest): ScimAnswer {
  refuseFilter(query);
  return { status: 200, body: describeConfig(baseUrl, COUNT_MAX) };
}

function getTypes({ query, baseUrl }: ScimRequest, id: string): ScimAnswer {
  return answerDocuments(describeTypes(baseUrl), query, id);
}

function getSchemas({ query, baseUrl }: ScimRequest, id: string): ScimAnswer {
  return answerDocuments(describeSchemas(baseUrl), query, id);
}

function answerDocuments(
  documents: readonly { readonly id: string; readonly body: object }[],
  query: ScimRequest["query"],
  id: string,
): ScimAnswer {
  refuseFilter(query);
  if (id === "")
    return listAnswer(
      documents.map(({ body }) => body),
      { total: documents.length, startIndex: 1 },
    );
  const found = documents.find((document) => document.id.toLowerCase() === id.toLowerCase());
  if (!found) throw new ScimError(404, null, "The service has no such document.");
  return { status: 200, body: found.body };
}

/** RFC 7644, section 4. */
function refuseFilter({ filter }: ScimRequest["query"]): void {
  if (filter !== undefined) throw new ScimError(403, null, "This list cannot be filtered.");
}
