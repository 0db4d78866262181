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
  readonly signal: AbortSignal;
};

export type ChosenPages = { readonly pages: AsyncIterable<EmployeePage>; readonly partial: boolean };

/** What a run of this mode reads. */
export function choosePages(account: PersonioAccount, wanted: PagesWanted): ChosenPages {
  const { mode, lastSucceededAt, signal } = wanted;
  if (mode === "FULL" || !lastSucceededAt)
    return { pages: account.readEmployees({ signal }), partial: false };
  const updatedSince = new Date(lastSucceededAt.getTime() - OVERLAP_MS);
  return { pages: account.readEmployees({ signal, updatedSince }), partial: true };
}
