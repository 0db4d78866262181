import type { LogEventFragment } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import "./person-of-row.tsx";

graphql(`
  fragment LogEvent on LifecycleEvent {
    id
    cursor
    kind
    personId
    occursOn
    offsetDays
    years
    changedFields
    late
    change
    supersedes
    emittedAt
    supersededEvent {
      id
      kind
      occursOn
    }
    person {
      ...PersonOfRow
    }
  }
`);

export const EVENTS = graphql(`
  query ConsoleEvents(
    $kinds: [LifecycleEventKind!]
    $departmentIds: [ID!]
    $officeIds: [ID!]
    $personIds: [ID!]
    $after: String
  ) {
    lifecycleEvents(
      order: DESC
      first: 50
      kinds: $kinds
      departmentIds: $departmentIds
      officeIds: $officeIds
      personIds: $personIds
      after: $after
    ) {
      nodes {
        ...LogEvent
      }
      pageInfo {
        hasNextPage
        startCursor
        endCursor
      }
    }
  }
`);

export const NEWS = graphql(`
  subscription ConsoleEventNews(
    $kinds: [LifecycleEventKind!]
    $departmentIds: [ID!]
    $officeIds: [ID!]
    $after: String
  ) {
    lifecycleEvent(kinds: $kinds, departmentIds: $departmentIds, officeIds: $officeIds, after: $after) {
      ...LogEvent
    }
  }
`);

export type LogEvent = LogEventFragment;
