import { type GraphQLObjectType, type GraphQLSchema, getNamedType, isObjectType } from "graphql";
import { isKept } from "../../../src/graphql/kept-fields.ts";

/** Deep enough to reach every kept type from each root. */
const DEPTH = 3;

/** Selects each kept field of a type, and of the types that it leads to. */
function selectKept(type: GraphQLObjectType, depth: number): string {
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const returned = getNamedType(field.type);
    if (!isKept(field)) return [];
    if (!isObjectType(returned)) return [field.name];
    return depth === 0 ? [] : [`${field.name} ${selectKept(returned, depth - 1)}`];
  });
  return `{ __typename ${fields.join(" ")} }`;
}

/** Pages of three people: at depth, the cost of fifty exceeds the limit. */
const FILTERS = [
  "first: 3",
  'first: 3, filter: { search: "a" }',
  'first: 3, filter: { personioIds: ["1"], workEmails: ["a@example.com"] }, orderBy: { field: HIRE_DATE, direction: ASC }',
  "first: 3, orderBy: { field: DEPARTMENT, direction: ASC }",
  "first: 3, orderBy: { field: OFFICE, direction: DESC }",
  "first: 3, skip: 2, orderBy: { field: POSITION, direction: ASC }",
  "first: 3, filter: { hasSupervisor: true }, orderBy: { field: STATUS, direction: DESC }",
];

/** Queries that together select every kept field of the schema, by all ways to an object. */
export function queriesOfKeptFields(schema: GraphQLSchema, ids: Readonly<Record<string, string>>): string[] {
  const query = schema.getQueryType();
  return Object.values(query?.getFields() ?? {})
    .filter(isKept)
    .flatMap(({ name, type }) => {
      const returned = getNamedType(type);
      if (name === "_entities")
        return Object.keys(ids).map((typename) => {
          const entity = schema.getType(typename) as GraphQLObjectType;
          const representation = `{ __typename: "${typename}", id: "${ids[typename]}" }`;
          return `{ _entities(representations: [${representation}]) { ... on ${typename} ${selectKept(entity, 1)} } }`;
        });
      if (!isObjectType(returned)) return [`{ ${name} }`];
      const depth = name === "people" ? DEPTH : 1;
      const id = ids[returned.name];
      const takesId = !name.endsWith("s") && name !== "people" && name !== "orgTree";
      const argumentLists =
        name === "people" ? FILTERS.map((list) => `(${list})`) : takesId ? [`(id: "${id}")`] : [""];
      return argumentLists.map((list) => `{ ${name}${list} ${selectKept(returned, depth)} }`);
    })
    .map((text) => text.replaceAll(/\b(directReports|people) \{/g, "$1(first: 3) {"));
}
