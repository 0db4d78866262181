import { graphql } from "../graph/operation.ts";

/** The name for an id, such as one in an address. */
export const PERSON_NAME = graphql(`
  query ConsolePersonName($id: ID!) {
    person(id: $id) {
      id
      displayName
    }
  }
`);
