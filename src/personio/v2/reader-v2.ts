import { ActionableError } from "../../errors.ts";
import type { Attribute, Employee, EmployeePage, ReadEmployeesOptions, UnreadEmployee } from "../employee.ts";
import type { ApiClients } from "../http/api-clients.ts";
import { inParallel } from "../http/in-parallel.ts";
import { readAhead } from "../http/read-ahead.ts";
import { isRecordId } from "../http/record-id.ts";
import type { RetryPolicy } from "../http/retry-after.ts";
import type { Time } from "../http/time.ts";
import type { EmployeeReader } from "../v1/reader-v1.ts";
import { adaptAttributes, seenAttributes } from "./attributes-v2.ts";
import type { Person, PersonsPage } from "./parse-persons.ts";
import { createPersonsApi, type PersonsApi } from "./persons-api.ts";
import { toEmployee } from "./to-employee.ts";
import { createV2ContextReader, type V2Context } from "./v2-context.ts";

/**
 * Employments that are read at the same time. At 24 requests a second (80 % of Personio's 30), this is enough
 * for responses that take a second.
 */
const EMPLOYMENTS_AT_ONCE = 24;

/** More employments that fail slowly look like an outage: each may take as long as a page to fail. */
const SLOW_FAILURES_MAX = 3;

/** A refusal or an odd answer comes at once, another failure only after retries. */
const SLOW_MS = 5_000;

/** How many people's employments show which attributes are readable. */
const SAMPLE_SIZE = 10;

export type ReaderV2Deps = {
  readonly apiUrl: URL;
  readonly retryPolicy: RetryPolicy;
  readonly time: Time;
};

/**
 * Employees from version 2, in version 1's form.
 *
 *     names of org units, workplaces …  ─┐
 *     v1's list of granted attributes  ──┤ once
 *                                        ▼
 *     persons, fifty a page ──▶ the newest employment of each ──▶ employees
 *                │ cursor                at their own rate
 *                └─▶ next page, meanwhile
 */
export function createReaderV2(clients: ApiClients, deps: ReaderV2Deps): EmployeeReader {
  const { retryPolicy, time } = deps;
  const api = createPersonsApi(clients.V2, deps);
  const contextFor = createV2ContextReader(clients, deps);

  return {
    authenticate: ({ signal } = {}) => clients.V2.signIn({ signal, retryPolicy }),

    readAttributes: async ({ signal } = {}) => {
      const context = await contextFor(signal);
      const { granted } = context;
      return granted ? adaptAttributes(granted, context) : readSeenAttributes({ api, context, signal });
    },

    readMissingRights: async ({ signal } = {}) => (await contextFor(signal)).missingRights,

    readEmployees: (options = {}) => readEmployees({ api, time }, contextFor, options),

    readEmployee: async (id, { signal } = {}) => {
      const person = isRecordId(id) ? await api.readPerson(id, signal) : null;
      if (!person) return null;
      return toEmployee(person, await api.readEmployment(person, signal), await contextFor(signal));
    },
  };
}

async function* readEmployees(
  { api, time }: Pick<Reading, "api" | "time">,
  contextFor: (signal: AbortSignal) => Promise<V2Context>,
  { signal, prefetch = true, updatedSince, attributes }: ReadEmployeesOptions,
): AsyncGenerator<EmployeePage, void, undefined> {
  const consumerLeft = new AbortController();
  const combinedSignal = signal ? AbortSignal.any([signal, consumerLeft.signal]) : consumerLeft.signal;
  try {
    const context = await contextFor(combinedSignal);
    const persons = api.listPersons({ updatedSince, signal: combinedSignal });
    const pages = withEmployments(prefetch ? readAhead(persons) : persons, {
      api,
      context,
      time,
      kept: attributes,
      signal: combinedSignal,
    });
    yield* prefetch ? readAhead(pages) : pages;
  } finally {
    // The consumer may leave after any page; requests for later pages must stop then.
    consumerLeft.abort();
  }
}

type Reading = RecordReading & { readonly time: Pick<Time, "now"> };

type RecordReading = {
  readonly api: PersonsApi;
  readonly context: V2Context;
  /** The attributes to keep, by key; all if left out. */
  readonly kept?: ReadonlySet<string> | undefined;
  readonly signal: AbortSignal | undefined;
};

async function* withEmployments(
  pages: AsyncIterable<PersonsPage>,
  reading: Reading,
): AsyncGenerator<EmployeePage, void, undefined> {
  const mayPass = createPatience(reading.time);
  for await (const { persons, nameless } of pages) {
    const read = await readAllOf(persons, reading, mayPass);
    const doubt = nameless > 0 ? { doubt: `${nameless} records had no readable id` } : {};
    yield { total: null, ...read, ...doubt };
  }
}

/** Whether a read may go on after an employment failed that was requested at that time. */
type MayPass = (requestedAt: number, reason: unknown) => reason is ActionableError;

function createPatience({ now }: Pick<Time, "now">): MayPass {
  let slowFailures = 0;
  return (requestedAt, reason): reason is ActionableError => {
    if (!isAboutOneRecord(reason)) return false;
    if (now() - requestedAt >= SLOW_MS) slowFailures += 1;
    return slowFailures <= SLOW_FAILURES_MAX;
  };
}

/**
 * The employees, and the people whose employment is unreadable; those do not block the others. If none is
 * readable, or too many fail slowly, that looks like an outage or a missing right, and the error is thrown.
 */
async function readAllOf(
  persons: readonly Person[],
  reading: Reading,
  mayPass: MayPass,
): Promise<{ readonly employees: readonly Employee[]; readonly unread: readonly UnreadEmployee[] }> {
  const unread: UnreadEmployee[] = [];
  const employees = await inParallel(
    persons,
    { concurrency: EMPLOYMENTS_AT_ONCE, signal: reading.signal },
    (person, itemSignal) => {
      const requestedAt = reading.time.now();
      return readOne(person, reading, itemSignal).catch((reason: unknown) => {
        if (itemSignal.aborted || !mayPass(requestedAt, reason)) throw reason;
        unread.push({ id: person.id, reason });
        return null;
      });
    },
  );
  // If none is readable, the cause is not a single record.
  const [first] = unread;
  if (first && unread.length === persons.length && persons.length > 1) throw first.reason;
  return { employees: employees.filter((employee) => employee !== null), unread };
}

const readOne = async (
  person: Person,
  { api, context, kept }: RecordReading,
  signal: AbortSignal,
): Promise<Employee> => {
  const employee = toEmployee(person, await api.readEmployment(person, signal), context);
  return kept ? pickAttributes(employee, kept) : employee;
};

const toEmployees = (persons: readonly Person[], reading: RecordReading): Promise<Employee[]> =>
  inParallel(persons, { concurrency: EMPLOYMENTS_AT_ONCE, signal: reading.signal }, (person, itemSignal) =>
    readOne(person, reading, itemSignal),
  );

const pickAttributes = ({ id, attributes }: Employee, kept: ReadonlySet<string>): Employee => ({
  id,
  attributes: Object.fromEntries(Object.entries(attributes).filter(([key]) => key === "id" || kept.has(key))),
});

async function readSeenAttributes({ api, context, signal }: RecordReading): Promise<readonly Attribute[]> {
  const persons = await api.readFirstPersons(signal);
  if (persons.length === 0) throw noEmployeesError();
  const employees = await toEmployees(persons.slice(0, SAMPLE_SIZE), { api, context, signal });
  return seenAttributes(persons, employees);
}

/** An empty list would mean that the credential may read no attribute. */
const noEmployeesError = (): ActionableError =>
  new ActionableError(
    "PERSONIO_SNAPSHOT_EMPTY",
    "Personio returned no people at all, so we cannot find out which attributes the credential may read.",
    "Check in Personio that the credential may read people (Persons: Read) and that the account has some.",
  );

/**
 * Whether a failed read of one record may concern that record alone. A refused credential or a rate limit
 * does not.
 */
const isAboutOneRecord = (error: unknown): error is ActionableError =>
  error instanceof ActionableError &&
  error.code !== "PERSONIO_CREDENTIALS_INVALID" &&
  error.code !== "PERSONIO_RATE_LIMITED";
