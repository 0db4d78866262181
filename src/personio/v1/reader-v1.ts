import type { PersonioAccount } from "../employee.ts";
import type { PersonioRequest } from "../http/exchange.ts";
import { valueOrThrow } from "../http/fault.ts";
import type { Lines } from "../http/lines.ts";
import type { CallOptions } from "../http/persist.ts";
import { isRecordId } from "../http/record-id.ts";
import type { Patience } from "../http/retry-after.ts";
import { attributesAnswer } from "./parse-attributes.ts";
import { employeeAnswer, employeesAnswer } from "./parse-employees.ts";
import { PAGE_SIZE, readEmployees } from "./read-employees.ts";

/** What a version of the API must be able to do. */
export type EmployeeReader = Pick<
  PersonioAccount,
  "authenticate" | "readAttributes" | "readMissingRights" | "readEmployees" | "readEmployee"
>;

const PATH = "/v1/company/employees";

/** Also asked for by version 2, which has no such list. */
export const attributesRequest: PersonioRequest = { method: "GET", path: `${PATH}/attributes` };

export const employeesRequest = (query: NonNullable<PersonioRequest["query"]>): PersonioRequest => ({
  method: "GET",
  path: PATH,
  query,
});

export const createReaderV1 = (
  { V1: line }: Pick<Lines, "V1">,
  { patience }: { readonly patience: Patience },
): EmployeeReader => ({
  authenticate: ({ signal } = {}) => line.signIn({ signal, patience }),

  readAttributes: async ({ signal } = {}) =>
    valueOrThrow(await line.ask(attributesRequest, attributesAnswer, { signal, patience })),

  // One answer holds all there is of somebody.
  readMissingRights: async () => [],

  readEmployees: ({ signal, prefetch = true, updatedSince, attributes } = {}) => {
    const answer = employeesAnswer(attributes);
    return readEmployees(
      async (offset, pageSignal) => {
        const request = employeesRequest({ limit: PAGE_SIZE, offset, ...sinceOf(updatedSince) });
        return valueOrThrow(await line.ask(request, answer, { signal: pageSignal, patience }));
      },
      {
        signal,
        prefetch,
        sinking: updatedSince !== undefined,
        pageSize: () => line.limitOf(PATH, PAGE_SIZE),
        giveUp: (finding) => line.giveUp(`GET ${PATH}`, finding),
      },
    );
  },

  readEmployee: (id, { signal } = {}) => readEmployee(id, line, { signal, patience }),
});

/** Without a zone, which is how the documentation writes it: Personio did not answer those who asked for the zone. */
// VERIFY(personio): the zone. We send UTC; if the company's is meant, a day of overlap is on the safe side everywhere.
const sinceOf = (updatedSince: Date | undefined): { updated_since?: string } =>
  updatedSince ? { updated_since: updatedSince.toISOString().slice(0, "YYYY-MM-DDThh:mm:ss".length) } : {};

/** Somebody else's record in place of the one asked for must not be taken for it. */
const ANOTHER_RECORD = "expected the requested record";

const isRecordOf =
  (asked: string) =>
  ({ id }: { readonly id: string }): boolean =>
    id === asked;

async function readEmployee(id: string, line: Lines["V1"], call: CallOptions) {
  if (!isRecordId(id)) return null;
  const request = { method: "GET", path: `${PATH}/${id}`, route: `${PATH}/{id}` } as const;
  const outcome = await line.ask(request, employeeAnswer.refine(isRecordOf(id), ANOTHER_RECORD), call);
  return !outcome.ok && outcome.fault.problem === "RECORD_MISSING" ? null : valueOrThrow(outcome);
}
