import { ActionableError } from "../../errors.ts";
import type { Attribute, Employee, EmployeePage, ReadEmployeesOptions, UnreadEmployee } from "../employee.ts";
import type { ApiClients } from "../http/api-clients.ts";
import { errorOf, type Failure, isRetryable, valueOrThrow } from "../http/failure.ts";
import { inParallel } from "../http/in-parallel.ts";
import { readAhead } from "../http/read-ahead.ts";
import { isRecordId } from "../http/record-id.ts";
import type { RetryPolicy } from "../http/retry-after.ts";
import type { Time } from "../http/time.ts";
import type { EmployeeReader } from "../v1/reader-v1.ts";
import { adaptAttributes, seenAttributes } from "./attributes-v2.ts";
import type { Fields, Person, PersonsPage } from "./parse-persons.ts";
import { createPersonsApi, type PersonsApi } from "./persons-api.ts";
import { toEmployee } from "./to-employee.ts";
import { createV2ContextReader, type LoadedV2Context, type V2Context } from "./v2-context.ts";

/**
 * Employments that are read at the same time. At 24 requests a second (80 % of Personio's 30), this is enough
 * for responses that take a second.
 */
const EMPLOYMENTS_AT_ONCE = 24;

/** More employments that fail after retries look like an outage. Each may take as long as a page to fail. */
const OUTAGES_MAX = 3;

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
  const { retryPolicy } = deps;
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

    readUnreadLists: async ({ signal } = {}) => (await contextFor(signal)).unreadLists,

    readEmployees: (options = {}) => readEmployees(api, contextFor, options),

    readEmployee: async (id, { signal } = {}) => {
      const person = isRecordId(id) ? await api.readPerson(id, signal) : null;
      if (!person) return null;
      const employment = valueOrThrow(await api.readEmployment(person, signal));
      return toEmployee(person, employment, await contextFor(signal));
    },
  };
}

async function* readEmployees(
  api: PersonsApi,
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
      kept: attributes,
      signal: combinedSignal,
    });
    yield* prefetch ? readAhead(pages) : pages;
  } finally {
    // The consumer may leave after any page; requests for later pages must stop then.
    consumerLeft.abort();
  }
}

type Reading = {
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
  const mayPass = createOutageLimit();
  let hasRead = false;
  for await (const { persons, nameless } of pages) {
    const read = await readAllOf(persons, reading, mayPass);
    hasRead ||= read.employees.length > 0;
    // If none is readable, the cause is not a single record.
    if (!hasRead && read.unread.length > 1) throw read.unread[0]?.reason;
    const doubt = nameless > 0 ? { doubt: `${nameless} records had no readable id` } : {};
    yield { total: null, ...read, ...doubt };
  }
}

/** Whether a read may go on after an employment could not be read. */
type MayPass = (failure: Failure) => boolean;

/**
 * A refusal or an odd answer may concern one record, and comes at once. A refused credential or a rate limit
 * concerns all of them, and failures that outlast their retries look like an outage.
 */
function createOutageLimit(): MayPass {
  let outages = 0;
  return (failure) => {
    if (failure.kind === "RATE_LIMITED" || failure.kind === "CREDENTIALS_REFUSED") return false;
    if (isRetryable(failure)) outages += 1;
    return outages <= OUTAGES_MAX;
  };
}

/**
 * The employees, and the people whose employment is unreadable; those do not block the others. Throws the
 * error of the first one that may not pass.
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
    async (person, itemSignal) => {
      const employment = await reading.api.readEmployment(person, itemSignal);
      if (employment.ok) return employeeOf(person, employment.value, reading);
      const reason = errorOf(employment.failure);
      if (!mayPass(employment.failure)) throw reason;
      unread.push({ id: person.id, reason });
      return null;
    },
  );
  return { employees: employees.filter((employee) => employee !== null), unread };
}

function employeeOf(person: Person, employment: Fields | null, { context, kept }: Reading): Employee {
  const employee = toEmployee(person, employment, context);
  return kept ? pickAttributes(employee, kept) : employee;
}

const toEmployees = (persons: readonly Person[], reading: Reading): Promise<Employee[]> =>
  inParallel(
    persons,
    { concurrency: EMPLOYMENTS_AT_ONCE, signal: reading.signal },
    async (person, itemSignal) =>
      employeeOf(person, valueOrThrow(await reading.api.readEmployment(person, itemSignal)), reading),
  );

const pickAttributes = ({ id, attributes }: Employee, kept: ReadonlySet<string>): Employee => ({
  id,
  attributes: Object.fromEntries(Object.entries(attributes).filter(([key]) => key === "id" || kept.has(key))),
});

async function readSeenAttributes({
  api,
  context,
  signal,
}: Reading & { readonly context: LoadedV2Context }): Promise<readonly Attribute[]> {
  const persons = await api.readFirstPersons(signal);
  if (persons.length === 0) throw noEmployeesError();
  const employees = await toEmployees(persons.slice(0, SAMPLE_SIZE), { api, context, signal });
  return seenAttributes({ persons, employees, unreadLists: context.unreadLists });
}

/** An empty list would mean that the credential may read no attribute. */
const noEmployeesError = (): ActionableError =>
  new ActionableError(
    "PERSONIO_SNAPSHOT_EMPTY",
    "Personio returned no people at all, so we cannot find out which attributes the credential may read.",
    "Check in Personio that the credential may read people (Persons: Read) and that the account has some.",
  );
