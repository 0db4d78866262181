import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { GraphQLResolveInfo, OperationDefinitionNode } from "graphql";
import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  Info,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  registerEnumType,
  Subscription,
} from "type-graphql";
import { Authenticated, RequiresScope } from "../../../src/access/field-rules.ts";
import { ActionableError } from "../../../src/errors.ts";
import type { SubgraphResolvers } from "../../../src/graphql/build-schema.ts";
import type { GraphQLContext, Services } from "../../../src/graphql/context.ts";
import { createConnectionType, pageOf } from "../../../src/request/connection.ts";
import { checkFirst, PAGE_SIZE_DEFAULT } from "../../../src/request/page-size.ts";

/** A graph with every kind of field and failure, for tests of the server. It needs no database. */
export const Color = { RED: "RED", GREEN: "GREEN" } as const;
export type Color = (typeof Color)[keyof typeof Color];
registerEnumType(Color, { name: "Color" });

type ThingRow = { id: string; name: string; color: Color };

const things: readonly ThingRow[] = ["1", "2", "3"].map((id) => ({ id, name: `thing ${id}`, color: "RED" }));

@Directive('@key(fields: "id")')
@Directive('@key(fields: "name")')
@Authenticated()
@ObjectType({ simpleResolvers: true })
export class Thing {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Color)
  color!: Color;
}

@Directive('@key(fields: "id")')
@Authenticated()
@ObjectType({ simpleResolvers: true })
export class Shadow {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;
}

/** The operations in which `Query.observe` was resolved, in order. */
export const observedOperations: OperationDefinitionNode[] = [];

const ThingConnection = createConnectionType({
  name: "Thing",
  node: () => Thing,
  entry: "thing",
  entries: "things",
  scope: "people:read",
});

@Resolver(() => Thing)
export class StubResolver {
  @Authenticated()
  @Query(() => Thing, { nullable: true })
  async thing(@Arg("id", () => ID) id: string): Promise<ThingRow | null> {
    return things.find((thing) => thing.id === id) ?? null;
  }

  @Authenticated()
  @Query(() => ThingConnection)
  async things(
    @Arg("first", () => Int, { defaultValue: PAGE_SIZE_DEFAULT }) first: number,
    @Arg("color", () => Color, { nullable: true }) color: Color | null,
  ) {
    const found = things.filter((thing) => !color || thing.color === color);
    return pageOf(found, {
      first: checkFirst(first),
      after: null,
      cursorOf: ({ id }) => id,
      countAll: async () => found.length,
    });
  }

  /** A page with one entry whose cursor cannot be created. */
  @Authenticated()
  @Query(() => ThingConnection)
  brokenPage() {
    return pageOf(things, {
      first: things.length,
      after: null,
      cursorOf: ({ id }) => {
        if (id === "2") throw new Error("the secret of lee@example.com");
        return id;
      },
      countAll: async () => things.length,
    });
  }

  @Authenticated()
  @Query(() => Shadow)
  shadow(): Shadow {
    return things[0]!;
  }

  @Authenticated()
  @Query(() => String)
  echo(@Arg("text", () => String, { defaultValue: "nothing" }) text: string): string {
    return text;
  }

  /** An answer of any size. */
  @Authenticated()
  @Query(() => String)
  letters(@Arg("count", () => Int) count: number): string {
    // Not `repeat`: V8 would store its result as references to a few bytes.
    return Buffer.alloc(count, "x").toString("latin1");
  }

  /** An answer of any size that compression cannot make much smaller. */
  @Authenticated()
  @Query(() => String)
  noise(@Arg("count", () => Int) count: number): string {
    return randomBytes(count).toString("base64").slice(0, count);
  }

  @Authenticated()
  @Query(() => Int)
  async slow(@Arg("ms", () => Int) ms: number): Promise<number> {
    await wait(ms);
    return ms;
  }

  /** Takes time in the database, and no CPU. */
  @Authenticated()
  @Query(() => Boolean)
  async pause(@Arg("ms", () => Int) ms: number, @Ctx() context: GraphQLContext): Promise<boolean> {
    await context.read((manager) => manager.query("select pg_sleep($1)", [ms / 1_000]));
    return true;
  }

  /** The same as a mutation, which writes beside its snapshot. */
  @RequiresScope("people:admin")
  @Mutation(() => Boolean)
  async pauseTwice(@Arg("ms", () => Int) ms: number, @Ctx() context: GraphQLContext): Promise<boolean> {
    await context.read((manager) => manager.query("select pg_sleep($1)", [ms / 1_000]));
    await context.write((manager) => manager.query("select pg_sleep($1)", [ms / 1_000]));
    return true;
  }

  @Authenticated()
  @Query(() => Boolean)
  async isAdministrator(@Ctx() { viewer }: GraphQLContext): Promise<boolean> {
    return viewer.scopes.has("people:admin");
  }

  /** Records each operation that selects it. */
  @Authenticated()
  @Query(() => Boolean)
  observe(@Info() info: GraphQLResolveInfo): boolean {
    observedOperations.push(info.operation);
    return true;
  }

  @RequiresScope("people:admin")
  @Mutation(() => Int)
  async add(@Arg("a", () => Int) a: number, @Arg("b", () => Int) b: number): Promise<number> {
    return a + b;
  }

  @Authenticated()
  @Subscription(() => Int, {
    subscribe: ({ args }) => countUp(Number(args.to)),
  })
  count(@Root() count: number, @Arg("to", () => Int) _to: number): number {
    if (count === 13) throw new ActionableError("BAD_USER_INPUT", "Thirteen.", "Skip it.");
    return count;
  }

  /** Events of which each is FORBIDDEN. */
  @Authenticated()
  @Subscription(() => Int, { nullable: true, subscribe: ({ args }) => countUp(Number(args.to)) })
  withheld(@Root() _count: number, @Arg("to", () => Int) _to: number): number {
    throw new ActionableError("FORBIDDEN", "This is not for you.", "Ask for the scope.");
  }

  /** Endless events, each of which takes time in the database. */
  @Authenticated()
  @Subscription(() => Boolean, { subscribe: () => countUp(Number.POSITIVE_INFINITY) })
  async pauses(@Arg("ms", () => Int) ms: number, @Ctx() context: GraphQLContext): Promise<boolean> {
    return this.pause(ms, context);
  }

  /** One event, and then an error of the source itself. */
  @Authenticated()
  @Subscription(() => Int, { subscribe: () => failing() })
  failing(@Root() count: number): number {
    return count;
  }

  /** Endless events of a megabyte each. */
  @Authenticated()
  @Subscription(() => String, { subscribe: () => large() })
  large(@Root() text: string): string {
    return text;
  }

  /** The same events for all subscribers; each answer contains the tenant and the scopes of its viewer. */
  @Authenticated()
  @Subscription(() => [String], { subscribe: () => announcements() })
  async rights(@Root() _event: object, @Ctx() { viewer }: GraphQLContext): Promise<string[]> {
    await wait(5);
    return [viewer.tenantId, ...viewer.scopes];
  }

  /** The numbers after a number, like events after a cursor. */
  @Authenticated()
  @Subscription(() => Int, { subscribe: ({ args }) => numbersAfter(Number(args.after)) })
  number(@Root() number: number, @Arg("after", () => Int) _after: number): number {
    return number;
  }

  /** Waits for ever, like a subscription without events. */
  @Authenticated()
  @Subscription(() => Int, { subscribe: () => silence() })
  silence(@Root() count: number): number {
    return count;
  }

  @FieldResolver(() => Thing, { nullable: true })
  async twin(@Root() thing: ThingRow): Promise<ThingRow | null> {
    return thing.id === "3" ? null : { ...thing, name: `${thing.name}'s twin` };
  }

  @FieldResolver(() => Thing)
  async next(@Root() thing: ThingRow): Promise<ThingRow | null> {
    return things[things.findIndex(({ id }) => id === thing.id) + 1] ?? null;
  }

  @FieldResolver(() => [Thing])
  others(@Root() thing: ThingRow): ThingRow[] {
    return things.filter(({ id }) => id !== thing.id);
  }

  @FieldResolver(() => String, { nullable: true })
  async refused(): Promise<string> {
    throw new ActionableError("FORBIDDEN", "This is not for you.", "Ask for the scope.");
  }

  @FieldResolver(() => String, { nullable: true })
  async broken(): Promise<string> {
    throw new Error("the secret of lee@example.com");
  }

  @FieldResolver(() => String)
  async brokenRequired(@Root() thing: ThingRow): Promise<string> {
    if (thing.id === "2") throw new Error("the secret of lee@example.com");
    return "fine";
  }

  @FieldResolver(() => String)
  brokenAtOnce(): string {
    throw new Error("the secret of lee@example.com");
  }

  @FieldResolver(() => Int)
  async length(
    @Root() thing: ThingRow,
    @Arg("times", () => Int, { defaultValue: 1 }) times: number,
  ): Promise<number> {
    return thing.name.length * times;
  }
}

async function* countUp(to: number): AsyncGenerator<number> {
  for (let count = 1; count <= to; count += 1) {
    await wait(1);
    yield count;
  }
}

async function* failing(): AsyncGenerator<number> {
  yield 1;
  throw new ActionableError("LAGGED", "Too slow.", "Go on from there.", { details: { cursor: "there" } });
}

async function* large(): AsyncGenerator<string> {
  for (;;) yield "x".repeat(1_000_000);
}

async function* numbersAfter(after: number): AsyncGenerator<number> {
  for (let number = after + 1; ; number += 1) {
    await wait(2);
    yield number;
  }
}

async function* announcements(): AsyncGenerator<object> {
  for (;;) {
    await wait(2);
    yield ANNOUNCEMENT;
  }
}
const ANNOUNCEMENT = {};

async function* silence(): AsyncGenerator<number> {
  await new Promise(() => undefined);
  yield 0;
}

/** The stub graph needs no services. */
export const NO_SERVICES = {} as Services;

export const stubResolvers: SubgraphResolvers = {
  resolvers: [StubResolver],
  entities: {
    Thing: ({ id, name }) => things.find((thing) => thing.id === id || thing.name === name) ?? null,
    Shadow: async ({ id }) => {
      if (id === "broken") throw new Error("the secret of lee@example.com");
      return things.find((thing) => thing.id === id) ?? null;
    },
  },
};
