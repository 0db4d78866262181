import { ActionableError } from "../../errors.ts";
import type { EmployeePage, FindKnown, PersonioAccount } from "../../personio/employee.ts";
import type { SyncMode } from "../runs/sync-run.ts";
import { asUnreadable } from "./as-unreadable.ts";

/**
 * How far before the last success an incremental read begins. Personio does not document the time zone of its
 * filter (VERIFY(personio): any of UTC-12 to UTC+14). Reading a person twice is harmless: only the content
 * counts.
 */
const OVERLAP_MS = 28 * 60 * 60_000;

/**
 * This many unreadable records look like an outage: each may have taken as long as a run waits for a page.
 */
const UNREADABLE_MAX = 3;

export type PagesWanted = {
  readonly mode: SyncMode;
  /** The start of the last successful read. */
  readonly lastSucceededAt: Date | null;
  /** The people named by webhooks, if the run reads only them. */
  readonly named: readonly string[] | null;
  /** Called for each person whose record could not be read. */
  readonly onUnreadable: (personioId: string) => Promise<void>;
  /** The attributes that the run uses. */
  readonly attributes: ReadonlySet<string>;
  /** Finds the records that need no translation; undefined to translate all. */
  readonly findKnown?: FindKnown | undefined;
  readonly signal: AbortSignal;
};

/** The named people that the run failed to read, and those that it did not reach after that. */
export type Unread = {
  readonly failed: string[];
  readonly untried: string[];
  reason: ActionableError | null;
};

export type ChosenPages = {
  readonly pages: AsyncIterable<EmployeePage>;
  readonly partial: boolean;
  /** Filled while the pages are read. */
  readonly unread: Unread;
};

export const readsWholeCompany = ({
  mode,
  lastSucceededAt,
  named,
}: Pick<PagesWanted, "mode" | "lastSucceededAt" | "named">): boolean =>
  !named && (mode === "FULL" || !lastSucceededAt);

/** The pages that a run of this mode reads. */
export function choosePages(account: PersonioAccount, wanted: PagesWanted): ChosenPages {
  const { lastSucceededAt, named, attributes, findKnown, signal } = wanted;
  const unread: Unread = { failed: [], untried: [], reason: null };
  if (named) return { pages: readNamed(account, named, wanted, unread), partial: true, unread };
  if (!lastSucceededAt || readsWholeCompany(wanted)) return chooseAllPages(account, wanted);
  const updatedSince = new Date(lastSucceededAt.getTime() - OVERLAP_MS);
  return {
    pages: account.readEmployees({ signal, attributes, findKnown, updatedSince }),
    partial: true,
    unread,
  };
}

/** All pages: for a full run, and for the preview of the setup. */
export const chooseAllPages = (
  account: PersonioAccount,
  { attributes, findKnown, signal }: Pick<PagesWanted, "attributes" | "findKnown" | "signal">,
): ChosenPages => ({
  pages: account.readEmployees({ signal, attributes, findKnown }),
  partial: false,
  unread: { failed: [], untried: [], reason: null },
});

/**
 * Reads people one by one, so that an unreadable record does not block other changes. If no record can be
 * read, the run fails with the first error. A missing record changes nothing here: only full runs judge
 * missing people.
 */
async function* readNamed(
  account: PersonioAccount,
  ids: readonly string[],
  { signal, onUnreadable }: Pick<PagesWanted, "signal" | "onUnreadable">,
  unread: Unread,
): AsyncGenerator<EmployeePage> {
  for (const [index, id] of ids.entries()) {
    if (unread.failed.length === UNREADABLE_MAX) {
      unread.untried.push(...ids.slice(index));
      break;
    }
    const employee = await account.readEmployee(id, { signal }).catch(asUnreadable(signal));
    if (employee instanceof ActionableError) {
      await onUnreadable(id);
      unread.failed.push(id);
      unread.reason ??= employee;
    } else yield { total: ids.length, employees: employee ? [employee] : [] };
  }
  if (unread.reason && unread.failed.length + unread.untried.length === ids.length)
    throw ofRecords(unread.reason);
}

/** The run has just read what the credential may read: a refused record is about that record. */
const ofRecords = (reason: ActionableError): ActionableError =>
  reason.code === "PERSONIO_ACCESS_MISSING"
    ? new ActionableError("PERSONIO_RECORD_UNREADABLE", reason.message, reason.help)
    : reason;
