import type { Graph } from "./graph.ts";

/** The same read for all sides. */
export type Workload = {
  readonly name: string;
  readonly title: string;
  /** The statement of the floors. */
  readonly floor: string;
  readonly query: string;
  /** The same in PostGraphile's schema, which has no counterpart of the others. */
  readonly peerQuery?: string;
  readonly variants: readonly Variant[];
  /** The people in the service's response, in the floor's format. */
  readonly peopleIn: (data: never) => readonly unknown[];
};

export type Variant = {
  /** The requests to the service. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The parameters of the floor's statement, as Postgres reads them. */
  readonly parameters: readonly string[];
};

/** More than the number of answers that the service keeps, so that no answer comes from its cache. */
const VARIANTS = 5_000;
/** One for each connection. */
const REPEATED = 16;
const PAGE_SIZE = 50;
const ENTITIES = 100;

/** The requests of all workloads, spread over the whole directory. */
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
    { ...DIRECTORY_PAGE, ...AGAIN, variants: spread(pages, REPEATED) },
  ];
}

const DIRECTORY_PAGE = {
  name: "page",
  title: "a directory page: 50 people with department, office and supervisor",
  floor: "page",
  query: `query ($after: String) {
    people(first: ${PAGE_SIZE}, after: $after) {
      edges { node {
        id displayName workEmail position status hireDate
        department { id name } office { id name } supervisor { id displayName }
      } }
      pageInfo { hasNextPage endCursor }
    }
  }`,
  peerQuery: `query ($after: Cursor) {
    allPeople(first: ${PAGE_SIZE}, after: $after, orderBy: [LAST_NAME_ASC, FIRST_NAME_ASC, ROW_ID_ASC]) {
      edges { node {
        id: rowId displayName workEmail position status hireDate
        department: departmentByTenantIdAndDepartmentId { id: rowId name }
        office: officeByTenantIdAndOfficeId { id: rowId name }
        supervisor: personByTenantIdAndSupervisorId { id: rowId displayName }
      } }
      pageInfo { hasNextPage endCursor }
    }
  }`,
  peopleIn: (data: PeopleAnswer) => data.people.edges.map(({ node }) => node),
};

const AGAIN = { name: "again", title: "a directory page asked again between two syncs" };

const REPORTING_CHAINS = {
  name: "chains",
  title: "the reporting chains of 50 people",
  floor: "chains",
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
  floor: "entities",
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
    edges { cursor node { id lastName firstName } }
    pageInfo { hasNextPage endCursor }
  }
}`;
type WalkAnswer = {
  readonly people: {
    readonly edges: readonly {
      readonly cursor: string;
      readonly node: { readonly id: string; readonly lastName: string; readonly firstName: string };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};

/** All ids, and the places with at least one more page after them. */
async function walk(graph: Graph): Promise<{ ids: string[]; positions: Position[] }> {
  const positions: Position[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { people }: WalkAnswer = await graph.ask<WalkAnswer>(WALK, { after });
    for (const { cursor, node } of people.edges)
      positions.push({ cursor, position: [node.lastName, node.firstName, node.id] });
    ({ endCursor: after, hasNextPage: more } = people.pageInfo);
  }
  return {
    ids: positions.map(({ position: [, , id = ""] }) => id),
    positions: positions.slice(0, -PAGE_SIZE),
  };
}

/** Different sets of people, each spread differently: the stride is at most what fits into the directory. */
function entityVariants(ids: readonly string[]): Variant[] {
  const strides = Math.max(1, Math.floor(ids.length / ENTITIES));
  return Array.from({ length: Math.min(VARIANTS, ids.length) }, (_, turn) => {
    const stride = 1 + (turn % strides);
    const wanted = Array.from(
      { length: ENTITIES },
      (_one, place) => ids[(turn + place * stride) % ids.length]!,
    );
    return {
      variables: { representations: wanted.map((id) => ({ __typename: "Person", id })) },
      parameters: [`{${wanted.join()}}`],
    };
  });
}

/** At most `count` entries at even distances. */
function spread<Entry>(entries: readonly Entry[], count: number): Entry[] {
  const step = Math.max(1, Math.floor(entries.length / count));
  return Array.from({ length: Math.min(count, entries.length) }, (_, turn) => entries[turn * step]!);
}
