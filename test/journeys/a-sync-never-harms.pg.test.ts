import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openSandbox, readAll } from "../personio/open-sandbox.ts";
import { readDirectoryContent, readDirectoryRows } from "../support/directory-rows.ts";
import { eventually } from "../support/eventually.ts";
import { startTestApp, type TestApp, untilEnded } from "../support/test-app.ts";

/** Two pages: enough for a fault behind the first. */
const PEOPLE = 110;

/** All tests use one company: a test that leaves a fault behind heals it with `healed`. */
let service: TestApp;
beforeAll(async () => {
  service = await startTestApp({ sandbox: { people: PEOPLE } });
  await service.connect();
});
afterAll(() => service[Symbol.asyncDispose]());
afterEach(async () => {
  await service.sandbox.admin.clearFaults();
  await service.sandbox.admin.setGrants(null);
});

/** Ends the fault, and brings the directory to what Personio has. */
async function healed(): Promise<void> {
  await service.sandbox.admin.clearFaults();
  await service.sandbox.admin.setGrants(null);
  expect(await service.sync()).toMatchObject({ problem: null });
}

const rows = () => readDirectoryRows(service.databaseUrl);
/** The events that syncs emit; due dates emit theirs by themselves. */
const events = () =>
  service.app.database.dataSource.query(
    "select id from lifecycle_events where kind like 'PERSON_%' or kind = 'SUPERVISOR_CHANGED' order by id",
  );
const totalCount = async (filter = "{}"): Promise<number> => {
  const { people } = await service.get<{ people: { totalCount: number } }>(
    `{ people(filter: ${filter}) { totalCount } }`,
  );
  return people.totalCount;
};

/** The first few people of the directory, with Personio's ids. */
const findPeople = async (count: number) => {
  const { people } = await service.get<{
    people: { edges: { node: { id: string; personioId: string; workEmail: string } }[] };
  }>(
    `{ people(first: ${count}, filter: { statuses: [ACTIVE] }) { edges { node { id personioId workEmail } } } }`,
  );
  return people.edges.map(({ node }) => node);
};

describe("two runs without a change in Personio", () => {
  const use = (version: string) =>
    service.get(
      "mutation ($version: PersonioApiVersion!) { setPersonioApiVersion(version: $version) { apiVersion } }",
      { version },
    );
  afterAll(async () => {
    await use("V1");
    await healed();
  });

  test.each(["V1", "V2"] as const)(
    "the second run reads the same people, writes no row of the directory, and reports no change: %s",
    async (version) => {
      await use(version);
      await service.sync();
      const read = () => readAll(openSandbox(service.sandbox).open({ version }));
      const [before, people, emitted] = [await rows(), await read(), await events()];
      const run = await service.sync();
      expect(run).toMatchObject({ added: 0, changed: 0, left: 0, employeesRead: PEOPLE, trigger: "MANUAL" });
      expect(run.unchanged).toBe(await totalCount());
      expect(await read()).toEqual(people);
      expect(await rows()).toEqual(before);
      expect(await events()).toEqual(emitted);
    },
  );
});

describe("a faulty run", () => {
  test("a run with a response of zero people is held and changes nothing", async () => {
    const before = await rows();
    await service.sandbox.admin.setFaults([{ kind: "empty-company" }]);
    expect(await service.sync()).toMatchObject({
      status: "HELD",
      problem: { code: "PERSONIO_SNAPSHOT_EMPTY" },
    });
    expect(await rows()).toEqual(before);

    await service.sandbox.admin.clearFaults();
    expect(await service.sync()).toMatchObject({ problem: null, left: 0 });
  });

  test.each(["email", "first_name", "last_name", "status"])(
    "a run that may no longer read %s changes nothing, and its problem names the right to grant",
    async (attribute) => {
      const before = await rows();
      const granted = ["email", "first_name", "last_name", "status", "position"].filter(
        (key) => key !== attribute,
      );
      await service.sandbox.admin.setGrants(granted);
      const run = await service.sync();
      expect(run).toMatchObject({ status: "FAILED", problem: { code: "PERSONIO_ACCESS_MISSING" } });
      expect(run.problem?.help).toContain("tick");
      expect(await rows()).toEqual(before);
      expect(await service.get("{ personioIntegration { status problem { code } } }")).toEqual({
        personioIntegration: { status: "BROKEN", problem: { code: "PERSONIO_ACCESS_MISSING" } },
      });
      await healed();
    },
  );

  test("a run that gets no emails, although the list of attributes grants them, changes nothing", async () => {
    const before = await rows();
    await service.sandbox.admin.setFaults([{ kind: "missing-attributes", attributes: ["email"] }]);
    expect(await service.sync()).toMatchObject({
      status: "FAILED",
      problem: { code: "PERSONIO_ACCESS_MISSING" },
    });
    expect(await rows()).toEqual(before);
    await healed();
  });

  test("a run without the right to read supervisors and dates keeps them all: absent is not empty", async () => {
    const before = await readDirectoryContent(service.databaseUrl);
    await service.sandbox.admin.setGrants(["email", "first_name", "last_name", "status", "preferred_name"]);
    expect(await service.sync()).toMatchObject({ changed: 0, left: 0 });
    const after = await readDirectoryContent(service.databaseUrl);
    expect(after.people).toEqual(before.people);
    expect(after.departments).toEqual(before.departments);
    expect(after.offices).toEqual(before.offices);
    await healed();
  });

  test("a run that is refused at the second page applies no record of the first", async () => {
    const before = await rows();
    const [person] = await findPeople(1);
    await service.sandbox.admin.change(person?.personioId ?? "", { position: "A different person" });
    await service.sandbox.admin.setFaults([
      { kind: "status", status: 403, path: "/v1/company/employees?", offset: 100 },
    ]);
    expect(await service.sync()).toMatchObject({
      status: "FAILED",
      problem: { code: "PERSONIO_ACCESS_MISSING" },
    });
    expect(await rows()).toEqual(before);
    await healed();
  });

  test("a run that loses the right to addresses and names half-way does not ask HR to fill them in", async () => {
    const newcomer = await service.sandbox.admin.hire({ email: "late@nordlicht.example" });
    const lost = async (...attributes: string[]) => {
      await service.sandbox.admin.setFaults([
        { kind: "missing-attributes", attributes, path: "/v1/company/employees?", offset: 100 },
      ]);
      expect(await service.sync()).toMatchObject({ added: 0, changed: 0, left: 0, problem: null });
      const { whyMissing } = await service.get<{ whyMissing: object }>(
        "query ($personioId: ID) { whyMissing(personioId: $personioId) { found help rows { reason } } }",
        { personioId: newcomer },
      );
      return whyMissing;
    };
    expect(await lost("email")).toEqual({
      found: false,
      help: expect.stringContaining("tick Email under"),
      rows: [{ reason: "MISSING_WORK_EMAIL" }],
    });
    expect(await lost("first_name", "last_name")).toEqual({
      found: false,
      help: expect.stringContaining("tick First name, Last name under"),
      rows: [{ reason: "INVALID_RECORD" }],
    });
    await service.sandbox.admin.clearFaults();
    expect(await service.sync()).toMatchObject({ added: 1 });
  });

  test("a run that misses a page marks no person as a leaver, and reports that it was incomplete", async () => {
    const before = await totalCount();
    await service.sandbox.admin.setFaults([{ kind: "repeated-page", offset: 100 }]);
    for (const _twice of [1, 2]) {
      expect(await service.sync()).toMatchObject({
        left: 0,
        problem: { code: "PERSONIO_SNAPSHOT_INCOMPLETE" },
      });
    }
    expect(await totalCount()).toBe(before);
    await healed();
  });

  test("a run with more leavers than the guard allows is held until the guard is raised", async () => {
    const before = await rows();
    for (const { personioId } of await findPeople(12)) await service.sandbox.admin.remove(personioId);
    for (const _twice of [1, 2]) {
      expect(await service.sync()).toMatchObject({ status: "HELD", problem: { code: "LEAVER_GUARD" } });
    }
    expect(await rows()).toEqual(before);

    await service.get(
      "mutation { setPeopleSettings(settings: { leaverGuardPeople: 12 }) { leaverGuardPeople } }",
    );
    expect(await service.sync()).toMatchObject({ left: 0 });
    expect(await service.sync()).toMatchObject({ left: 12 });
    await service.get(
      "mutation { setPeopleSettings(settings: { leaverGuardPeople: 5 }) { leaverGuardPeople } }",
    );
  });

  test("a revoked credential breaks the integration, and a new pair heals it", async () => {
    const before = await rows();
    await service.sandbox.admin.revokeCredentials();
    const run = await service.sync();
    expect(run).toMatchObject({ status: "FAILED", problem: { code: "PERSONIO_CREDENTIALS_INVALID" } });
    expect(await rows()).toEqual(before);
    expect(await service.get("{ personioIntegration { status problem { code help } } }")).toMatchObject({
      personioIntegration: { status: "BROKEN", problem: { code: "PERSONIO_CREDENTIALS_INVALID" } },
    });

    const pair = { clientId: "second-client", clientSecret: "second-secret" };
    await service.sandbox.admin.setCredentials(pair);
    const { updatePersonioCredentials } = await service.get<{ updatePersonioCredentials: object }>(
      `mutation ($clientId: String!, $clientSecret: String!) {
        updatePersonioCredentials(clientId: $clientId, clientSecret: $clientSecret) { status clientId problem { code } }
      }`,
      pair,
    );
    expect(updatePersonioCredentials).toEqual({
      status: "CONNECTED",
      clientId: "second-client",
      problem: null,
    });
    expect(await service.sync()).toMatchObject({ problem: null });
  });
});

describe("a person", () => {
  test("a person missing from one complete run stays; missing from two in a row, they have left and are still found", async () => {
    const [person] = await findPeople(1);
    const inactive = await totalCount("{ statuses: [INACTIVE] }");
    await service.sandbox.admin.remove(person?.personioId ?? "");
    expect(await service.sync()).toMatchObject({ left: 0 });
    expect(await service.sync()).toMatchObject({ left: 1 });
    const found = await service.get<{ person: object }>(
      "query ($id: ID) { person(id: $id) { status workEmail } }",
      {
        id: person?.id,
      },
    );
    expect(found.person).toEqual({ status: "INACTIVE", workEmail: person?.workEmail });
    expect(await totalCount("{ statuses: [INACTIVE] }")).toBe(inactive + 1);
    expect(await service.sync()).toMatchObject({ left: 0 });
  });

  test("a person who becomes inactive leaves at once", async () => {
    const [person] = await findPeople(1);
    await service.sandbox.admin.change(person?.personioId ?? "", { status: "inactive" });
    expect(await service.sync()).toMatchObject({ left: 1 });
  });

  test("a person with another's address is skipped, and is added when HR has corrected it", async () => {
    const [holder] = await findPeople(1);
    const newcomer = await service.sandbox.admin.hire({ email: ` ${holder?.workEmail.toUpperCase()} ` });
    expect(await service.sync()).toMatchObject({ added: 0, changed: 0 });
    const { skippedEmployees } = await service.get<{
      skippedEmployees: { edges: { node: { personioId: string; reason: string; message: string } }[] };
    }>("{ skippedEmployees(first: 100) { edges { node { personioId reason message } } } }");
    const line = skippedEmployees.edges.find(({ node }) => node.personioId === newcomer)?.node;
    expect(line?.reason).toBe("DUPLICATE_WORK_EMAIL");
    expect(line?.message).toContain(holder?.personioId);

    await service.sandbox.admin.change(newcomer, { email: "someone.new@nordlicht.example" });
    expect(await service.sync()).toMatchObject({ added: 1 });
  });

  test("two people who swap addresses keep their ids", async () => {
    const [one, other] = await findPeople(2);
    await service.sandbox.admin.change(one?.personioId ?? "", { email: other?.workEmail ?? "" });
    await service.sandbox.admin.change(other?.personioId ?? "", { email: one?.workEmail ?? "" });
    expect(await service.sync()).toMatchObject({ changed: 2 });
    const { person } = await service.get<{ person: { id: string } }>(
      "query ($workEmail: EmailAddress) { person(workEmail: $workEmail) { id } }",
      { workEmail: one?.workEmail },
    );
    expect(person.id).toBe(other?.id);
  });

  test("a person with an unreadable date keeps the last good one, and the ledger names the field", async () => {
    const [person] = await findPeople(1);
    const day = async () =>
      (
        await service.get<{ person: { hireDate: string } }>(
          "query ($id: ID) { person(id: $id) { hireDate } }",
          { id: person?.id },
        )
      ).person.hireDate;
    const before = await day();
    await service.sandbox.admin.setFaults([
      {
        kind: "wrong-value",
        attribute: "hire_date",
        value: "0000-00-00",
        employees: [person?.personioId ?? ""],
      },
    ]);
    expect(await service.sync()).toMatchObject({ status: "SUCCEEDED_WITH_SKIPS", changed: 0 });
    expect(await day()).toBe(before);
    const { skippedEmployees } = await service.get<{
      skippedEmployees: { edges: { node: { personioId: string; reason: string; field: string | null } }[] };
    }>("{ skippedEmployees(first: 100) { edges { node { personioId reason field } } } }");
    expect(skippedEmployees.edges.map(({ node }) => node)).toContainEqual({
      personioId: person?.personioId,
      reason: "INVALID_RECORD",
      field: "hireDate",
    });
  });

  test("a person who reports to a newcomer gets the link when the newcomer is synced, and not before", async () => {
    const [person] = await findPeople(1);
    const supervisor = await service.sandbox.admin.hire({ email: null });
    await service.sandbox.admin.move(person?.personioId ?? "", { supervisor });
    await service.sync();
    const link = async () =>
      (
        await service.get<{ person: { supervisor: { workEmail: string } | null } }>(
          "query ($id: ID) { person(id: $id) { supervisor { workEmail } } }",
          { id: person?.id },
        )
      ).person.supervisor;
    expect(await link()).toBeNull();

    await service.sandbox.admin.change(supervisor, { email: "the.boss@nordlicht.example" });
    await service.sync();
    expect(await link()).toEqual({ workEmail: "the.boss@nordlicht.example" });
  });
});

describe("departments", () => {
  test("departments are added, keep their id when renamed, and are removed with their last person", async () => {
    const names = async () =>
      (await service.get<{ departments: { id: string; name: string }[] }>("{ departments { id name } }"))
        .departments;
    const [person] = await findPeople(1);
    await service.sandbox.admin.move(person?.personioId ?? "", { department: "Skunk Works" });
    await service.sync();
    const created = (await names()).find(({ name }) => name === "Skunk Works");
    expect(created).toBeDefined();

    await service.sandbox.admin.rename({ from: "Skunk Works", to: "Advanced Projects" });
    await service.sync();
    expect(await names()).toContainEqual({ id: created?.id, name: "Advanced Projects" });

    await service.sandbox.admin.move(person?.personioId ?? "", { department: null });
    await service.sync();
    expect((await names()).some(({ id }) => id === created?.id)).toBe(false);
  });
});

describe("a rehire", () => {
  const ask = (workEmail: string) =>
    service.get<{ person: Record<string, unknown> | null }>(
      "query ($workEmail: EmailAddress) { person(workEmail: $workEmail) { id personioId status hireDate originalHireDate terminationDate } }",
      { workEmail },
    );

  test("a rehire under a new record is the same person, with both hire dates, and adds no second person", async () => {
    const [person] = await findPeople(1);
    const before = (await ask(person?.workEmail ?? "")).person;
    const { now } = await service.sandbox.admin.summary();
    await service.sandbox.admin.terminate(person?.personioId ?? "", now.slice(0, 10));
    const back = await service.sandbox.admin.advanceClock({ days: 3 });
    await service.sync();
    expect((await ask(person?.workEmail ?? "")).person).toMatchObject({ id: person?.id, status: "INACTIVE" });

    const newId = await service.sandbox.admin.rehire(person?.personioId ?? "", {
      hire_date: back.slice(0, 10),
    });
    expect(await service.sync()).toMatchObject({ added: 0 });
    expect((await ask(person?.workEmail ?? "")).person).toMatchObject({
      id: person?.id,
      personioId: newId,
      status: "ACTIVE",
      hireDate: back.slice(0, 10),
      originalHireDate: before?.originalHireDate,
      terminationDate: null,
    });
    expect(await service.sync()).toMatchObject({ added: 0, changed: 0, left: 0 });
    const { whyMissing } = await service.get<{ whyMissing: { found: boolean } }>(
      "query ($personioId: ID) { whyMissing(personioId: $personioId) { found } }",
      { personioId: person?.personioId },
    );
    expect(whyMissing.found).toBe(true);
  });

  test("a rehire between two syncs, seen together with the leaving, is the same person too", async () => {
    const [person] = await findPeople(1);
    const { now } = await service.sandbox.admin.summary();
    await service.sandbox.admin.terminate(person?.personioId ?? "", now.slice(0, 10));
    const back = await service.sandbox.admin.advanceClock({ days: 3 });
    const newId = await service.sandbox.admin.rehire(person?.personioId ?? "", {
      hire_date: back.slice(0, 10),
    });
    expect(await service.sync()).toMatchObject({ added: 0, left: 0 });
    expect((await ask(person?.workEmail ?? "")).person).toMatchObject({ id: person?.id, personioId: newId });
    expect(await service.sync()).toMatchObject({ added: 0, changed: 0, left: 0 });
  });

  test("a newcomer with a leaver's address and another birthday is another person, and the leaver is unchanged", async () => {
    const [person] = await findPeople(1);
    await service.sandbox.admin.change(person?.personioId ?? "", { status: "inactive" });
    await service.sync();
    await service.sandbox.admin.hire({ email: person?.workEmail ?? "", dynamic_402117: "2001-01-01" });
    expect(await service.sync()).toMatchObject({ added: 1 });
    expect((await ask(person?.workEmail ?? "")).person?.id).not.toBe(person?.id);
  });
});

test("a former address finds the person until another person has it", async () => {
  const [person] = await findPeople(1);
  const find = async (workEmail: string | undefined) =>
    (
      await service.get<{ person: { id: string } | null }>(
        "query ($workEmail: EmailAddress) { person(workEmail: $workEmail) { id } }",
        { workEmail },
      )
    ).person?.id;
  await service.sandbox.admin.change(person?.personioId ?? "", { email: "married.name@nordlicht.example" });
  await service.sync();
  expect(await find("married.name@nordlicht.example")).toBe(person?.id);
  expect(await find(person?.workEmail)).toBe(person?.id);

  await service.sandbox.admin.hire({ email: person?.workEmail ?? "" });
  await service.sync();
  expect(await find(person?.workEmail)).not.toBe(person?.id);
});

describe("a requested sync", () => {
  test("requesting a sync during a run returns that run", async () => {
    await service.sandbox.admin.clearRequests();
    await service.sandbox.admin.setFaults([
      { kind: "delay", milliseconds: 600_000, path: "/v1/company/employees" },
    ]);
    const ask = () =>
      service.get<{ syncPersonio: { id: string } }>("mutation { syncPersonio { id status } }");
    const [first, second] = await Promise.all([ask(), ask()]);
    await eventually(async () =>
      (await service.sandbox.admin.requests()).some(({ path }) => path.startsWith("/v1/company/employees")),
    );
    const third = await ask();
    await service.sandbox.admin.clearFaults();
    expect(new Set([first, second, third].map(({ syncPersonio }) => syncPersonio.id)).size).toBe(1);
    await untilEnded(service.get);
  });

  // The last test of the file: no other can sync afterwards.
  test("a sync is refused after disconnecting, and the directory is still served", async () => {
    const before = await totalCount();
    const { disconnectPersonio } = await service.get<{ disconnectPersonio: object }>(
      "mutation { disconnectPersonio { status nextSyncAt } }",
    );
    expect(disconnectPersonio).toEqual({ status: "DISCONNECTED", nextSyncAt: null });
    const { errors } = await service.ask("mutation { syncPersonio { id } }");
    expect(errors?.[0]?.extensions.code).toBe("PERSONIO_NOT_CONNECTED");
    expect(await totalCount()).toBe(before);
  });
});
