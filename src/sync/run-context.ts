import type { Integration } from "../integration/integration.ts";
import type { PersonioAccount } from "../personio/employee.ts";
import type { PeopleSettings } from "../tenant/people-settings.ts";
import type { LookUps } from "./confirm/look-ups.ts";
import type { SyncRun } from "./runs/sync-run.ts";
import type { SyncDeps } from "./sync-deps.ts";

/** What a read of Personio works with, for a run or for the preview of the setup. */
export type ReadContext = {
  readonly tenantId: string;
  /**
   * Marks the rows that this read stages and plans, so a replaced worker cannot touch the rows of its
   * successor.
   */
  readonly readId: string;
  /** As it was when the read began. */
  readonly integration: Integration;
  readonly settings: PeopleSettings;
  readonly account: PersonioAccount;
  readonly lookUps: LookUps;
  readonly signal: AbortSignal;
  readonly deps: SyncDeps;
};

/** One attempt of a run: what each stage between the claim and the end of the run works with. */
export type RunContext = ReadContext & {
  readonly run: SyncRun;
  /** When the read began: later changes in Personio may not be in it. */
  readonly readAt: Date;
  /** The people named by webhooks, for a run that reads only them; null for a run that reads pages. */
  readonly named: readonly string[] | null;
  /** How often hidden values had been deleted when the attempt began. */
  readonly wipes: number;
};
