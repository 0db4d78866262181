import { GraphQLScalarType } from "graphql";
import { GraphQLLocalDate } from "graphql-scalars";

/**
 * The LocalDate of graphql-scalars: it checks what comes in. What goes out was checked when it was stored, and to check it again
 * would be among the dearest parts of a page.
 */
export const LocalDate = new GraphQLScalarType<string, string>({
  ...GraphQLLocalDate.toConfig(),
  serialize: (value) => String(value),
});
