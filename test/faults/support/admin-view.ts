import type { RunRow, TestApp } from "../../support/test-app.ts";

/** What an admin sees of one service. */
export type AdminView = {
  integration(): Promise<Integration | null>;
  /** The rows of the skip ledger about these people. */
  ledger(...personioIds: string[]): Promise<LedgerRow[]>;
  /** The `fields` of a person, found by an argument of the query `person`. */
  person(by: { id?: string; workEmail?: string }, fields: string): Promise<Record<string, unknown> | null>;
  /** Active people without reports, so that a change of them changes no other person. */
  peopleWithoutReports(count: number): Promise<PersonKeys[]>;
  totalCount(filter?: string): Promise<number>;
  runs(): Promise<Pick<RunRow, "id" | "status">[]>;
  /** The number of requests for a path since the counts of the sandbox were cleared. */
  countRequests(path: string): Promise<number>;
};

export type Integration = {
  readonly status: string;
  readonly problem: { readonly code: string; readonly message: string; readonly help: string } | null;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
};

export type LedgerRow = {
  readonly personioId: string;
  readonly reason: string;
  readonly field: string | null;
  readonly message: string;
};

export type PersonKeys = { readonly id: string; readonly personioId: string; readonly workEmail: string };

export const PAGES = "/v1/company/employees";

type Nodes<Node> = { readonly edges: readonly { readonly node: Node }[] };
const nodesOf = <Node>({ edges }: Nodes<Node>): Node[] => edges.map(({ node }) => node);

export const createAdminView = ({ get, sandbox }: Pick<TestApp, "get" | "sandbox">): AdminView => ({
  integration: async () =>
    (
      await get<{ personioIntegration: Integration | null }>(
        "{ personioIntegration { status problem { code message help } warnings { code message } } }",
      )
    ).personioIntegration,
  ledger: async (...personioIds) => {
    const { skippedEmployees } = await get<{ skippedEmployees: Nodes<LedgerRow> }>(
      "{ skippedEmployees(first: 100) { edges { node { personioId reason field message } } } }",
    );
    return nodesOf(skippedEmployees).filter(({ personioId }) => personioIds.includes(personioId));
  },
  person: async (by, fields) =>
    (
      await get<{ person: Record<string, unknown> | null }>(
        `query ($id: ID, $workEmail: EmailAddress) { person(id: $id, workEmail: $workEmail) { ${fields} } }`,
        by,
      )
    ).person,
  peopleWithoutReports: async (count) => {
    const { people } = await get<{
      people: Nodes<PersonKeys & { directReports: { totalCount: number } }>;
    }>(
      `{ people(first: 100, filter: { statuses: [ACTIVE] }) {
        edges { node { id personioId workEmail directReports(first: 1) { totalCount } } } } }`,
    );
    return nodesOf(people)
      .filter(({ directReports }) => directReports.totalCount === 0)
      .slice(0, count)
      .map(({ id, personioId, workEmail }) => ({ id, personioId, workEmail }));
  },
  totalCount: async (filter = "{}") =>
    (await get<{ people: { totalCount: number } }>(`{ people(filter: ${filter}) { totalCount } }`)).people
      .totalCount,
  runs: async () =>
    nodesOf(
      (await get<{ syncRuns: Nodes<RunRow> }>("{ syncRuns(first: 100) { edges { node { id status } } } }"))
        .syncRuns,
    ),
  countRequests: async (path) =>
    (await sandbox.admin.requests())
      .filter((request) => request.path === path)
      .reduce((sum, { count }) => sum + count, 0),
});
