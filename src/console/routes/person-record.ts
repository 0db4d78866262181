import type { ConsolePersonQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";

export const PERSON = graphql(`
  query ConsolePerson($id: ID!, $hr: Boolean!, $sensitive: Boolean!, $admin: Boolean!, $preHire: Boolean!) {
    person(id: $id) {
      id
      displayName
      firstName
      lastName
      position
      status
      isPreHire @include(if: $preHire)
      workEmail
      employeeId
      personioId
      employmentType
      team
      subCompany
      costCenter
      hireDate
      originalHireDate
      department {
        id
        name
      }
      office {
        id
        name
        timeZone
      }
      legalEntity {
        id
        name
      }
      reportingChain {
        id
        displayName
        position
      }
      directReports(first: 50) {
        totalCount
        nodes {
          id
          displayName
          position
          status
          isPreHire @include(if: $preHire)
        }
      }
      customAttributes {
        key
        label
        type
        value
      }
      probationEndDate @include(if: $hr)
      contractEndDate @include(if: $hr)
      terminationDate @include(if: $hr)
      birthday @include(if: $hr)
      dateOfBirth @include(if: $sensitive)
      fieldSources @include(if: $admin) {
        field
        source
        since
        other
      }
    }
  }
`);

/** With what the viewer asked for: fields of other scopes are absent. */
export type PersonRecord = NonNullable<ConsolePersonQuery["person"]>;
