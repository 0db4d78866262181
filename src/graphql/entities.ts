import {
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isNullableType,
  isObjectType,
  Kind,
} from "graphql";
import type { Scope } from "../access/viewer.ts";
import { ActionableError } from "../errors.ts";
import type { Selected } from "../request/look-ahead.ts";
import type { GraphQLContext } from "./context.ts";
import { checkScopes } from "./enforce-scopes.ts";
import { declaredScopes } from "./field-rules.ts";
import { arePlain } from "./joined-fields.ts";

/**
 * An entity reference from a gateway, unvalidated: `__typename` and the fields of one of the entity's keys.
 */
export type Reference = { readonly [field: string]: unknown };

/** Finds the entity of a reference with a complete key; null when the caller may see no such entity. */
export type FindEntity = (
  reference: Reference,
  context: GraphQLContext,
) => Promise<object | null> | object | null;

/** The finder of each entity, by the name of its type. */
export type EntityFinders = Readonly<Record<string, FindEntity>>;

type EntitiesResolver = GraphQLFieldResolver<
  unknown,
  GraphQLContext,
  { representations: readonly unknown[] }
>;

/**
 * Resolves `Query._entities` in the order of the representations. All finders start before any is awaited, so
 * that their loaders read each type once. A representation that is not an entity of this subgraph becomes a
 * null with the error BAD_REPRESENTATION at its index; the others are still answered.
 */
export const createEntitiesResolver =
  (finders: EntityFinders): EntitiesResolver =>
  async (_source, { representations }, context, { schema, operation }) => {
    if (areReadAtOnce(representations, context.selected, { schema, operation })) context.expectOneRead();
    const badRepresentation = createBadRepresentation(context);
    const found = await Promise.all(
      representations.map(async (representation) => {
        const end = context.countErrors(0);
        if (end) return end;
        try {
          return await findEntity(representation, finders, { schema, context, badRepresentation });
        } catch (error) {
          // Returned, not thrown: a thrown error would fail the whole list.
          return error instanceof Error ? error : new Error("an entity failed", { cause: error });
        }
      }),
    );
    // With too many errors, no list is completed: graphql-js would locate them all in one turn.
    return (await context.countErrors(0)) ?? found;
  };

/** The types above the entities. */
const ABOVE: readonly string[] = ["Query", "_Entity"];

type Executed = Pick<GraphQLResolveInfo, "schema" | "operation">;

/** Whether one statement reads all: they are of one type, by id, and the answer needs only plain fields. */
function areReadAtOnce(
  representations: readonly unknown[],
  selected: Selected | null,
  { schema, operation }: Executed,
): boolean {
  const [only, ...others] = operation.selectionSet.selections;
  if (!selected || only?.kind !== Kind.FIELD || others.length > 0) return false;
  const [type, ...otherTypes] = [...selected.keys()].filter((name) => !ABOVE.includes(name));
  const entity = schema.getType(type ?? "");
  if (!isObjectType(entity) || otherTypes.length > 0) return false;
  return (
    representations.every((one) => isRecord(one) && one.__typename === type && typeof one.id === "string") &&
    arePlain(entity, selected.get(entity.name) ?? new Set())
  );
}

async function findEntity(
  representation: unknown,
  finders: EntityFinders,
  {
    schema,
    context,
    badRepresentation,
  }: {
    readonly schema: GraphQLSchema;
    readonly context: GraphQLContext;
    readonly badRepresentation: (found: string) => ActionableError;
  },
): Promise<object | null> {
  const reference = isRecord(representation) ? representation : {};
  const name = typeof reference.__typename === "string" ? reference.__typename : "";
  const type = schema.getType(name);
  const find = Object.hasOwn(finders, name) ? finders[name] : undefined;
  if (!find || !isObjectType(type))
    throw badRepresentation(`no entity type "${name.slice(0, NAME_QUOTED_MAX)}"`);
  const { keys, scopes } = entityOf(type);
  if (!keys.some((fields) => hasKey(reference, fields, isValue))) {
    if (keys.some((fields) => hasKey(reference, fields, isValueOrNull))) return null;
    throw badRepresentation(`no complete key of ${name}`);
  }
  checkScopes(name, context, scopes);
  const entity = await find(reference, context);
  // A copy: one response may contain the same row as a Person and as a Supervisor.
  return entity && { ...entity, __typename: name };
}

/** The most characters of an invalid type name that an error message quotes. */
const NAME_QUOTED_MAX = 60;

const isRecord = (value: unknown): value is Reference =>
  typeof value === "object" && value !== null && !Array.isArray(value);

type IsKeyValue = (value: unknown, isNullable: boolean) => boolean;

const isValue: IsKeyValue = (value) => typeof value === "string" || typeof value === "number";

/** A nullable key may be null, because gateways forward what they read. Such a reference finds no entity. */
const isValueOrNull: IsKeyValue = (value, isNullable) =>
  isValue(value, isNullable) || (value === null && isNullable);

const hasKey = (reference: Reference, fields: readonly KeyField[], isKeyValue: IsKeyValue): boolean =>
  fields.every(({ name, isNullable }) =>
    isKeyValue(Object.hasOwn(reference, name) ? reference[name] : undefined, isNullable),
  );

type KeyField = { readonly name: string; readonly isNullable: boolean };

/** An entity in the schema: its keys, and the scopes that it needs. */
type Entity = { readonly keys: readonly (readonly KeyField[])[]; readonly scopes: readonly Scope[] };

const entities = new WeakMap<GraphQLObjectType, Entity>();

/** Read once for a type: a gateway sends a hundred representations of it. */
function entityOf(type: GraphQLObjectType): Entity {
  const entity = entities.get(type) ?? { keys: keysOf(type), scopes: declaredScopes(type) };
  entities.set(type, entity);
  return entity;
}

/** The fields of each `@key(fields: "…")`. Keys of this subgraph have no nested fields. */
function keysOf(type: GraphQLObjectType): KeyField[][] {
  const served = type.getFields();
  const isNullable = (name: string): boolean => {
    const fieldType = served[name]?.type;
    return fieldType !== undefined && isNullableType(fieldType);
  };
  const directives = type.astNode?.directives ?? [];
  return directives
    .filter(({ name }) => name.value === "key")
    .flatMap((directive) => directive.arguments ?? [])
    .flatMap(({ name, value }) =>
      name.value === "fields" && value.kind === Kind.STRING ? [value.value.trim().split(/\s+/)] : [],
    )
    .map((names) => names.map((name) => ({ name, isNullable: isNullable(name) })));
}

/** So many errors of one list name the wrong type; the others share one text. */
const NAMED_ERRORS_MAX = 100;

/** Representations with the same fault share one error, because each new error records a stack. */
function createBadRepresentation({ countErrors }: Pick<GraphQLContext, "countErrors">) {
  const errors = new Map<string, ActionableError>();
  return (found: string): ActionableError => {
    countErrors(1);
    const fault = errors.size < NAMED_ERRORS_MAX || errors.has(found) ? found : "no entity type";
    const error = errors.get(fault) ?? badRepresentation(fault);
    errors.set(fault, error);
    return error;
  };
}

const badRepresentation = (found: string): ActionableError =>
  new ActionableError(
    "BAD_REPRESENTATION",
    "A representation must name an entity type of this subgraph and contain one of its keys; this one has " +
      `${found}.`,
    "Send `__typename` and every field of one @key, as the gateway read them.",
  );
