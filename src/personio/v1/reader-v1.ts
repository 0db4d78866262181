import type { PersonioAccount } from "../employee.ts";
import type { ApiClients } from "../http/api-clients.ts";
import { valueOrThrow } from "../http/failure.ts";
import { isRecordId } from "../http/record-id.ts";
import type { CallOptions } from "../http/retry.ts";
import type { RetryPolicy } from "../http/retry-after.ts";
import type { PersonioRequest } from "../http/send-request.ts";
import { cutPage } from "./cut-page.ts";
import { attributesResponse } from "./parse-attributes.ts";
import { employeeResponse, employeesResponse, parseUnknown } from "./parse-employees.ts";
import { PAGE_SIZE, readEmployees } from "./read-employees.ts";

/** What each version of the API must provide. */
export type EmployeeReader = Pick<
  PersonioAccount,
  | "authenticate"
  | "readAttributes"
  | "readMissingRights"
  | "readUnreadLists"
  | "readEmployees"
  | "readEmployee"
>;

const PATH = "/v1/company/employees";

/** Version 2 uses it too, because it has no such list. */
export const attributesRequest: PersonioRequest = { method: "GET", path: `${PATH}/attributes` };

export const employeesRequest = (query: NonNullable<PersonioRequest["query"]>): PersonioRequest => ({
  method: "GET",
  path: PATH,
  query,
});

export const createReaderV1 = (
  { V1: client }: Pick<ApiClients, "V1">,
  { retryPolicy }: { readonly retryPolicy: RetryPolicy },
): EmployeeReader => ({
  authenticate: ({ signal } = {}) => client.signIn({ signal, retryPolicy }),

  readAttributes: async ({ signal } = {}) =>
    valueOrThrow(await client.request(attributesRequest, attributesResponse, { signal, retryPolicy })),

  // Version 1 has every attribute in one response.
  readMissingRights: async () => [],
  readUnreadLists: async () => [],

  readEmployees: ({ signal, prefetch = true, updatedSince, attributes, findKnown } = {}) => {
    const schema = employeesResponse(attributes);
    return readEmployees(
      async (offset, pageSignal) => {
        const request = employeesRequest({ limit: PAGE_SIZE, offset, ...sinceOf(updatedSince) });
        const ask = async (parse: Pick<PersonioRequest, "parse"> = {}) =>
          valueOrThrow(
            await client.request({ ...request, ...parse }, schema, { signal: pageSignal, retryPolicy }),
          );
        if (!findKnown) return ask();
        // A page that cannot be cut is read once more, as a whole: that has its own retries and errors.
        return (await parseUnknown(await ask({ parse: cutPage }), findKnown, attributes)) ?? ask();
      },
      {
        signal,
        prefetch,
        sinking: updatedSince !== undefined,
        pageSize: () => client.limitOf(PATH, PAGE_SIZE),
        listError: (details) => client.listError(`GET ${PATH}`, details),
      },
    );
  },

  readEmployee: (id, { signal } = {}) => readEmployee(id, client, { signal, retryPolicy }),
});

/** Without a zone, as in the documentation: Personio did not answer when integrators asked for the zone. */
// VERIFY(personio): the zone. We send UTC; if the company's is meant, a day of overlap is enough everywhere.
const sinceOf = (updatedSince: Date | undefined): { updated_since?: string } =>
  updatedSince ? { updated_since: updatedSince.toISOString().slice(0, "YYYY-MM-DDThh:mm:ss".length) } : {};

/** A response with another person's record must not pass for the requested one. */
const ANOTHER_RECORD = "expected the requested record";

const isRecordOf =
  (asked: string) =>
  ({ id }: { readonly id: string }): boolean =>
    id === asked;

async function readEmployee(id: string, client: ApiClients["V1"], call: CallOptions) {
  if (!isRecordId(id)) return null;
  const request = { method: "GET", path: `${PATH}/${id}`, route: `${PATH}/{id}` } as const;
  const result = await client.request(request, employeeResponse.refine(isRecordOf(id), ANOTHER_RECORD), call);
  return !result.ok && result.failure.httpError === "RECORD_MISSING" ? null : valueOrThrow(result);
}
