import { gql } from "urql";
import type { graphql as TypedGraphql } from "#graph/gql";

/**
 * An operation of a screen, typed from the published schema. The types come from the build; at runtime it is
 * the text alone. Write it as one template without expressions.
 */
export const graphql = ((text: string) => gql(text)) as typeof TypedGraphql;
