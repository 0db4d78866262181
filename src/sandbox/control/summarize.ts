import type { Summary } from "../admin.ts";
import type { FakePersonio } from "../api/personio.ts";
import { supervisorCycle } from "../company/circumstances.ts";
import { statusOf } from "../records/status.ts";

/** Counts everybody: for a million people that takes some seconds. */
export function summarize({ company, records, clock }: FakePersonio): Summary {
  const byStatus = { onboarding: 0, active: 0, leave: 0, inactive: 0 };
  const today = clock.today();
  let withoutEmail = 0;
  let present = 0;
  for (const person of records.all()) {
    const status = statusOf(person, today);
    byStatus[status] += 1;
    if (!person.email) withoutEmail += 1;
    else if (status !== "inactive") present += 1;
  }
  return {
    people: records.count,
    now: new Date(clock.now()).toISOString(),
    byStatus,
    withoutEmail,
    present,
    supervisorCycle: supervisorCycle(company).map((index) => company.ids.idAt(index)),
  };
}
