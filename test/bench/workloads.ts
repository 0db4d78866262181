import type { Graph } from "./graph.ts";

/** The same read for both sides, and how to find the same people in both responses. */
export type Workload = {
  readonly name: string;
  readonly title: string;
  readonly query: string;
  readonly variants: readonly Variant[];
  /** The people in the service's response, in the floor's format. */
  readonly peopleIn: (data: never) => readonly unknown[];
};

export type Variant = {
  /** The requests to the service. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The parameters of the floor's statement. */
  readonly parameters: readonly unknown[];
};

/** Enough variants that no connection of either side repeats a request in a row. */
const VARIANTS = 200;
const PAGE_SIZE = 50;
const ENTITIES = 100;

/** The requests of the three workloads, spread over the whole directory. */
export async function prepareWorkloads(graph: Graph): Promise<Workload[]> {
  const { ids, positions } = await walk(graph);
  const pages = spread(positions, VARIANTS).map(({ cursor, position }) => ({
    variables: { after: cursor },
    parameters: position,
  }));
  return [
    { ...DIRECTORY_PAGE, variants: pages },
    { ...REPORTING_CHAINS, variants: pages },
    { ...ENTITIES_OF_A_GATEWAY, variants: entityVariants(ids) },
  ];
}

const DIRECTORY_PAGE = {
  name: "directory-page",
  title: "a directory page: 50 people with department, office and supervisor",
  query: `query ($after: String) {
    people(first: ${PAGE_SIZE}, after: $after) {
      edges { node {
        id displayName workEmail position status hireDate
        department { id name } office { id name } supervisor { id displayName }
      } }
      pageInfo { hasNextPage endCursor }
    }
  }`,
  peopleIn: (data: PeopleAnswer) => data.people.edges.map(({ node }) => node),
};

const REPORTING_CHAINS = {
  name: "reporting-chains",
  title: "the reporting chains of 50 people",
  query: `query ($after: String) {
    people(first: ${PAGE_SIZE}, after: $after) {
      edges { node { id reportingChain { id displayName position } } }
    }
  }`,
  peopleIn: (data: PeopleAnswer) => data.people.edges.map(({ node }) => node),
};

const ENTITIES_OF_A_GATEWAY = {
  name: "entities",
  title: "_entities of 100 people",
  query: `query ($representations: [_Any!]!) {
    _entities(representations: $representations) {
      __typename ... on Person { id displayName workEmail position status hireDate }
    }
  }`,
  peopleIn: (data: { readonly _entities: readonly unknown[] }) => data._entities,
};

type PeopleAnswer = { readonly people: { readonly edges: readonly { readonly node: unknown }[] } };

type Position = { readonly cursor: string; readonly position: readonly string[] };

const WALK = `query ($after: String) {
  people(first: 100, after: $after) {
    edges { node { id lastName firstName } }
    pageInfo { hasNextPage endCursor }
  }
}`;
type WalkAnswer = {
  readonly people: {
    readonly edges: readonly { readonly node: { id: string; lastName: string; firstName: string } }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};

/** All ids, and the places with at least one more page after them. */
async function walk(graph: Graph): Promise<{ ids: string[]; positions: Position[] }> {
  const ids: string[] = [];
  const positions: Position[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { people }: WalkAnswer = await graph.ask<WalkAnswer>(WALK, { after });
    ids.push(...people.edges.map(({ node }) => node.id));
    const last = people.edges.at(-1)?.node;
    after = people.pageInfo.endCursor;
    more = people.pageInfo.hasNextPage;
    if (more && last && after) {
      positions.push({ cursor: after, position: [last.lastName, last.firstName, last.id] });
    }
  }
  return { ids, positions };
}

/** A small company has fewer sets of people that are different. */
const entityVariants = (ids: readonly string[]): Variant[] =>
  Array.from({ length: Math.min(VARIANTS, Math.ceil(ids.length / ENTITIES)) }, (_, turn) => {
    const wanted = spread(ids, ENTITIES, turn);
    return {
      variables: { representations: wanted.map((id) => ({ __typename: "Person", id })) },
      parameters: [wanted],
    };
  });

/** At most `count` entries at even distances. */
function spread<Entry>(entries: readonly Entry[], count: number, from = 0): Entry[] {
  const step = Math.max(1, Math.floor(entries.length / count));
  return Array.from(
    { length: Math.min(count, entries.length) },
    (_, turn) => entries[(from + turn * step) % entries.length]!,
  );
}
