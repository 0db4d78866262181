import { readFileSync } from "node:fs";
import { ADMIN_SCOPE, isScope, type Scope } from "../../src/access/viewer.ts";
import type { AnsweredField } from "./answered-fields.ts";
import { RAISED_FIELDS } from "./guarded-fields.ts";

const GUIDE = readFileSync(new URL("../../schema/README.md", import.meta.url), "utf8");

/** The table of the guide, which people write: the scope that shows a type, or one field of it. */
const SCOPE_OF: ReadonlyMap<string, Scope> = new Map<string, Scope>([
  ...GUIDE.split("\n").flatMap((line) => {
    const [, scope = "", shows = ""] = /^\| `(people:\w+)` \| (.*) \|$/.exec(line) ?? [];
    if (!isScope(scope)) return [];
    // Names of types, and of their fields; a mutation is none.
    return [...shows.matchAll(/`([A-Z]\w+(?:\.\w+)?)`/g)].map(([, name = ""]) => [name, scope] as const);
  }),
  ["OrgTreeNode.issues", ADMIN_SCOPE],
  ...[...RAISED_FIELDS].map(([field, scope]) => [`Person.${field}`, scope] as const),
]);

/** A mutation that changes nothing of the company. */
const OPEN_MUTATION = "Mutation.endOwnSessions";

/** The fields that have a value in an answer, although the viewer may not see them. */
export function forbiddenFields(answered: readonly AnsweredField[], scopes: readonly Scope[]): string[] {
  const isForbidden = ({ coordinate, isOfOwnRecord }: AnsweredField): boolean => {
    const [type = "", name] = coordinate.split(".");
    if (isOfOwnRecord || name === "__typename") return false;
    const isMutation = type === "Mutation" && coordinate !== OPEN_MUTATION;
    const needed: (Scope | undefined)[] = [
      SCOPE_OF.get(type.replace(/(Connection|Edge)$/, "")),
      SCOPE_OF.get(coordinate),
      isMutation ? ADMIN_SCOPE : undefined,
    ];
    return needed.some((scope) => scope !== undefined && !scopes.includes(scope));
  };
  return answered.filter(isForbidden).map(({ coordinate }) => coordinate);
}

/** How many types and fields the table names. */
export const namesInTable = SCOPE_OF.size;
