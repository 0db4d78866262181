import type { LedgerEntryFragment } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";

/** A row of the skip ledger, as every list of them shows it. */
graphql(`
  fragment LedgerEntry on SkippedEmployee {
    personioId
    name
    reason
    field
    cause
    parameters
    message
    help
    firstSeenAt
  }
`);

export type LedgerEntry = LedgerEntryFragment;
