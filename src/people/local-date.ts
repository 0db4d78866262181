import { GraphQLScalarType } from "graphql";
import { GraphQLLocalDate } from "graphql-scalars";

/**
 * The LocalDate of graphql-scalars: it checks input. Output was checked when it was stored, and a second
 * check would be among the most expensive parts of a page.
 */
export const LocalDate = new GraphQLScalarType<string, string>({
  ...GraphQLLocalDate.toConfig(),
  serialize: (value) => String(value),
});
