import { z } from "zod";
import type { ApiClient } from "../http/api-client.ts";
import { cursorPages, type ListPage, listOf } from "../http/cursor-pages.ts";
import { type Result, valueOrThrow } from "../http/failure.ts";
import type { RetryPolicy } from "../http/retry-after.ts";
import type { PersonioRequest } from "../http/send-request.ts";
import {
  type Fields,
  newestEmployment,
  type Person,
  type PersonsPage,
  personResponse,
  readPersons,
} from "./parse-persons.ts";

export type PersonsApi = {
  listPersons(options: {
    readonly updatedSince: Date | undefined;
    readonly signal: AbortSignal;
  }): AsyncGenerator<PersonsPage, void, undefined>;
  /** One page, as a sample of people. */
  readFirstPersons(signal: AbortSignal | undefined): Promise<readonly Person[]>;
  /** `null` when there is no such person. */
  readPerson(id: string, signal: AbortSignal | undefined): Promise<Person | null>;
  /** The newest employment; `null` for a person without one, or one deleted since the list was read. */
  readEmployment(person: Person, signal: AbortSignal | undefined): Promise<Result<Fields | null>>;
};

const PATH = "/v2/persons";

/** Personio's maximum for persons and employments. */
const PAGE_SIZE = 50;

const DAY_MS = 24 * 60 * 60_000;

export const personsResponse = listOf(z.unknown());

export const personsRequest = (query: NonNullable<PersonioRequest["query"]>): PersonioRequest => ({
  method: "GET",
  path: PATH,
  query,
});

export const employmentRequest = (personId: string): PersonioRequest => ({
  method: "GET",
  path: `${PATH}/${personId}/employments`,
  route: `${PATH}/{id}/employments`,
  query: { limit: 1 },
});

export function createPersonsApi(
  client: ApiClient,
  { apiUrl, retryPolicy }: { readonly apiUrl: URL; readonly retryPolicy: RetryPolicy },
): PersonsApi {
  const askPage = (
    query: NonNullable<PersonioRequest["query"]>,
    signal: AbortSignal | undefined,
  ): Promise<Result<ListPage<unknown>>> =>
    client.request(personsRequest(query), personsResponse, { signal, retryPolicy });

  // VERIFY(personio): instants are documented, but an integrator found that only days work: then ask for a
  // day more.
  const askSince = async (since: Date, signal: AbortSignal): Promise<Result<ListPage<unknown>>> => {
    const byInstant = await askPage({ limit: PAGE_SIZE, "updated_at.gt": secondOf(since) }, signal);
    if (byInstant.ok || byInstant.failure.status !== 400) return byInstant;
    const dayBefore = new Date(since.getTime() - DAY_MS).toISOString().slice(0, "YYYY-MM-DD".length);
    return askPage({ limit: PAGE_SIZE, "updated_at.gt": dayBefore }, signal);
  };

  return {
    async *listPersons({ updatedSince, signal }) {
      const pages = cursorPages({
        apiUrl,
        listError: (details) => client.listError(`GET ${PATH}`, details),
        first: async () =>
          valueOrThrow(
            await (updatedSince ? askSince(updatedSince, signal) : askPage({ limit: PAGE_SIZE }, signal)),
          ),
        follow: async (query) => valueOrThrow(await askPage(query, signal)),
      });
      for await (const records of pages) yield readPersons(records);
    },

    readFirstPersons: async (signal) =>
      readPersons(valueOrThrow(await askPage({ limit: PAGE_SIZE }, signal)).records).persons,

    readPerson: async (id, signal) => {
      const request = { method: "GET", path: `${PATH}/${id}`, route: `${PATH}/{id}` } as const;
      const schema = personResponse.refine((person) => person.id === id, "expected the requested person");
      return valueOrThrow(foundIn(await client.request(request, schema, { signal, retryPolicy })));
    },

    readEmployment: async ({ id }, signal) =>
      foundIn(await client.request(employmentRequest(id), newestEmployment, { signal, retryPolicy })),
  };
}

/** In the documented form, without fractions of a second. Cutting them off requests more, not less. */
const secondOf = (instant: Date): string =>
  `${instant.toISOString().slice(0, "YYYY-MM-DDThh:mm:ss".length)}Z`;

/** Only Personio's own error for a missing record counts: any other 404 is from another server. */
const foundIn = <Value>(result: Result<Value>): Result<Value | null> =>
  !result.ok && result.failure.httpError === "RECORD_MISSING" ? { ok: true, value: null } : result;
