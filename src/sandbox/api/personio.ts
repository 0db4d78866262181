import type { Credentials } from "../admin.ts";
import { type Company, createCompany } from "../company/company.ts";
import { Clock } from "../records/clock.ts";
import { Records } from "../records/records.ts";
import { Units } from "../records/units.ts";
import { createZone, type Zone } from "../records/zone.ts";
import type { Settings } from "../settings.ts";
import { Webhooks } from "../webhooks/webhooks.ts";
import { Account } from "./account.ts";
import {
  authenticationLimit,
  EMPLOYEES_PER_MINUTE,
  employeesLimit,
  type RateLimit,
  unlimited,
} from "./rate-limit.ts";
import { createTokenBuckets, type TokenBuckets } from "./token-bucket.ts";

/** One fake Personio: the company, its edited records, and the account that reads them. */
export type FakePersonio = {
  readonly company: Company;
  readonly records: Records;
  readonly units: Units;
  readonly clock: Clock;
  readonly account: Account;
  readonly settings: Settings;
  readonly zone: Zone;
  readonly webhooks: Webhooks;
  readonly limits: {
    /** Limits of version 1. */
    readonly authentication: RateLimit;
    readonly employees: RateLimit;
    readonly v2: TokenBuckets;
  };
};

type FakePersonioOptions = {
  readonly people: number;
  readonly seed: number;
  readonly now: Date;
  readonly requestsPerMinute: number | null | undefined;
  readonly credentials: Credentials;
  readonly settings: Settings;
};

export function createFakePersonio(options: FakePersonioOptions): FakePersonio {
  const { people, seed, now, settings, credentials } = options;
  const company = createCompany({
    people,
    seed,
    startedAt: now.getTime(),
    employeeIds: settings.employeeIds,
  });
  const clock = new Clock(now, settings);
  const records = new Records(company);
  return {
    company,
    records,
    units: new Units(company),
    clock,
    account: new Account(credentials, clock),
    settings,
    zone: createZone(settings.companyZone),
    webhooks: new Webhooks({ records, clock, settings, companyId: company.id }),
    limits: limitsFor(options.requestsPerMinute),
  };
}

function limitsFor(requestsPerMinute: number | null | undefined): FakePersonio["limits"] {
  const v2 = createTokenBuckets(requestsPerMinute);
  if (requestsPerMinute === null) return { authentication: unlimited, employees: unlimited, v2 };
  return {
    v2,
    authentication: authenticationLimit(),
    employees: employeesLimit(requestsPerMinute ?? EMPLOYEES_PER_MINUTE),
  };
}
