import type { EmployeePage, PersonioAccount } from "../../personio/employee.ts";
import type { SyncMode } from "../../runs/sync-run.ts";

/**
 * How far before the last success an incremental read begins. Personio does not say in which zone it takes the moment we give
 * (VERIFY(personio): any of UTC-12 to UTC+14), and reading somebody twice is harmless: what counts is the content.
 */
const OVERLAP_MS = 28 * 60 * 60_000;

export type PagesWanted = {
  readonly mode: SyncMode;
  /** When the run began that the directory is as old as. */
  readonly lastSucceededAt: Date | null;
  /** Whom webhooks have named, where this run is for them alone. */
  readonly named: readonly string[] | null;
  /** What the run has a use for. */
  readonly attributes: ReadonlySet<string>;
  readonly signal: AbortSignal;
};

export type ChosenPages = { readonly pages: AsyncIterable<EmployeePage>; readonly partial: boolean };

/** What a run of this mode reads. */
export function choosePages(account: PersonioAccount, wanted: PagesWanted): ChosenPages {
  const { mode, lastSucceededAt, named, attributes, signal } = wanted;
  if (named) return { pages: readNamed(account, named, signal), partial: true };
  if (mode === "FULL" || !lastSucceededAt)
    return { pages: account.readEmployees({ signal, attributes }), partial: false };
  const updatedSince = new Date(lastSucceededAt.getTime() - OVERLAP_MS);
  return { pages: account.readEmployees({ signal, attributes, updatedSince }), partial: true };
}

/** One by one. Whose record is gone is for full runs to judge, which see who is missing. */
async function* readNamed(
  account: PersonioAccount,
  ids: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<EmployeePage> {
  for (const id of ids) {
    const employee = await account.readEmployee(id, { signal });
    yield { total: ids.length, employees: employee ? [employee] : [] };
  }
}
