import type { ConsolePersonQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import "./person-facts.tsx";

export const PERSON = graphql(`
  query ConsolePerson(
    $id: ID!
    $hr: Boolean!
    $sensitive: Boolean!
    $admin: Boolean!
    $preHire: Boolean!
    $line: Boolean!
  ) {
    person(id: $id) {
      id
      displayName
      position
      status
      isPreHire @include(if: $preHire)
      workEmail
      personioId
      hireDate
      office {
        timeZone
      }
      ...PersonFacts
      reportingChain @include(if: $line) {
        id
        displayName
        position
      }
      directReports(first: 50) @include(if: $line) {
        totalCount
        nodes {
          id
          displayName
          position
          status
          isPreHire @include(if: $preHire)
        }
      }
      fieldSources @include(if: $admin) {
        field
        source
        since
        other
      }
    }
  }
`);

/** A person with the fields that the query asked for. Fields of scopes that the viewer lacks are absent. */
export type PersonRecord = NonNullable<ConsolePersonQuery["person"]>;
