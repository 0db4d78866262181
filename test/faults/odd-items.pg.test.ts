import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Fault } from "../../src/sandbox/api/faults.ts";
import { createSkippingTime } from "../personio/skipping-time.ts";
import { eventually } from "../support/eventually.ts";
import { type SharedApp, startSharedApp } from "../support/shared-app.ts";
import type { TestApp } from "../support/test-app.ts";
import { type AdminView, createAdminView, PAGES } from "./support/admin-view.ts";

/**
 * One odd item never stops the others (semantics.md, section 2), each through the whole service. Whatever
 * Personio returns for one person, attribute or record, the same run applies a change of another person.
 */

const time = createSkippingTime({ random: 0.5 });
const PEOPLE = 20;
let service: SharedApp;
let view: AdminView;
let sql: pg.Client;

/** Malformed entries at the end of the list of attributes. */
const ODD_ATTRIBUTES: Fault = {
  kind: "listed-attributes",
  entries: [
    {
      key: "dynamic_900001",
      label: "T\u0000-shirt \ud83d",
      type: "list",
      options: ["S\u0000", "\udc4dM", 7, null],
    },
    { key: "dynamic_900002", label: 2024, type: "standard" },
    { key: "dynamic_900002", label: "Twice", type: "date" },
    { key: "dynamic_402194", label: "Twice as well", type: "multiline" },
    { key: "email", label: "Mail", type: "standard" },
    { key: "dynamic_900003\u0000", label: null, type: null, universal_id: 7 },
    ...[
      null,
      {},
      [],
      "email",
      7,
      { label: "No key" },
      { key: null },
      { key: "" },
      { key: "k".repeat(10_000) },
    ],
  ],
};

beforeAll(async () => {
  service = await startSharedApp({ sandbox: { people: PEOPLE }, timing: { time } });
  view = createAdminView(service);
  // The odd entries are in the list from the start: an account must be connectable all the same.
  await setFaults(ODD_ATTRIBUTES);
  expect(await service.connect()).toMatchObject({ added: expect.any(Number), problem: null });
  bystander = await hire();
  await service.sync();
  sql = new pg.Client({ connectionString: service.databaseUrl });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await service[Symbol.asyncDispose]();
});
afterEach(() => service.sandbox.admin.clearFaults());

const admin = () => service.sandbox.admin;
const setFaults = (...faults: Fault[]) => service.sandbox.admin.setFaults(faults);
const byEmail = (workEmail: string, fields = "id personioId") => view.person({ workEmail }, fields);

async function hire(attributes: Parameters<ReturnType<typeof admin>["hire"]>[0] = {}) {
  const workEmail = `${randomUUID()}@nordlicht.example`;
  const personioId = await admin().hire({ email: workEmail, supervisor: null, ...attributes });
  hired.add(personioId);
  return { personioId, workEmail };
}

const hireMany = (count: number) => Promise.all(Array.from({ length: count }, () => hire()));

async function remove(personioId: string): Promise<void> {
  await admin().remove(personioId);
  hired.delete(personioId);
}

/** Everyone added by `hire` and not taken away by `remove`. */
const hired = new Set<string>();

/** A person with a correct record, whose change every run must apply. */
let bystander: Awaited<ReturnType<typeof hire>> | undefined;

/** Changes the bystander, syncs, and expects that the run applied the change. */
async function syncWithBystander(): Promise<Awaited<ReturnType<TestApp["sync"]>>> {
  bystander ??= await hire();
  const position = `Keeper of ${randomUUID()}`;
  await admin().change(bystander.personioId, { position });
  const run = await service.sync();
  expect(await byEmail(bystander.workEmail, "position")).toEqual({ position });
  return run;
}

const wrong = (attribute: string, value: unknown, ...employees: string[]): Fault =>
  ({ kind: "wrong-value", attribute, value, ...(employees.length > 0 && { employees }) }) as Fault;

/** Random characters of three bytes each, which Postgres cannot compress. */
const chinese = (length: number): string =>
  Array.from({ length }, () => String.fromCharCode(0x4e00 + Math.floor(Math.random() * 20_000))).join("");

/** Random characters of four bytes each. */
const rare = (length: number): string =>
  Array.from({ length }, () => String.fromCodePoint(0x20000 + Math.floor(Math.random() * 40_000))).join("");

describe("G6: the list of attributes", () => {
  test("a list of attributes with odd entries is read and cleaned, and each attribute appears once", async () => {
    await setFaults(ODD_ATTRIBUTES);
    expect(await syncWithBystander()).toMatchObject({ problem: null });
    const { personioIntegration } = await service.get<{
      personioIntegration: { attributes: { key: string; label: string; options: string[] }[] };
    }>("{ personioIntegration { attributes { key label options } } }");
    const { attributes } = personioIntegration;
    const keys = attributes.map(({ key }) => key);
    expect(keys).toHaveLength(new Set(keys).size);
    expect(attributes.filter(({ key }) => /dynamic_9/.test(key))).toEqual([
      { key: "dynamic_900001", label: "T-shirt", options: ["S", "M", "7"] },
      { key: "dynamic_900002", label: "2024", options: [] },
      { key: "dynamic_900003", label: "dynamic_900003", options: [] },
    ]);
    const { rows } = await sql.query(
      "select key, label from custom_attribute_definitions where key like 'dynamic_9%' order by key",
    );
    expect(rows).toHaveLength(3);
  });
});

describe("the list of attributes", () => {
  test.each<[string, Fault]>([
    ["is refused", { kind: "status", status: 400 }],
    ["is a page", { kind: "html" }],
    ["is not a list", { kind: "odd-answer", answer: { success: true, data: {} } }],
  ])("while it %s, a run reads by the last one, and warns", async (_what, fault) => {
    const read = () =>
      service.get("{ personioIntegration { attributes { key label granted } warnings { code } } }");
    const before = await read();
    await setFaults({ ...fault, path: "/v1/company/employees/attributes" });
    expect(await syncWithBystander()).toMatchObject({
      left: 0,
      status: "SUCCEEDED_WITH_SKIPS",
      problem: { code: "PERSONIO_LIST_UNREADABLE", message: expect.stringContaining("employees/attributes") },
    });
    expect(await read()).toEqual(before);
    await admin().clearFaults();
    expect(await syncWithBystander()).toMatchObject({ problem: null });
  });

  test("while it is unreadable, a right that is lost is noticed all the same", async () => {
    await admin().setGrants(["first_name", "last_name", "status"]);
    await setFaults({ kind: "html", path: "/v1/company/employees/attributes" });
    expect(await service.sync()).toMatchObject({
      status: "FAILED",
      problem: { code: "PERSONIO_ACCESS_MISSING" },
    });
    await admin().setGrants(null);
    await admin().clearFaults();
    expect(await syncWithBystander()).toMatchObject({ left: 0, problem: null });
  });
});

describe("G6: a text that is long in bytes", () => {
  const TOO_LONG = [
    [["lastName"], { last_name: chinese(1_000) }],
    [["firstName"], { first_name: `e${"\u0332".repeat(1_000)}` }],
    [["preferredName"], { preferred_name: chinese(700) }],
    // Each of the two fits into the limit; both together do not.
    [["firstName", "lastName"], { first_name: chinese(660), last_name: chinese(660) }],
  ] as const;
  const WRONG = [
    ["department", { type: "Department", attributes: { id: 5, name: chinese(1_000) } }],
    ["office", { type: "Office", attributes: { id: "9".repeat(3_000), name: "Kiel" } }],
    ["supervisor", { type: "Employee", attributes: { id: { label: "ID", value: "9".repeat(3_000) } } }],
    ["legalEntity", { type: "Subcompany", attributes: { id: 6, name: " " } }],
  ] as const;
  type Lines = Awaited<ReturnType<AdminView["ledger"]>>;
  const name = chinese(666);
  // The last two fit into an index entry, but the last but one not beside the longest names.
  const POSITIONS = [`A ${rare(5_000)}`, `B ${chinese(5_000)}`, `C ${chinese(300)}`, `D ${rare(44)}xx`];
  const LONGEST_NAMES = { last_name: `${chinese(666)}xx`, first_name: `${chinese(133)}x` };
  let tooLong: Awaited<ReturnType<typeof hire>>[];
  let whole: Awaited<ReturnType<typeof hire>>;
  let positioned: Awaited<ReturnType<typeof hire>>[];
  let related: Awaited<ReturnType<typeof hire>>[];
  let run: Awaited<ReturnType<TestApp["sync"]>>;
  let [found, healed]: [Lines, Lines] = [[], []];
  type Page = {
    readonly nodes: readonly { readonly personioId: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
  /** The record ids of all people, by pages of five: their cursors contain the long texts. */
  const peopleByPosition = async (direction: string): Promise<string[]> => {
    const ids: string[] = [];
    for (let page: Page | undefined; !page || page.pageInfo.hasNextPage; ) {
      const after = page?.pageInfo.endCursor ?? null;
      const { people } = await service.get<{ people: Page }>(
        `query ($after: String, $direction: SortDirection!) {
          people(first: 5, after: $after, orderBy: { field: POSITION, direction: $direction }) {
            nodes { personioId } pageInfo { hasNextPage endCursor } } }`,
        { after, direction },
      );
      ids.push(...people.nodes.map(({ personioId }) => personioId));
      page = people;
    }
    return ids;
  };
  const linesOf = (lines: Lines, person: { readonly personioId: string } | undefined) =>
    lines.filter(({ personioId }) => personioId === person?.personioId);

  // One sync reads all of them, and the next one the corrected names.
  beforeAll(async () => {
    tooLong = await Promise.all(TOO_LONG.map(([, names]) => hire(names)));
    whole = await hire({ last_name: name });
    positioned = await Promise.all(POSITIONS.map((position) => hire({ position, ...LONGEST_NAMES })));
    related = await hireMany(WRONG.length);
    await setFaults(
      ...WRONG.map(([field, value], place) =>
        wrong(field === "legalEntity" ? "subcompany" : field, value, related[place]?.personioId ?? ""),
      ),
    );
    run = await syncWithBystander();
    const ids = [...tooLong, whole, ...related].map(({ personioId }) => personioId);
    found = await view.ledger(...ids);
    for (const { personioId } of related) await remove(personioId);
    for (const { personioId } of tooLong)
      await admin().change(personioId, { first_name: "Ann", last_name: "Li", preferred_name: "" });
    await service.sync();
    healed = await view.ledger(...ids);
  });

  const ALL_ADDED = {
    added: TOO_LONG.length + 1 + POSITIONS.length + WRONG.length,
    problem: null,
  };

  test.each(TOO_LONG.map(([fields], place) => [fields, place] as const))(
    "a text that is too long in %j does not stop the others",
    (fields, place) => {
      expect(run).toMatchObject(ALL_ADDED);
      expect(linesOf(found, tooLong[place])).toMatchObject(
        fields.map((field) => ({
          reason: "INVALID_RECORD",
          field,
          message: expect.stringMatching(/expected at most \d+ bytes of UTF-8/),
        })),
      );
      expect(linesOf(healed, tooLong[place])).toEqual([]);
    },
  );

  test("a name of 2,000 bytes is stored whole", async () => {
    expect(run).toMatchObject(ALL_ADDED);
    expect(await byEmail(whole.workEmail, "lastName")).toEqual({ lastName: name });
    expect(linesOf(found, whole)).toEqual([]);
  });

  test("positions that are longer than an index entry are stored whole, and order the list of people", async () => {
    expect(run).toMatchObject(ALL_ADDED);
    for (const [place, position] of POSITIONS.entries())
      expect(await byEmail(positioned[place]?.workEmail ?? "", "position")).toEqual({ position });
    for (const direction of ["ASC", "DESC"]) {
      const listed = await peopleByPosition(direction);
      const places = positioned.map(({ personioId }) => listed.indexOf(personioId));
      const order = direction === "ASC" ? places : places.toReversed();
      expect(order).toEqual(order.toSorted((one, other) => one - other));
      expect(listed).toHaveLength(await view.totalCount());
      expect(listed).toHaveLength(new Set(listed).size);
    }
  });

  test.each(WRONG.map(([field], place) => [field, place] as const))(
    "a name or id that is too long or blank does not stop the others: %s",
    (field, place) => {
      expect(run).toMatchObject(ALL_ADDED);
      expect(linesOf(found, related[place])).toContainEqual(
        expect.objectContaining({ reason: "INVALID_RECORD", field }),
      );
    },
  );
});

describe("A14, G7, G8: a value that JSON or our columns cannot hold", () => {
  const customOf = async (workEmail: string, key: string) => {
    const person = await byEmail(workEmail, "customAttributes { key type value }");
    const attributes = (person?.customAttributes ?? []) as { key: string; type: string; value: unknown }[];
    return attributes.find((attribute) => attribute.key === key);
  };

  const NUMBERS = ["9007199254740993", "-1067807102794692000", "1234567890.12345678901", "1e400"];
  const DATES = ["2021-03-01 00:00:00", "2021-03-01T00:00:00.000+01:00", "2021-03-01, Monday"];
  const LENGTHS = [14_999, 200_000];
  type Hired = Awaited<ReturnType<typeof hire>>;
  let [numbers, dates, texts]: [Hired[], Hired[], Hired[]] = [[], [], []];
  let runs: Awaited<ReturnType<TestApp["sync"]>>[];

  // One sync reads all of them, and the next one the same again.
  beforeAll(async () => {
    [numbers, dates, texts] = [
      await hireMany(NUMBERS.length),
      await hireMany(DATES.length),
      await hireMany(LENGTHS.length),
    ];
    const idOf = (people: Hired[], place: number) => people[place]?.personioId ?? "";
    await setFaults(
      ...NUMBERS.map(
        (json, place): Fault => ({
          kind: "raw-value",
          attribute: "dynamic_402193",
          json,
          employees: [idOf(numbers, place)],
        }),
      ),
      ...DATES.map((written, place) => wrong("hire_date", written, idOf(dates, place))),
      ...LENGTHS.map((length, place) => wrong("dynamic_402194", "x".repeat(length), idOf(texts, place))),
    );
    runs = [await syncWithBystander(), await service.sync()];
  });

  const ALL_ADDED = { added: NUMBERS.length + DATES.length + LENGTHS.length, problem: null };

  test.each(NUMBERS)(
    "the number %s is served exactly as a text, and its attribute stays a NUMBER",
    async (json) => {
      expect(runs).toMatchObject([ALL_ADDED, { changed: 0 }]);
      const person = numbers[NUMBERS.indexOf(json)];
      expect(await customOf(person?.workEmail ?? "", "dynamic_402193")).toEqual({
        key: "dynamic_402193",
        type: "NUMBER",
        value: json,
      });
    },
  );

  test("a date is read from its first ten characters, whatever follows", async () => {
    expect(runs[0]).toMatchObject(ALL_ADDED);
    for (const person of dates) {
      expect(await byEmail(person.workEmail, "hireDate")).toEqual({ hireDate: "2021-03-01" });
      expect(await view.ledger(person.personioId)).toEqual([]);
    }
  });

  test("texts of 14,999 and 200,000 characters are stored, and only the value beyond 256 KiB of a person is refused", async () => {
    for (const [place, length] of LENGTHS.entries())
      expect((await customOf(texts[place]?.workEmail ?? "", "dynamic_402194"))?.value).toHaveLength(length);
    const person = texts[1] as Hired;
    await setFaults(
      wrong("position", "y".repeat(200_000), person.personioId),
      wrong("dynamic_402194", "x".repeat(100_000), person.personioId),
      wrong("dynamic_402191", ["German"], person.personioId),
    );
    expect(await syncWithBystander()).toMatchObject({ problem: null });
    expect((await customOf(person.workEmail, "dynamic_402194"))?.value).toHaveLength(200_000);
    expect((await customOf(person.workEmail, "dynamic_402191"))?.value).toEqual(["German"]);
    expect(await view.ledger(person.personioId)).toMatchObject([
      { reason: "INVALID_RECORD", field: "dynamic_402194", message: expect.stringContaining("262144 bytes") },
    ]);
  });
});

describe("A7: a page", () => {
  const INCOMPLETE = { code: "PERSONIO_SNAPSHOT_INCOMPLETE" };

  describe("with another number of people", () => {
    let personioId: string;
    let absent: Fault[];
    // Absent from one complete page already: another absence in a row would be a departure.
    beforeAll(async () => {
      ({ personioId } = await hire());
      await service.sync();
      absent = [
        { kind: "hidden-employees", employees: [personioId] },
        { kind: "status", status: 404, path: `${PAGES}/${personioId}`, body: '{"success":false}' },
      ];
      await setFaults(...absent);
      expect(await service.sync()).toMatchObject({ left: 0, problem: null });
    });
    afterAll(async () => {
      await remove(personioId);
      expect(await service.sync()).toMatchObject({ left: 1, problem: null });
    });

    test.each(["1e15", "-1", '"many"', "1e400", "null", "0.5"])(
      "a page that announces %s people is applied, and no person leaves because of it",
      async (json) => {
        const before = await view.totalCount();
        await setFaults({ kind: "wrong-total", json }, ...absent);
        expect(await syncWithBystander()).toMatchObject({
          status: "SUCCEEDED_WITH_SKIPS",
          left: 0,
          employeesTotal: null,
          problem: { ...INCOMPLETE, message: expect.stringContaining("total_elements") },
        });
        expect(await view.totalCount()).toBe(before);
      },
    );
  });

  test.each([
    ["attributes that are a text", { type: "Employee", attributes: "x" }],
    ["no id", { type: "Employee", attributes: { email: { label: "Email", value: "odd@x.example" } } }],
    ["null in place of a record", null],
  ])(
    "a page with %s is applied, no person leaves, and runs report the problem until it is gone",
    async (_what, record) => {
      const [employee] = await view.peopleWithoutReports(1);
      await setFaults({ kind: "odd-record", employees: [employee?.personioId ?? ""], record });
      for (const _ of [1, 2]) {
        expect(await syncWithBystander()).toMatchObject({
          status: "SUCCEEDED_WITH_SKIPS",
          left: 0,
          problem: { ...INCOMPLETE, message: expect.stringContaining("1 records had no readable id") },
        });
      }
      await admin().clearFaults();
      expect(await syncWithBystander()).toMatchObject({ left: 0, problem: null });
    },
  );
});

describe("a look-up of one missing person", () => {
  const hiding = (...employees: string[]): Fault => ({ kind: "hidden-employees", employees });
  const answering = (id: string, fault: { readonly kind: string }): Fault =>
    ({ ...fault, path: `${PAGES}/${id}` }) as Fault;
  const ANSWERS = [
    ["403", { kind: "status", status: 403 }],
    ["500s", { kind: "status", status: 500 }],
    ["200 with success: false", { kind: "unsuccessful" }],
    ["200 with success: false and code 403", { kind: "unsuccessful", code: 403 }],
    ["an HTML page", { kind: "html" }],
    ["half a body", { kind: "cut-body" }],
    ["a 404 of another server", { kind: "status", status: 404, body: "not here" }],
    ["a 404 with a JSON text as its body", { kind: "status", status: 404, body: '"x"' }],
  ] as const;

  type Hired = Awaited<ReturnType<typeof hire>>;
  let pairs: (readonly [Hired, Hired])[];
  /** Hides the people of all tests. A look-up finds each of them, except where a test decides otherwise. */
  let allHidden: Fault;

  // All have been absent once when the tests begin.
  beforeAll(async () => {
    const people = await hireMany(2 * (ANSWERS.length + 1));
    pairs = Array.from(
      { length: people.length / 2 },
      (_, place) => people.slice(2 * place, 2 * place + 2) as [Hired, Hired],
    );
    allHidden = hiding(...people.map(({ personioId }) => personioId));
    await service.sync();
    await setFaults(allHidden);
    expect(await service.sync()).toMatchObject({ left: 0, problem: null });
  });
  const pairAt = (place: number) => pairs[place] as readonly [Hired, Hired];

  test("a look-up that is answered 200 with success: false and code 404 counts as a 404", async () => {
    const [gone, other] = pairAt(ANSWERS.length);
    await setFaults(allHidden, answering(gone.personioId, { kind: "unsuccessful", code: 404 } as Fault));
    time.waits.length = 0;
    expect(await syncWithBystander()).toMatchObject({ left: 1, problem: null });
    expect(time.waits).toEqual([]);
    expect(await byEmail(gone.workEmail, "status")).toEqual({ status: "INACTIVE" });
    expect(await byEmail(other.workEmail, "status")).toEqual({ status: "ACTIVE" });
  });

  test.each(ANSWERS.map(([what, fault], place) => [what, fault, place] as const))(
    "a look-up that is answered with %s postpones the departure of that person only",
    async (_what, fault, place) => {
      const [waits, gone] = pairAt(place);
      await setFaults(
        allHidden,
        answering(waits.personioId, fault),
        answering(gone.personioId, { kind: "unsuccessful", code: 404 } as Fault),
      );
      expect(await syncWithBystander()).toMatchObject({
        status: "SUCCEEDED_WITH_SKIPS",
        left: 1,
        problem: {
          code: "PERSONIO_RECORD_UNREADABLE",
          message: expect.stringContaining(`GET ${PAGES}/${waits.personioId}`),
        },
      });
      expect(await byEmail(waits.workEmail, "status")).toEqual({ status: "ACTIVE" });
      expect(await view.integration()).toMatchObject({ status: "CONNECTED", problem: null });

      // The next run looks the person up again, and needs no second absence.
      await setFaults(allHidden, answering(waits.personioId, { kind: "unsuccessful", code: 404 } as Fault));
      expect(await syncWithBystander()).toMatchObject({ left: 1, problem: null });
    },
  );

  test("look-ups that fail for all missing people postpone their departures, and the run is applied", async () => {
    const people = await hireMany(14);
    await service.sync();
    const ids = people.map(({ personioId }) => personioId);
    const { dataSource } = service.app.database;
    await dataSource.query("update tenants set leaver_guard_percent = 100");
    await setFaults(hiding(...ids));
    await service.sync();
    await setFaults(
      hiding(...ids),
      ...ids.map((id) => answering(id, { kind: "status", status: 403 } as Fault)),
    );
    expect(await syncWithBystander()).toMatchObject({
      left: 0,
      problem: { code: "PERSONIO_RECORD_UNREADABLE", message: expect.stringContaining("14 people") },
    });
    await admin().clearFaults();
    expect(await syncWithBystander()).toMatchObject({ left: 0, problem: null });
  });
});

describe("a page limit that Personio lowers", () => {
  test.each([50, 20])("a sync keeps to a page limit lowered to %i, and reads all people", async (max) => {
    await setFaults({ kind: "page-limit", max });
    await admin().clearRequests();
    expect(await syncWithBystander()).toMatchObject({ left: 0, problem: null });
    const pages = await view.countRequests(PAGES);
    const { peopleCount } = await countOfPeople();
    // Personio refused one request, or two that ran at the same time.
    expect(pages).toBeLessThanOrEqual(Math.ceil(peopleCount / max) + 3);
  });

  test("the process remembers the lowered page limit, and the next run has no refused request", async () => {
    await setFaults({ kind: "page-limit", max: 20 });
    await admin().clearRequests();
    await service.sync();
    const { peopleCount } = await countOfPeople();
    expect(await view.countRequests(PAGES)).toBe(Math.ceil(peopleCount / 20));
  });

  const countOfPeople = async () => {
    const run = (
      await service.get<{ syncRuns: { edges: { node: { employeesRead: number } }[] } }>(
        "{ syncRuns(first: 1) { edges { node { employeesRead } } } }",
      )
    ).syncRuns;
    return { peopleCount: run.edges[0]?.node.employeesRead ?? 0 };
  };
});

describe("Personio's message", () => {
  afterAll(async () => {
    expect(await service.sync()).toMatchObject({ problem: null });
  });

  const refusing = (message: string, status = 400): Fault => ({
    kind: "status",
    status,
    path: `${PAGES}?`,
    body: JSON.stringify({ success: false, error: { code: 0, message } }),
  });

  test.each([400, 403, 422])(
    "the problem of a run that a refusal with %i ends quotes Personio's message",
    async (status) => {
      await setFaults(refusing("Die API ist für dieses Konto\nnicht\u0000 freigeschaltet.", status));
      expect(await service.sync()).toMatchObject({
        status: "FAILED",
        problem: {
          message: expect.stringContaining(
            `Personio's message: "Die API ist für dieses Konto nicht freigeschaltet."`,
          ),
        },
      });
    },
  );

  test("a quoted message is shortened, and shows no secret, no token and no email address", async () => {
    const { clientId, clientSecret } = service.sandbox.credentials;
    const secrets = `${clientId} ${clientSecret} papi-0123456789abcdef0123 mara.keller@nordlicht.example`;
    await setFaults(refusing(`Refused for ${secrets}: ${"long ".repeat(10_000)}`));
    const { problem } = await service.sync();
    expect(problem?.message).toContain(`Personio's message: "Refused for … … … … long long`);
    expect(problem?.message.length).toBeLessThan(500);
  });
});

describe("G4: invisible characters in work emails", () => {
  const ODD = ["\u200b", "\u0001", "\u00ad", "\ufeff", "\u2060", "\ud83d"];
  type Hired = Awaited<ReturnType<typeof hire>>;
  let oddPeople: { readonly clean: string; readonly person: Hired }[];
  let people: Hired[];
  let run: Awaited<ReturnType<TestApp["sync"]>>;

  // One sync reads the people of all tests.
  beforeAll(async () => {
    oddPeople = await Promise.all(
      ODD.map(async (odd) => {
        const clean = `${randomUUID()}@nordlicht.example`;
        return { clean, person: await hire({ email: `${odd}${clean.replace("@", `@${odd}`)}${odd}` }) };
      }),
    );
    people = await hireMany(PREPARED);
    run = await syncWithBystander();
  });
  const PREPARED = 11;
  /** A person no test has used yet. */
  const synced = () => people.pop() as Hired;

  test.each(ODD)(
    "an address with %j is stored without it, is found as typed, and its key resolves to the person",
    async (odd) => {
      const { clean, person } = oddPeople[ODD.indexOf(odd)] as (typeof oddPeople)[number];
      expect(run).toMatchObject({ added: ODD.length + PREPARED, problem: null });
      const found = await byEmail(clean, "id workEmail personioId");
      expect(found).toMatchObject({ workEmail: clean, personioId: person.personioId });

      const typed = odd === "\ud83d" ? clean : `${clean}${odd}`;
      expect(await byEmail(typed, "id")).toEqual({ id: found?.id });
      const { _entities } = await service.get<{ _entities: { id: string }[] }>(
        "query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on Person { id } } }",
        { keys: [found?.workEmail, typed].map((workEmail) => ({ __typename: "Person", workEmail })) },
      );
      expect(_entities).toEqual([{ id: found?.id }, { id: found?.id }]);
      const { whyMissing } = await service.get<{ whyMissing: { found: boolean } }>(
        "query ($workEmail: EmailAddress) { whyMissing(workEmail: $workEmail) { found } }",
        { workEmail: typed },
      );
      expect(whyMissing.found).toBe(true);
    },
  );

  test("a newcomer whose address differs by an invisible character only is a duplicate", async () => {
    const holder = synced();
    const newcomer = await hire({ email: `${holder.workEmail}\u200b` });
    expect(await syncWithBystander()).toMatchObject({ added: 0, problem: null });
    expect(await view.ledger(newcomer.personioId)).toMatchObject([
      { reason: "DUPLICATE_WORK_EMAIL", message: expect.stringContaining(holder.personioId) },
    ]);
    await remove(newcomer.personioId);
  });

  test("an address of invisible characters only is a missing address", async () => {
    const person = await hire({ email: " \u200b\u0001" });
    await service.sync();
    expect(await view.ledger(person.personioId)).toMatchObject([{ reason: "MISSING_WORK_EMAIL" }]);
    await remove(person.personioId);
  });

  test("the next full sync removes stored invisible characters, although nothing changed in Personio", async () => {
    const person = synced();
    // As stored by a version that did not clean addresses, with its hash.
    await sql.query(
      "update people set work_email = work_email || $2, source_hash = 'of before' where personio_id = $1",
      [person.personioId, "\u200b"],
    );
    expect(await byEmail(person.workEmail)).toBeNull();
    expect(await service.sync()).toMatchObject({ changed: 1, problem: null });
    expect(await byEmail(person.workEmail, "personioId")).toEqual({ personioId: person.personioId });
  });

  /** Stores an address like a version that did not clean addresses, with its hash. */
  const storeAs = (personioId: string, workEmail: string) =>
    sql.query("update people set work_email = $2, source_hash = 'of before' where personio_id = $1", [
      personioId,
      workEmail,
    ]);
  const addressesOf = async (...people: { readonly personioId: string }[]) => {
    const rows = await sql.query("select personio_id, work_email from people where personio_id = any($1)", [
      people.map(({ personioId }) => personioId),
    ]);
    return people.map(
      ({ personioId }) => rows.rows.find((row) => row.personio_id === personioId)?.work_email,
    );
  };
  const heal = async (...people: { readonly personioId: string }[]) => {
    for (const { personioId } of people)
      await admin().change(personioId, { email: `${randomUUID()}@nordlicht.example` });
    expect(await service.sync()).toMatchObject({ changed: people.length, problem: null });
    expect(await addressesOf(...people)).not.toContain(null);
  };

  test("of two people whose addresses differ by one such character, the one with the clean address keeps it", async () => {
    const [clean, odd] = [synced(), synced()];
    const oddEmail = `${clean.workEmail}\u200b`;
    await admin().change(odd.personioId, { email: oddEmail });
    await storeAs(odd.personioId, oddEmail);
    expect(await syncWithBystander()).toMatchObject({ changed: 2, problem: null });
    expect(await addressesOf(clean, odd)).toEqual([clean.workEmail, null]);
    expect(await view.ledger(odd.personioId)).toMatchObject([
      { reason: "DUPLICATE_WORK_EMAIL", message: expect.stringContaining(clean.personioId) },
    ]);
    const { people } = await service.get<{ people: { nodes: object[] } }>(
      "query ($ids: [ID!]) { people(filter: { personioIds: $ids }) { nodes { workEmail status supervisor { id } } } }",
      { ids: [odd.personioId] },
    );
    expect(people.nodes).toMatchObject([{ workEmail: null, status: "ACTIVE" }]);
    expect(await byEmail(oddEmail, "personioId")).toEqual({ personioId: clean.personioId });
    expect(await service.sync()).toMatchObject({ changed: 0, problem: null });
    await heal(odd);
  });

  test("two people whose addresses differ by such characters both lose them when neither is clean", async () => {
    const two = [synced(), synced()] as const;
    const shared = `${randomUUID()}@nordlicht.example`;
    for (const [place, { personioId }] of two.entries()) {
      const email = `${shared}${["\u200b", "\u00ad"][place]}`;
      await admin().change(personioId, { email });
      await storeAs(personioId, email);
    }
    expect(await syncWithBystander()).toMatchObject({ changed: 3, problem: null });
    expect(await addressesOf(...two)).toEqual([null, null]);
    expect(await service.sync()).toMatchObject({ changed: 0, problem: null });
    await heal(...two);
  });

  test("a stored address with invisible characters is removed when HR removes the address", async () => {
    const person = synced();
    await storeAs(person.personioId, `${person.workEmail}\u200b`);
    await admin().change(person.personioId, { email: "" });
    await service.sync();
    expect(await addressesOf(person)).toEqual([null]);
    await heal(person);
  });

  test("addresses of leavers who are no longer in Personio are cleaned, and a clean address stays with its holder", async () => {
    const [holder, leaver, alone, leaving] = [synced(), synced(), synced(), synced()];
    const gone = [leaver, alone, leaving];
    for (const { personioId } of gone) await remove(personioId);
    await sql.query("update people set status = 'INACTIVE' where personio_id = any($1)", [
      [leaver.personioId, alone.personioId],
    ]);
    await storeAs(leaver.personioId, `${holder.workEmail}\u200b`);
    await storeAs(alone.personioId, `${alone.workEmail}\u200b`);
    await storeAs(leaving.personioId, `${leaving.workEmail}\u200b`);
    await service.sync();
    expect(await service.sync()).toMatchObject({ left: 1 });
    expect(await addressesOf(holder, ...gone)).toEqual([
      holder.workEmail,
      null,
      alone.workEmail,
      leaving.workEmail,
    ]);
    expect(await service.sync()).toMatchObject({ changed: 0, left: 0 });
  });
});

describe("version 2", () => {
  // Version 2 takes requests for each person, so the people of the tests before leave first.
  beforeAll(async () => {
    await sql.query("update tenants set leaver_guard_percent = 100");
    for (const personioId of hired) if (personioId !== bystander?.personioId) await remove(personioId);
    for (const _absence of [1, 2]) await service.sync();
    await service.get("mutation { setPersonioApiVersion(version: V2) { id } }");
    await service.sync();
  });

  test.each([
    ["without an id", {}],
    ["that is null", null],
  ])("a list with a person %s is applied, and no person leaves because of it", async (_what, record) => {
    const [employee] = await view.peopleWithoutReports(1);
    await setFaults({ kind: "odd-record", employees: [employee?.personioId ?? ""], record });
    for (const _ of [1, 2])
      expect(await syncWithBystander()).toMatchObject({
        left: 0,
        problem: { code: "PERSONIO_SNAPSHOT_INCOMPLETE", message: expect.stringContaining("readable id") },
      });
  });

  test.each([403, 500])(
    "a person whose employment is answered %i keeps their record and their ledger row until it is readable",
    async (status) => {
      const [, employee] = await view.peopleWithoutReports(2);
      const id = employee?.personioId ?? "";
      await setFaults(wrong("employment_start_date", "soon", id));
      await service.sync();
      const lines = await view.ledger(id);
      expect(lines).toHaveLength(1);

      await setFaults({ kind: "status", status, path: `/v2/persons/${id}/` });
      for (const _ of [1, 2])
        expect(await syncWithBystander()).toMatchObject({
          left: 0,
          problem: {
            code: "PERSONIO_RECORD_UNREADABLE",
            message: expect.stringContaining(`/v2/persons/${id}/`),
          },
        });
      expect(await byEmail(employee?.workEmail ?? "", "status")).toEqual({ status: "ACTIVE" });
      expect(await view.ledger(id)).toEqual(lines);
      await admin().clearFaults();
      expect(await syncWithBystander()).toMatchObject({ left: 0, problem: null });
      expect(await view.ledger(id)).toEqual([]);
    },
  );

  const FIELDS = [
    ...["first_name", "last_name", "preferred_name", "email", "gender", "status", "position", "supervisor"],
    ...["type", "employment_start_date", "contract_end_date", "probation_end_date", "termination"],
    ...["legal_entity", "office", "org_units", "cost_centers", "weekly_working_hours", "custom_attributes"],
  ];
  const ODD_VALUES: [string, unknown][] = [
    ["a number", 1e308],
    ["true", true],
    ["an empty object", {}],
    ["an empty list", []],
    ["a list of nothing", [null, 7, "x", [], {}]],
    ["nothing but NUL", "\u0000"],
    ["half of a surrogate pair", "\ud800"],
    ["long text", "x".repeat(70_000)],
    ["long Chinese text", chinese(3_000)],
    ["an unknown id", { id: "0" }],
    ["an id that is a list", [{ id: [1], type: ["department"], weight: "much", value: { value: [] } }]],
    ["a long id", [{ id: "9".repeat(5_000), type: "department", weight: -1, label: {}, value: [[[]]] }]],
    ["deep nesting", JSON.parse(`${"[".repeat(900)}1${"]".repeat(900)}`)],
    ["a prototype", JSON.parse('{"__proto__":{"id":"1"},"constructor":{"prototype":null},"id":"1"}')],
  ];
  test.each(ODD_VALUES)("%s as the value of any field stops no other person", async (_what, value) => {
    const people = await view.peopleWithoutReports(FIELDS.length);
    const others = people.filter(({ personioId }) => personioId !== bystander?.personioId);
    await setFaults(
      ...FIELDS.map((field, at) => wrong(field, value, others[at % others.length]?.personioId ?? "")),
    );
    expect(await syncWithBystander()).toMatchObject({ left: 0, status: "SUCCEEDED_WITH_SKIPS" });
  });

  test("odd entries in a list of names are left out, and no person loses a name", async () => {
    const [employee] = await view.peopleWithoutReports(1);
    const { workEmail = "" } = employee ?? {};
    const places = "department { name } office { name }";
    const before = await byEmail(workEmail, places);
    const entries = [
      ...[null, 7, "x", [], {}, { id: null, name: "x" }, { id: "1" }, { id: {}, name: "x" }],
      ...[
        { id: "7", name: chinese(1_000) },
        { id: "7", name: "Twice" },
        { id: "7", parent: { id: "7" } },
      ],
      ...Array.from({ length: 10_000 }, (_, at) => ({ id: `a${at}`, name: `Office ${at}` })),
    ];
    const answer = { _data: entries, _meta: { links: {} } };
    await setFaults(
      { kind: "odd-answer", answer, path: "/v2/workplaces" },
      { kind: "odd-answer", answer, path: "/v2/org-units" },
    );
    expect(await syncWithBystander()).toMatchObject({ left: 0, status: "SUCCEEDED_WITH_SKIPS" });
    expect(await byEmail(workEmail, places)).toEqual(before);
    await admin().clearFaults();
    expect(await syncWithBystander()).toMatchObject({ left: 0, problem: null });
  });

  test.each<[string, Fault]>([
    ["answers 503", { kind: "status", status: 503 }],
    ["has no links", { kind: "odd-answer", answer: { _data: [] } }],
    ["does not end", { kind: "self-pointing-next" }],
  ])("while a list of names %s, people keep theirs, and the run warns", async (_what, fault) => {
    const [employee] = await view.peopleWithoutReports(1);
    const { workEmail = "" } = employee ?? {};
    const places = "department { name } office { name } legalEntity { name }";
    const before = await byEmail(workEmail, places);
    const newcomer = await hire({ office: "Berlin" });
    for (const path of ["/v2/workplaces", "/v2/org-units", "/v2/legal-entities"] as const) {
      await setFaults({ ...fault, path });
      expect(await syncWithBystander()).toMatchObject({
        left: 0,
        status: "SUCCEEDED_WITH_SKIPS",
        problem: { code: "PERSONIO_LIST_UNREADABLE", message: expect.stringContaining(path) },
      });
      expect(await byEmail(workEmail, places)).toEqual(before);
      expect(await view.ledger(employee?.personioId ?? "")).toEqual([]);
    }
    await admin().clearFaults();
    expect(await syncWithBystander()).toMatchObject({ left: 0, problem: null });
    expect(await byEmail(newcomer.workEmail, "office { name }")).toEqual({ office: { name: "Berlin" } });
    await remove(newcomer.personioId);
    for (const _absence of [1, 2]) await service.sync();
  });

  test("a sync over version 2 keeps to a page limit that Personio lowers", async () => {
    await setFaults({ kind: "page-limit", max: 7 });
    expect(await syncWithBystander()).toMatchObject({ left: 0, problem: null });
  });
});

describe("G6: the list of attributes of a company that is not connected", () => {
  test("a company whose list of attributes has odd entries can be connected and previewed", async () => {
    await service.reset();
    const id = await service.sandbox.admin.hire({ last_name: "Odd" });
    await service.sandbox.admin.setFaults([
      ODD_ATTRIBUTES,
      { kind: "odd-record", employees: [id], record: { type: "Employee", attributes: "x" } },
      { kind: "wrong-total", json: "1e400" },
    ]);
    const pair = service.sandbox.credentials;
    const { connectPersonio } = await service.get<{ connectPersonio: { status: string; problem: null } }>(
      `mutation ($clientId: String!, $clientSecret: String!) {
        connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { status problem { code message } } }`,
      pair,
    );
    expect(connectPersonio).toEqual({ status: "AWAITING_REVIEW", problem: null });
    const peopleCount = await eventually(async () => {
      const { personioIntegration } = await service.get<{
        personioIntegration: { preview: { ready: boolean; peopleCount: number } };
      }>("{ personioIntegration { preview { ready peopleCount } } }");
      return personioIntegration.preview.ready && personioIntegration.preview.peopleCount;
    });
    expect(peopleCount).toBeGreaterThan(10);
    await service.get("mutation { finishPersonioSetup { status } }");
  });
});
