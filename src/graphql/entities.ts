import {
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  isNullableType,
  isObjectType,
  Kind,
} from "graphql";
import { ActionableError } from "../errors.ts";
import type { GraphQLContext } from "./context.ts";

/** What a gateway sends to name an entity: `__typename` and the fields of one of its keys, unchecked. */
export type Reference = { readonly [field: string]: unknown };

/** Finds the entity that a reference with a complete key names; null when there is none that the caller may see. */
export type FindEntity = (
  reference: Reference,
  context: GraphQLContext,
) => Promise<object | null> | object | null;

/** How each entity is found, by the name of its type. */
export type EntityFinders = Readonly<Record<string, FindEntity>>;

type EntitiesResolver = GraphQLFieldResolver<
  unknown,
  GraphQLContext,
  { representations: readonly unknown[] }
>;

/**
 * Resolves `Query._entities`: entities in the order of the representations. All finders start before any is awaited, so that the
 * loaders behind them read each type once. What cannot be an entity of ours is a null with the error BAD_REPRESENTATION at its
 * place, and takes nobody else's answer away.
 */
export const createEntitiesResolver =
  (finders: EntityFinders): EntitiesResolver =>
  async (_source, { representations }, context, { schema }) =>
    Promise.all(
      representations.map(async (representation) => {
        try {
          return await findEntity(representation, finders, { schema, context });
        } catch (error) {
          // As a value: one that is thrown would take the whole list with it.
          return error instanceof Error ? error : new Error("an entity failed", { cause: error });
        }
      }),
    );

async function findEntity(
  representation: unknown,
  finders: EntityFinders,
  { schema, context }: { schema: GraphQLSchema; context: GraphQLContext },
): Promise<object | null> {
  const reference = isRecord(representation) ? representation : {};
  const name = typeof reference.__typename === "string" ? reference.__typename : "";
  const type = schema.getType(name);
  const find = Object.hasOwn(finders, name) ? finders[name] : undefined;
  if (!find || !isObjectType(type))
    throw badRepresentation(`no entity type "${name.slice(0, NAME_QUOTED_MAX)}"`);
  if (!hasKey(reference, type, isValue)) {
    if (hasKey(reference, type, isValueOrNull)) return null;
    throw badRepresentation(`no complete key of ${name}`);
  }
  const entity = await find(reference, context);
  // A copy: the same row may be a Person at one place of the answer and a Supervisor at another.
  return entity && { ...entity, __typename: name };
}

/** How much of a caller's nonsense an error message repeats. */
const NAME_QUOTED_MAX = 60;

const isRecord = (value: unknown): value is Reference =>
  typeof value === "object" && value !== null && !Array.isArray(value);

type IsKeyValue = (value: unknown, isNullable: boolean) => boolean;

const isValue: IsKeyValue = (value) => typeof value === "string" || typeof value === "number";

/** A key that may be null names nobody where it is: a gateway sends on what it has read. */
const isValueOrNull: IsKeyValue = (value, isNullable) =>
  isValue(value, isNullable) || (value === null && isNullable);

function hasKey(reference: Reference, type: GraphQLObjectType, isKeyValue: IsKeyValue): boolean {
  const served = type.getFields();
  return keysOf(type).some((fields) =>
    fields.every((field) => {
      const value = Object.hasOwn(reference, field) ? reference[field] : undefined;
      const fieldType = served[field]?.type;
      return isKeyValue(value, fieldType !== undefined && isNullableType(fieldType));
    }),
  );
}

/** The field names of each `@key(fields: "…")`. Our keys are made of plain fields only. */
function keysOf(type: GraphQLObjectType): string[][] {
  const directives = type.astNode?.directives ?? [];
  return directives
    .filter(({ name }) => name.value === "key")
    .flatMap((directive) => directive.arguments ?? [])
    .flatMap(({ name, value }) =>
      name.value === "fields" && value.kind === Kind.STRING ? [value.value.trim().split(/\s+/)] : [],
    );
}

const badRepresentation = (found: string): ActionableError =>
  new ActionableError(
    "BAD_REPRESENTATION",
    "A representation must name an entity type of this subgraph and contain one of its keys; this one has " +
      `${found}.`,
    "Send `__typename` and every field of one @key, as the gateway read them.",
  );
