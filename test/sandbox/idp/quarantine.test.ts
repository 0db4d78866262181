import { expect, test } from "vitest";
import { startWithIdp, type WithIdp } from "../support/start-with-idp.ts";

const ENTRA = { vendor: "entra", groups: false } as const;
const HOUR = 3_600_000;

async function advanceBy({ sandbox, idp }: WithIdp, milliseconds: number): Promise<void> {
  const { now } = await sandbox.admin.summary();
  await sandbox.admin.advanceClock({ to: new Date(Date.parse(now) + milliseconds).toISOString() });
  await idp.settle();
}

test("a refused token puts the job into quarantine: six, twelve and twenty-four hours, then once a day", async () => {
  await using company = await startWithIdp(ENTRA);
  const { idp, service, sandbox } = company;
  const user = await company.ordinaryUser();
  service.answerWith(() => ({ status: 401 }));
  await idp.changeUser(user.id, { title: "Fellow" });
  await advanceBy(company, HOUR);
  const since = Date.parse((await sandbox.admin.summary()).now);
  expect((await idp.status()).quarantine).toMatchObject({ reason: expect.stringContaining("401") });

  const hours: number[] = [];
  for (let cycle = 0; cycle < 5; cycle += 1) {
    const next = Date.parse((await idp.status()).nextCycleAt!);
    hours.push(Math.round((next - since) / HOUR));
    await sandbox.admin.advanceClock({ to: new Date(next).toISOString() });
    await idp.settle();
  }
  expect(hours).toEqual([6, 12, 24, 48, 72]);
});

test("the job leaves the quarantine when a cycle succeeds, and what was waiting arrives", async () => {
  await using company = await startWithIdp(ENTRA);
  const { idp, service } = company;
  const user = await company.ordinaryUser();
  service.answerWith(() => ({ status: 403 }));
  await idp.changeUser(user.id, { title: "Fellow" });
  await advanceBy(company, HOUR);
  service.answerWith(() => undefined);
  await advanceBy(company, 6 * HOUR);

  expect(await idp.status()).toMatchObject({ quarantine: null, failures: [] });
  expect(service.resources.get(user.scimId ?? "")?.title).toBe("Fellow");
});

test("after four weeks of quarantine the job is disabled until it is restarted", async () => {
  await using company = await startWithIdp(ENTRA);
  const { idp, service } = company;
  const user = await company.ordinaryUser();
  service.answerWith(() => ({ status: 401 }));
  await idp.changeUser(user.id, { title: "Fellow" });
  await advanceBy(company, HOUR);
  await advanceBy(company, 28 * 24 * HOUR);
  expect(await idp.status()).toMatchObject({ quarantine: "disabled", nextCycleAt: null });

  service.answerWith(() => undefined);
  service.clear();
  await advanceBy(company, 24 * HOUR);
  expect(service.recorded).toEqual([]);
  await idp.restart();
  await idp.settle();
  expect(service.resources.get(user.scimId ?? "")?.title).toBe("Fellow");
});

test("many failures are a quarantine from a number and a share on, and a few are retried in later cycles", async () => {
  const quarantine = { failuresMin: 5, share: 0.4 };
  await using company = await startWithIdp({ ...ENTRA, retries: { attempts: 1 }, entra: { quarantine } });
  const { idp, service } = company;
  const user = await company.ordinaryUser();
  service.answerWith(({ method }) => (method === "PATCH" ? { status: 500 } : undefined));
  await idp.changeUser(user.id, { title: "Fellow" });
  await advanceBy(company, HOUR);
  expect(await idp.status()).toMatchObject({ quarantine: null, failures: [{ id: user.id, times: 1 }] });
  await advanceBy(company, HOUR);
  expect(await idp.status()).toMatchObject({ quarantine: null, failures: [{ id: user.id, times: 2 }] });

  const users = await idp.users();
  for (const { id } of users) await idp.changeUser(id, { title: "Fellow" });
  await advanceBy(company, HOUR);
  expect((await idp.status()).quarantine).toMatchObject({
    reason: `${users.length} of ${users.length} objects failed`,
  });
});

test("a service that answers 404 to a filter fails Entra ID's test, and not Okta's first question", async () => {
  await using company = await startWithIdp({ vendor: "okta", groups: false });
  const { idp, service } = company;
  service.answerWith(({ path }) => (path.includes("filter=") ? { status: 404 } : undefined));
  await idp.createUser({ userName: "new@x.example" });
  await idp.settle();
  expect((await idp.status()).failures).toEqual([]);

  await using other = await startWithIdp(ENTRA);
  other.service.answerWith(() => ({ status: 404 }));
  await expect(other.idp.connect({ url: other.service.url, token: "t" })).rejects.toThrow(
    /test of the connection/,
  );
});
