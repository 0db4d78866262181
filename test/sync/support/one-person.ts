import { afterAll, expect } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { insertWebhookEvents } from "../../../src/integration/webhooks/webhook-event.repository.ts";
import { findRecordOwner } from "../../../src/people/person.repository.ts";
import type { SyncRun } from "../../../src/sync/runs/sync-run.ts";
import { type Chronicle, startChronicle } from "../../lifecycle/changes/support.ts";
import { readDirectoryRows } from "../../support/directory-rows.ts";

export type PersonRow = {
  readonly id: string;
  readonly personioId: string;
  readonly workEmail: string | null;
  readonly status: string;
  readonly hireDate: string | null;
  readonly originalHireDate: string | null;
  readonly terminationDate: string | null;
  readonly supervisorId: string | null;
};

export type Version = "V1" | "V2";

/** Ada, and a report of hers, in Personio and in the directory. */
type Ada = { readonly chronicle: Chronicle; readonly ada: string; readonly report: string };

export const email = "ada@same.example";
export const employeeId = "NR-7";

export const ended = ({ added, changed, left }: SyncRun) => ({ added, changed, left });

/** One company per version of Personio's API. `begin` brings it back to its first day. */
export function followAda() {
  const companies = new Map<Version, Chronicle>();
  let current: Chronicle | undefined;
  afterAll(async () => {
    for (const company of companies.values()) await company[Symbol.asyncDispose]();
  });
  const company = (): Chronicle => {
    if (!current) throw new Error("A test calls `begin` first.");
    return current;
  };

  const connect = async (version: Version): Promise<Chronicle> => {
    const opened = await startChronicle({ people: 10, resettable: true });
    companies.set(version, opened);
    if (version === "V2")
      await inTenant(opened.follower.dataSource, "acme", (manager) =>
        manager.query("update integrations set api_version = 'V2'"),
      );
    await hirePeople(opened);
    await opened.sync();
    await opened.follower.save();
    return opened;
  };

  return {
    async begin(version: Version = "V1"): Promise<Ada> {
      const chronicle = companies.get(version) ?? (await connect(version));
      current = chronicle;
      await chronicle.reset();
      const people = await hirePeople(chronicle);
      await chronicle.newEvents(people.ada);
      await chronicle.newEvents(people.report);
      return { chronicle, ...people };
    },

    /** The person of a record: by a former, current or coming id. */
    async find(personioId: string): Promise<PersonRow | undefined> {
      const { dataSource } = company().follower;
      const id = await inTenant(dataSource, "acme", (manager) => findRecordOwner(manager, personioId));
      const [row] = await dataSource.query<PersonRow[]>(
        `select id, personio_id as "personioId", work_email as "workEmail", status, hire_date as "hireDate",
          original_hire_date as "originalHireDate", termination_date as "terminationDate", supervisor_id as "supervisorId"
         from people where id = $1`,
        [id],
      );
      return row;
    },

    /** The skip ledger, without these reasons. */
    ledger: (...reasons: string[]): Promise<{ personioId: string; reason: string; message: string }[]> =>
      company().follower.dataSource.query(
        `select personio_id as "personioId", reason, message from skipped_employees where reason <> all ($1)`,
        [["STATUS_EXCLUDED", ...reasons]],
      ),

    /** The person's new events, as in "PERSON_CHANGED position". */
    kindsOf: async (personioId: string): Promise<string[]> =>
      (await company().newEvents(personioId)).map(({ kind, change, fields }) =>
        [kind, change, fields?.join()].filter(Boolean).join(" "),
      ),

    /** A run of the people named by webhooks. */
    async syncNamed(...personioIds: string[]): Promise<SyncRun> {
      const { dataSource, requestRun, work } = company().follower;
      await inTenant(dataSource, "acme", (manager) => insertWebhookEvents(manager, personioIds));
      return work(await requestRun({ trigger: "WEBHOOK", mode: "INCREMENTAL" }));
    },

    /** Another run of an unchanged company writes nothing. */
    async expectRest(): Promise<void> {
      const { databaseUrl } = company().follower;
      const before = await readDirectoryRows(databaseUrl);
      expect(ended(await company().sync())).toEqual({ added: 0, changed: 0, left: 0 });
      expect(await readDirectoryRows(databaseUrl)).toEqual(before);
    },
  };
}

/** Personio gives them the same ids each time. */
async function hirePeople(company: Chronicle): Promise<Omit<Ada, "chronicle">> {
  const ada = await company.hire({
    email,
    first_name: "Ada",
    last_name: "Lind",
    dynamic_402118: employeeId,
  });
  return { ada, report: await company.hire({ email: "report@same.example", supervisor: ada }) };
}
