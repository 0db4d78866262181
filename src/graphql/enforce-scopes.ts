import { MapperKind, mapSchema } from "@graphql-tools/utils";
import {
  defaultFieldResolver,
  type GraphQLFieldConfig,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
} from "graphql";
import { isOwnRecord } from "../access/own-record.ts";
import { ADMIN_SCOPE, type Scope } from "../access/viewer.ts";
import { forbidden } from "../errors.ts";
import { NOTHING_RAISED, type RaisedFields } from "../fields/raised-fields.ts";
import type { RequestContext } from "../request/request-context.ts";
import { checkEveryFieldHasRule, declaredScopes, isPart } from "./field-rules.ts";
import { findForbidden, RAISABLE_ARGUMENTS, RAISABLE_COORDINATES } from "./raised-rules.ts";

/** The part of the context that the rules need. */
type Asked = Pick<RequestContext, "viewer" | "raised" | "countErrors">;
type Field = GraphQLFieldConfig<unknown, Asked>;

/** The one field that returns the viewer's own record, so that the rule of its type does not apply. */
const OWN_RECORD_FIELD = "Viewer.person";

/**
 * Enforces the rules of the SDL: a field that the viewer may not see is the error FORBIDDEN, and its resolver
 * does not run. A field needs its own scopes, those of its type, and those of the type that it returns.
 *
 * A check runs where an object is entered, and at fields with scopes of their own. So each object in an
 * answer has passed the rule of its type, and its plain fields need no check: graphql-js reads them in place.
 *
 * @throws if a field has no rule.
 */
export function enforceScopes(schema: GraphQLSchema): GraphQLSchema {
  checkEveryFieldHasRule(schema);
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config, name, typeName) => {
      const coordinate = `${typeName}.${name}`;
      const protectable = guardRaised(config, coordinate);
      return guard(protectable, coordinate) ?? protectable;
    },
  });
}

function guard(config: Field, name: string): Field | undefined {
  const own = declaredScopes(config);
  const returned = getNamedType(config.type);
  const entered = isObjectType(returned) && name !== OWN_RECORD_FIELD ? declaredScopes(returned) : [];
  const scopes = [...new Set([...own, ...entered])];
  if (scopes.length === 0) return undefined;
  // The viewer's own record shows its fields and its parts, but no other record and no settings of the
  // company.
  const leadsOn = isObjectType(returned) && !isPart(returned);
  const ofOwnRecord = scopes.filter((scope) => scope === ADMIN_SCOPE || (leadsOn && entered.includes(scope)));

  const { resolve = defaultFieldResolver, subscribe } = config;
  const guarded: GraphQLFieldResolver<unknown, Asked> = (source, args, context, info) => {
    checkScopes(name, context, isOwnRecord(source, context.viewer) ? ofOwnRecord : scopes);
    return resolve(source, args, context, info);
  };
  if (!subscribe) return { ...config, resolve: guarded };
  const guardedStart: GraphQLFieldResolver<unknown, Asked> = (source, args, context, info) => {
    checkScopes(name, context, scopes);
    return subscribe(source, args, context, info);
  };
  return { ...config, resolve: guarded, subscribe: guardedStart };
}

/**
 * Enforces what the company demands beyond the schema. Only fields that can be raised, or whose arguments use
 * one, have this check. It costs nothing while the snapshot is open and nothing is raised.
 */
function guardRaised(config: Field, name: string): Field {
  const shown = (RAISABLE_COORDINATES.get(name) ?? []).map((field) => [`\`${name}\``, field] as const);
  const listUses = RAISABLE_ARGUMENTS.get(name);
  if (shown.length === 0 && !listUses) return config;
  const { resolve = defaultFieldResolver, subscribe } = config;
  const listUsed = (args: Arguments) =>
    (listUses?.(args) ?? []).map(([what, field]) => [`\`${what}\` of \`${name}\``, field] as const);
  const check = (raised: RaisedFields, source: unknown, args: Arguments, asked: Asked): void => {
    if (raised.size === 0) return;
    const uses = isOwnRecord(source, asked.viewer) ? [] : shown;
    const found = findForbidden([...uses, ...listUsed(args)], raised, asked.viewer);
    if (!found) return;
    asked.countErrors(1);
    throw raisedError(found.what, found.scope);
  };
  const guarded =
    (then: GraphQLFieldResolver<unknown, Asked>): GraphQLFieldResolver<unknown, Asked> =>
    (source, args, context, info) => {
      // Arguments that use no such field need no snapshot: subscriptions start without one.
      if (shown.length === 0 && listUsed(args).length === 0) return then(source, args, context, info);
      const raised = context.raised();
      // Most companies raise nothing, and this runs for hundreds of plain fields of a page.
      if (raised === NOTHING_RAISED) return then(source, args, context, info);
      if (raised instanceof Promise)
        return raised.then((known) => {
          check(known, source, args, context);
          return then(source, args, context, info);
        });
      check(raised, source, args, context);
      return then(source, args, context, info);
    };
  return { ...config, resolve: guarded(resolve), ...(subscribe && { subscribe: guarded(subscribe) }) };
}

type Arguments = Readonly<Record<string, unknown>>;

function raisedError(what: string, scope: string): Error {
  const key = `${what} raised ${scope}`;
  const error = errors.get(key) ?? forbidden(what, [scope]);
  errors.set(key, error);
  return error;
}

/**
 * Throws FORBIDDEN if the viewer lacks one of the scopes.
 *
 * @param what a name of the schema, for the message.
 */
export function checkScopes(
  what: string,
  { viewer: { scopes: granted }, countErrors }: Pick<Asked, "viewer" | "countErrors">,
  scopes: readonly Scope[],
): void {
  if (scopes.every((scope) => granted.has(scope))) return;
  countErrors(1);
  const missing = scopes.filter((scope) => !granted.has(scope));
  const key = `${what} ${missing.join(" ")}`;
  const error = errors.get(key) ?? forbidden(`\`${what}\``, missing);
  errors.set(key, error);
  throw error;
}

/** The entries of a page share one error: creating it for each would cost more than reading the row. */
const errors = new Map<string, Error>();
