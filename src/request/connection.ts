import { type ClassType, Directive, Field, Int, ObjectType } from "type-graphql";
import { RequiresScope } from "../access/field-rules.ts";
import type { Scope } from "../access/viewer.ts";
import { Kept } from "./kept-rules.ts";

@Directive("@shareable")
@Kept()
@ObjectType({
  simpleResolvers: true,
  description:
    "Where a page is in its list. For the next page, pass `endCursor` as `after` while `hasNextPage` is true.",
})
class PageInfo {
  @Field(() => Boolean, { description: "Whether more entries follow this page." })
  hasNextPage!: boolean;

  @Field(() => Boolean, {
    description: "Whether the page was read with `after` or `skip`, so that entries precede it.",
  })
  hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: "Cursor of the page's first entry; null on an empty page.",
  })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Cursor of the page's last entry; null on an empty page.",
  })
  endCursor!: string | null;
}

export type Edge<Node> = { readonly cursor: string; readonly node: Node };

/** One page of a list. `countAll` runs only if the query selects `totalCount`. */
export type Connection<Node> = {
  readonly edges: readonly Edge<Node>[];
  readonly nodes: readonly Node[];
  readonly pageInfo: PageInfo;
  readonly countAll: () => Promise<number>;
};

/** Counting a list with an index, or the people of one of many groups; 5 µs of CPU a point. */
export const COUNT_COST = 100;

const COUNTING_COSTS_MUCH = " Counting is costly: select it once, not with each page.";

type ConnectionTypeOptions = {
  name: string;
  node: () => ClassType;
  entry: string;
  entries: string;
  /** The scope that the nodes need: a page and its cursors need it, too. */
  scope: Scope;
  /** The cost of `totalCount`, if counting takes longer than an index scan. */
  countCost?: number;
};

/**
 * The GraphQL types `<name>Connection` and `<name>Edge`, in the form of Relay. `entry` and `entries` name the
 * nodes in the descriptions: "person", "people".
 */
export function createConnectionType(options: ConnectionTypeOptions): ClassType {
  const { name, node, entry, entries, scope, countCost = COUNT_COST } = options;
  @RequiresScope(scope)
  @Kept()
  @ObjectType(`${name}Edge`, {
    simpleResolvers: true,
    description: `One ${entry} on a page, with its position.`,
  })
  class EdgeType {
    // Not simple: sealing a cursor happens when it is selected (see `edgeOf`), and a failure there is an
    // error of this field alone.
    @Kept()
    @Field(() => String, {
      simple: false,
      description: `Position of this ${entry}: pass it as \`after\` to continue from here.`,
    })
    cursor!: string;

    @Field(node, { description: `The ${entry}.` })
    node!: unknown;
  }

  @RequiresScope(scope)
  @Kept()
  @ObjectType(`${name}Connection`, { simpleResolvers: true, description: `A page of ${entries}.` })
  class ConnectionType {
    @Field(() => [EdgeType], { description: `The ${entries} of this page, in order.` })
    edges!: EdgeType[];

    @Field(() => [node()], {
      description: `The ${entries} of this page, in order: the same as in \`edges\`, without cursors.`,
    })
    nodes!: unknown[];

    @Field(() => PageInfo, { description: "Where this page is in the list." })
    pageInfo!: PageInfo;

    countAll!: () => Promise<number>;

    @Kept()
    @Directive(`@cost(weight: ${countCost})`)
    @Field(() => Int, {
      description: `How many ${entries} the whole list has, over all pages. Counted only if the query selects it.${countCost > COUNT_COST ? COUNTING_COSTS_MUCH : ""}`,
    })
    totalCount(): Promise<number> {
      return this.countAll();
    }
  }
  return ConnectionType;
}

type PageOptions<Row> = {
  first: number;
  after: string | null | undefined;
  /** How many entries the page left out before its first one. */
  skipped?: number;
  cursorOf: (row: Row) => string;
  countAll: () => Promise<number>;
};

/**
 * The page of `rows`, which were read with one row more than `first`: that row only shows that a next page
 * exists. Cursors are getters: sealing each would cost more than the rest of the row, and few clients read
 * more than one.
 */
export function pageOf<Row>(rows: readonly Row[], options: PageOptions<Row>): Connection<Row> {
  const { first, after, skipped = 0, cursorOf, countAll } = options;
  const nodes = rows.slice(0, first);
  const pageInfo = {
    hasNextPage: rows.length > first,
    hasPreviousPage: after != null || skipped > 0,
    get startCursor() {
      const start = nodes[0];
      return start ? cursorOf(start) : null;
    },
    get endCursor() {
      const end = nodes.at(-1);
      return end ? cursorOf(end) : null;
    },
  };
  return {
    // Most large answers select only the nodes.
    get edges() {
      return nodes.map((node) => edgeOf(node, cursorOf));
    },
    nodes,
    pageInfo,
    countAll,
  };
}

const edgeOf = <Row>(node: Row, cursorOf: (row: Row) => string): Edge<Row> => ({
  node,
  get cursor() {
    return cursorOf(node);
  },
});
