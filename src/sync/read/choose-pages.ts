import { ActionableError } from "../../errors.ts";
import type { EmployeePage, PersonioAccount } from "../../personio/employee.ts";
import type { SyncMode } from "../runs/sync-run.ts";
import { asUnreadable } from "./as-unreadable.ts";

/**
 * How far before the last success an incremental read begins. Personio does not say in which zone it takes the moment we give
 * (VERIFY(personio): any of UTC-12 to UTC+14), and reading somebody twice is harmless: what counts is the content.
 */
const OVERLAP_MS = 28 * 60 * 60_000;

/** So many records that cannot be read look like an outage. Each may have been waited for as long as a run waits for a page. */
const UNREADABLE_MAX = 3;

export type PagesWanted = {
  readonly mode: SyncMode;
  /** When the run began that the directory is as old as. */
  readonly lastSucceededAt: Date | null;
  /** Whom webhooks have named, where this run is for them alone. */
  readonly named: readonly string[] | null;
  /** One of them could not be read. */
  readonly onUnreadable: (personioId: string) => Promise<void>;
  /** What the run has a use for. */
  readonly attributes: ReadonlySet<string>;
  readonly signal: AbortSignal;
};

/** Of those who were named, who could not be read, and whom the run did not come to after that. */
export type Unread = {
  readonly failed: string[];
  readonly untried: string[];
  reason: ActionableError | null;
};

export type ChosenPages = {
  readonly pages: AsyncIterable<EmployeePage>;
  readonly partial: boolean;
  /** Known when the pages have been read. */
  readonly unread: Unread;
};

export const readsEverybody = ({
  mode,
  lastSucceededAt,
  named,
}: Pick<PagesWanted, "mode" | "lastSucceededAt" | "named">): boolean =>
  !named && (mode === "FULL" || !lastSucceededAt);

/** What a run of this mode reads. */
export function choosePages(account: PersonioAccount, wanted: PagesWanted): ChosenPages {
  const { lastSucceededAt, named, attributes, signal } = wanted;
  const unread: Unread = { failed: [], untried: [], reason: null };
  if (named) return { pages: readNamed(account, named, wanted, unread), partial: true, unread };
  if (!lastSucceededAt || readsEverybody(wanted)) return chooseAllPages(account, wanted);
  const updatedSince = new Date(lastSucceededAt.getTime() - OVERLAP_MS);
  return { pages: account.readEmployees({ signal, attributes, updatedSince }), partial: true, unread };
}

/** What reads everybody: a full run, and the preview of the setup. */
export const chooseAllPages = (
  account: PersonioAccount,
  { attributes, signal }: Pick<PagesWanted, "attributes" | "signal">,
): ChosenPages => ({
  pages: account.readEmployees({ signal, attributes }),
  partial: false,
  unread: { failed: [], untried: [], reason: null },
});

/**
 * One by one, so that a record which cannot be read keeps nobody else's change out. When none can, that is the error. Whose record is
 * gone is for full runs to judge, which see who is missing.
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
  if (unread.reason && unread.failed.length + unread.untried.length === ids.length) throw unread.reason;
}
