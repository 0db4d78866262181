import type { ConsoleRunQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";

/** A run, with the numbers of its plan while it waits for a decision. */
export const RUN = graphql(`
  query ConsoleRun($id: ID!) {
    syncRun(id: $id) {
      id
      mode
      trigger
      status
      queuedAt
      startedAt
      finishedAt
      employeesRead
      employeesTotal
      added
      changed
      unchanged
      left
      skipped
      problem {
        code
        message
        help
        parameters
      }
      planSummary {
        adds
        changes
        leaves
        fields {
          field
          people
          cleared
        }
      }
    }
    personioIntegration {
      id
      attributes {
        key
        label
      }
      heldRun {
        id
        status
      }
    }
    peopleSettings {
      leaverGuardPeople
      leaverGuardPercent
    }
  }
`);

export type ShownRun = NonNullable<ConsoleRunQuery["syncRun"]>;
export type Summary = NonNullable<ShownRun["planSummary"]>;
export type Guard = ConsoleRunQuery["peopleSettings"];
