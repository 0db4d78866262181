import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../support/test-app.ts";

/**
 * One story in order: HR hires a person, a workflow looks for the approver of the laptop, and the approver
 * changes.
 */
let service: TestApp;
let lead: Somebody;
let head: Somebody;
let newcomer: Somebody & { personioId: string };

type Somebody = { id: string; personioId: string; displayName: string; status: string; isPreHire: boolean };

beforeAll(async () => {
  service = await startTestApp({ sandbox: { people: 120 } });
  await service.connect();
});
afterAll(() => service[Symbol.asyncDispose]());

const SOMEBODY = "id personioId displayName status isPreHire";
const DAY_MS = 24 * 60 * 60 * 1000;
const daysFromNow = (days: number): string =>
  new Date(Date.now() + days * DAY_MS).toISOString().slice(0, "YYYY-MM-DD".length);

type Approver = {
  outcome: string;
  level: number | null;
  approver: { id: string } | null;
  trace: { level: number; skippedBecause: string | null; candidate: { id: string } }[];
};

/** As a workflow does it, which only knows an address. */
const askApprover = async (args = ""): Promise<Approver> => {
  const { person } = await service.get<{ person: { approver: Approver } }>(
    `{ person(workEmail: "nora.newcomer@${await emailDomain()}") { approver${args} {
      outcome level approver { id } trace { level skippedBecause candidate { id } } } } }`,
  );
  return person.approver;
};

const emailDomain = async (): Promise<string> => {
  const { person } = await service.get<{ person: { workEmail: string } }>(
    `{ person(id: "${lead.id}") { workEmail } }`,
  );
  return person.workEmail.split("@")[1] ?? "";
};

const skips = ({ trace }: Approver) =>
  trace.map(({ candidate, skippedBecause }) => [candidate.id, skippedBecause]);

/** The newcomer on an admin's page. */
const issuesOfNewcomer = async (): Promise<{ kind: string; help: string }[]> => {
  const { orgIssues } = await service.get<{
    orgIssues: {
      edges: {
        node: { kind: string; help: string; person: { id: string }; department: { id: string } | null };
      }[];
    };
  }>("{ orgIssues(first: 100) { edges { node { kind help person { id } department { id } } } } }");
  const nodes = orgIssues.edges.map(({ node }) => node).filter(({ person }) => person.id === newcomer.id);
  for (const { department } of nodes) expect(department).not.toBeNull();
  return nodes;
};

test("a lead with a supervisor hires Nora, who starts in two weeks; the lead approves", async () => {
  const { people } = await service.get<{
    people: {
      edges: { node: Somebody & { reportingChain: { person: Somebody }[]; department: { name: string } } }[];
    };
  }>(
    `{ people(first: 100, filter: { statuses: [ACTIVE] }) { edges { node { ${SOMEBODY} department { name }
       reportingChain { person { ${SOMEBODY} } } } } } }`,
  );
  const isThere = ({ status, isPreHire }: Somebody) => status === "ACTIVE" && !isPreHire;
  const found = people.edges
    .map(({ node }) => node)
    .find((node) => isThere(node) && node.reportingChain[0] && isThere(node.reportingChain[0].person));
  const above = found?.reportingChain[0]?.person;
  if (!found || !above) throw new Error("The company has no person with a supervisor.");
  lead = found;
  head = above;

  const personioId = await service.sandbox.admin.hire({
    first_name: "Nora",
    last_name: "Newcomer",
    hire_date: daysFromNow(14),
    supervisor: lead.personioId,
    department: found.department.name,
  });
  expect((await service.sync()).added).toBe(1);
  const { person } = await service.get<{ person: typeof newcomer }>(
    `{ person(workEmail: "nora.newcomer@${await emailDomain()}") { ${SOMEBODY} } }`,
  );
  expect(person).toMatchObject({ personioId, isPreHire: true });
  newcomer = person;

  expect(await askApprover()).toMatchObject({ outcome: "SUPERVISOR", level: 1, approver: { id: lead.id } });
  expect(await askApprover("(level: 2)")).toMatchObject({
    outcome: "SUPERVISOR",
    level: 2,
    approver: { id: head.id },
  });
});

test("the lead's supervisor approves requests of the lead; the lead approves Nora's", async () => {
  const asked = await askApprover(`(requesterId: "${lead.id}")`);
  expect(asked).toMatchObject({ outcome: "ESCALATED", level: 2, approver: { id: head.id } });
  expect(skips(asked)).toEqual([
    [lead.id, "IS_REQUESTER"],
    [head.id, null],
  ]);
  expect((await askApprover(`(requesterId: "${newcomer.id}")`)).approver?.id).toBe(lead.id);
});

test("while the lead is on leave the next supervisor approves, unless the workflow accepts people on leave", async () => {
  await service.sandbox.admin.putOnLeave(lead.personioId, { from: daysFromNow(-1), until: daysFromNow(60) });
  await service.sync();
  const asked = await askApprover();
  expect(asked).toMatchObject({ outcome: "ESCALATED", approver: { id: head.id } });
  expect(skips(asked)[0]).toEqual([lead.id, "ON_LEAVE"]);
  expect((await askApprover("(includeOnLeave: true)")).approver?.id).toBe(lead.id);
});

test("when the lead leaves, the next supervisor approves, and the admin sees who needs another supervisor", async () => {
  await service.sandbox.admin.terminate(lead.personioId, daysFromNow(-2));
  expect((await service.sync()).left).toBe(1);
  const asked = await askApprover("(includeOnLeave: true)");
  expect(asked).toMatchObject({ outcome: "ESCALATED", approver: { id: head.id } });
  expect(skips(asked)[0]).toEqual([lead.id, "LEFT"]);
  expect(await issuesOfNewcomer()).toEqual([
    expect.objectContaining({ kind: "SUPERVISOR_LEFT", help: expect.stringContaining("Personio") }),
  ]);
});

test("without a supervisor there is no approver, until the department has a fallback", async () => {
  await service.sandbox.admin.change(newcomer.personioId, { supervisor: null });
  await service.sync();
  expect(await askApprover()).toEqual({ outcome: "NO_APPROVER", level: null, approver: null, trace: [] });
  expect(await issuesOfNewcomer()).toEqual([expect.objectContaining({ kind: "NO_SUPERVISOR" })]);

  const { person } = await service.get<{ person: { department: { id: string } } }>(
    `{ person(id: "${newcomer.id}") { department { id } } }`,
  );
  const { setFallbackApprover } = await service.get<{
    setFallbackApprover: { fallbackApprovers: unknown[] };
  }>(
    `mutation ($departmentId: ID, $personId: ID) { setFallbackApprover(departmentId: $departmentId, personId: $personId) {
       fallbackApprovers { department { id } person { id } } } }`,
    { departmentId: person.department.id, personId: head.id },
  );
  expect(setFallbackApprover.fallbackApprovers).toEqual([
    { department: person.department, person: { id: head.id } },
  ]);
  expect(await askApprover()).toMatchObject({
    outcome: "FALLBACK",
    level: null,
    approver: { id: head.id },
    trace: [{ level: 0, skippedBecause: null }],
  });
  const { errors } = await service.ask(
    "mutation ($personId: ID) { setFallbackApprover(personId: $personId) { timeZone } }",
    {
      personId: lead.id,
    },
  );
  expect(errors?.[0]?.extensions).toMatchObject({
    code: "BAD_USER_INPUT",
    help: expect.stringContaining("works here"),
  });
});

test("with a new supervisor the issue is gone, and this one approves", async () => {
  await service.sandbox.admin.change(newcomer.personioId, { supervisor: head.personioId });
  await service.sync();
  expect(await issuesOfNewcomer()).toEqual([]);
  expect(await askApprover()).toMatchObject({ outcome: "SUPERVISOR", level: 1, approver: { id: head.id } });
  expect(
    (
      await service.get<{ peopleSettings: { fallbackApprovers: unknown[] } }>(
        "{ peopleSettings { fallbackApprovers { person { id } } } }",
      )
    ).peopleSettings.fallbackApprovers,
  ).toHaveLength(1);
});
