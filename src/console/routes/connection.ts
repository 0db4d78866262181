import type { ConsoleConnectionQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import "./ledger-entry.ts";

/** The account and its review: the steps of the setup share it, so that they never disagree. */
export const CONNECTION = graphql(`
  query ConsoleConnection {
    personioIntegration {
      id
      status
      clientId
      connectedAt
      lastSucceededAt
      syncEveryHours
      problem {
        code
        message
        help
        parameters
      }
      attributes {
        key
        label
        granted
        type
        neededFor
        missingHelp
        missingReason
        missingRight
        sample
      }
      fieldMapping {
        personField
        personioAttribute
      }
      preview {
        ready
        peopleCount
        skippedCount
        people {
          personioId
          displayName
          workEmail
          position
          department
          office
          supervisor
          status
        }
        skipped {
          ...LedgerEntry
        }
      }
    }
    peopleFields {
      name
      label
      required
      visible
    }
  }
`);

export type Integration = NonNullable<ConsoleConnectionQuery["personioIntegration"]>;
export type FieldRow = ConsoleConnectionQuery["peopleFields"][number];
