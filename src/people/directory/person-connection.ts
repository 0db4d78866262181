import { READ_SCOPE } from "../../access/viewer.ts";
import { createConnectionType } from "../../request/connection.ts";
import { Person } from "../person.ts";

export const PersonConnection = createConnectionType({
  name: "Person",
  node: () => Person,
  entry: "person",
  entries: "people",
  scope: READ_SCOPE,
});
