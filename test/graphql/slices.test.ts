import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import DataLoader from "dataloader";
import fc from "fast-check";
import { buildSchema, type ExecutionResult, execute, type GraphQLSchema, parse } from "graphql";
import { describe, expect, test } from "vitest";
import { createSlicer, enterInSlices, OBJECTS_AT_ONCE, type Slices } from "../../src/graphql/slices.ts";

/** Each reading is a millisecond later, so a slice has one step. */
function createTickingClock(): () => number {
  let now = 0;
  return () => {
    now += 1;
    return now;
  };
}

/** Enters so many objects that each further one waits. */
function useUp(slices: Slices): Slices {
  for (let entered = 0; entered < OBJECTS_AT_ONCE; entered += 1) slices.enter();
  return slices;
}

/** Enough turns of the event loop for every test here. */
async function manyTurns(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await nextTurn();
}

const immediates = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind === "Immediate").length;

describe("slices of a request", () => {
  test("an ordinary answer makes no slice", () => {
    const before = immediates();
    const slices = createSlicer()("a");
    const entered = Array.from({ length: OBJECTS_AT_ONCE }, () => slices.enter());

    expect(new Set(entered)).toEqual(new Set([true]));
    expect(slices.settled()).toBeNull();
    expect(immediates()).toBe(before);
  });

  test("each turn of the event loop has one slice, for tenants in rotation", async () => {
    const open = createSlicer(createTickingClock());
    const order: string[] = [];
    for (const tenantId of ["a", "a", "b", "c"]) {
      const slices = useUp(open(tenantId));
      for (let object = 0; object < 20; object += 1)
        void Promise.resolve(slices.enter()).then(() => order.push(tenantId));
    }
    const turns: string[] = [];
    for (let turn = 0; turn < 10; turn += 1) {
      await nextTurn();
      turns.push([...new Set(order.splice(0))].join());
    }

    expect(turns.filter(Boolean)).toEqual(["a", "b", "c", "a", "b", "c", "a", "a"]);
  });

  test("an expensive request makes slices from its first object", () => {
    const slices = createSlicer()("a", true);

    expect(slices.enter()).toBeInstanceOf(Promise);
    slices.end();
  });

  test("D18: slices yield to an ordinary operation of another tenant, but get a fifth of the event loop", async () => {
    let now = 0;
    const open = createSlicer(() => now);
    const large = open("loud", true);
    let entered = 0;
    const enter = async (): Promise<void> => {
      await large.enter();
      entered += 1;
      // The slice ends.
      await nextTurn();
    };
    await enter();
    const endOwn = open("loud").goFirst();
    await enter();
    endOwn();

    const end = open("quiet").goFirst();
    const third = enter();
    await wait(20);
    expect(entered).toBe(2);
    now += 4;
    await third;
    expect(entered).toBe(3);

    const fourth = enter();
    await wait(20);
    expect(entered).toBe(3);
    end();
    await fourth;
    expect(entered).toBe(4);
  });

  test("D18: divided work beside slices rests in the same way", async () => {
    let now = 0;
    const slicer = createSlicer(() => now);
    await slicer.rest();
    const end = slicer("quiet").goFirst();
    let rested = 0;
    const rest = async (): Promise<void> => {
      await slicer.rest();
      rested += 1;
    };
    const first = rest();
    await wait(20);
    expect(rested).toBe(0);
    now += 4;
    await first;

    const second = rest();
    await wait(20);
    expect(rested).toBe(1);
    end();
    await second;
  });

  test("a request that is over leaves no slice behind, and enters no object any more", async () => {
    const before = immediates();
    const open = createSlicer(createTickingClock());
    const [left, other] = [useUp(open("a")), useUp(open("a"))];
    const entered: string[] = [];
    const sent: string[] = [];
    for (let object = 0; object < 100; object += 1)
      void Promise.resolve(left.enter()).then(() => entered.push("left"));
    left.schedule(() => sent.push("left"));
    void Promise.resolve(other.enter()).then(() => entered.push("other"));
    await new Promise(process.nextTick);
    left.end();
    void Promise.resolve(left.enter()).then(() => entered.push("left"));
    await manyTurns();

    expect({ entered, sent }).toEqual({ entered: ["other"], sent: [] });
    expect(immediates()).toBe(before);
  });
});

/** A tree of people and teams, whose fields load rows by id as the real ones do. */
const plain = buildSchema(`
  type Query { people(count: Int!): [Person!]! }
  type Person { id: ID! boss: Person team: Team reports(count: Int!): [Person!]! peer: Person! }
  type Team { id: ID! people(count: Int!): [Person!]! broken: Team }
`);
const sliced = enterInSlices(plain);

/** One connection: it answers statements one after the other, each in a later turn of the event loop. */
function createStatements(slices: Slices) {
  const sent: string[] = [];
  let last: Promise<unknown> = Promise.resolve();
  return {
    sent,
    createLoader: (name: string) =>
      new DataLoader<string, string>(
        async (ids) => {
          sent.push(`${name} of ${ids.toSorted().join()}`);
          last = last.then(() => nextTurn());
          await last;
          await slices.settled();
          return ids.map((id) => `${id}.${name}`);
        },
        { batchScheduleFn: slices.schedule },
      ),
  };
}

/** Each object has an id of its own. */
function createRoot(statements: ReturnType<typeof createStatements>) {
  const [boss, team, reports, members] = ["boss", "team", "reports", "members"].map(statements.createLoader);
  const many = (count: number, id: string): object[] =>
    Array.from({ length: count }, (_, index) => person(`${id}${index}`));
  const person = (id: string): object => ({
    id,
    boss: async () => person(await boss!.load(id)),
    team: async () => toTeam(await team!.load(id)),
    reports: async ({ count }: { count: number }) => many(count, await reports!.load(id)),
    peer: () => person(`${id}.peer`),
  });
  const toTeam = (id: string): object => ({
    id,
    people: async ({ count }: { count: number }) => many(count, await members!.load(id)),
    broken: async () => {
      throw new Error(`broken ${await members!.load(id)}`);
    },
  });
  return { people: ({ count }: { count: number }) => many(count, "") };
}

async function answer(schema: GraphQLSchema, query: string) {
  const slices = useUp(createSlicer(createTickingClock())("a"));
  const statements = createStatements(slices);
  const result: ExecutionResult = await execute({
    schema,
    document: parse(query),
    rootValue: createRoot(statements),
    contextValue: { slices },
  });
  return { result, sent: statements.sent };
}

/** A selection of a person, with at most `depth` levels below it. */
function personFields(depth: number): fc.Arbitrary<string> {
  if (depth === 0) return fc.constant("{ id }");
  const person = personFields(depth - 1);
  const people = fc.tuple(fc.integer({ min: 0, max: 8 }), person);
  const team = fc.oneof(
    fc.constant("{ id }"),
    fc.constant("{ id broken { id } }"),
    people.map(([count, fields]) => `{ people(count: ${count}) ${fields} id }`),
  );
  const field = fc.oneof(
    person.map((fields) => `boss ${fields}`),
    person.map((fields) => `peer ${fields}`),
    team.map((fields) => `team ${fields}`),
    people.map(([count, fields]) => `reports(count: ${count}) ${fields}`),
  );
  const differentFields = fc.uniqueArray(field, {
    maxLength: 3,
    selector: (text) => text.slice(0, text.search(/[ (]/)),
  });
  return differentFields.map((fields) => `{ id ${fields.join(" ")} }`);
}

describe("an answer in slices", () => {
  test("an answer in slices has the same text and the same statements as without slices", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 5, max: 20 }), personFields(3), async (count, fields) => {
        const query = `{ people(count: ${count}) ${fields} }`;
        const whole = await answer(plain, query);
        const divided = await answer(sliced, query);

        expect(JSON.stringify(divided.result.data)).toBe(JSON.stringify(whole.result.data));
        expect(errorsOf(divided.result)).toEqual(errorsOf(whole.result));
        // Their order within a level is the order in which objects are entered.
        expect(divided.sent.toSorted()).toEqual(whole.sent.toSorted());
      }),
      { numRuns: 100, seed: 11 },
    );
  });
});

/** Sorted: GraphQL does not define their order. */
const errorsOf = ({ errors = [] }: ExecutionResult): string[] =>
  errors.map(({ message, path }) => `${path?.join(".")} ${message}`).sort();
