import { beforeAll, describe, expect, test } from "vitest";
import { consoleOperations } from "../support/console-operations.ts";
import { countStatements } from "../support/count-statements.ts";
import { LOOKS_AHEAD } from "../support/looks-ahead.ts";
import { useSharedApp } from "../support/shared-app.ts";
import { untilEnded } from "../support/test-app.ts";

/*
 * What each screen costs, opened by the documents that it sends first. An administrator opens it, in a
 * company with people, events, a plan, a ledger and broken lines. No answer is kept.
 */

/** By the name of a document, its variables. */
type Asked = Readonly<Record<string, object>>;

const DAY_MS = 86_400_000;
const dayIn = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const RANGE = { from: dayIn(0), to: dayIn(90) };
const FIRST = { first: 50, after: null };
const SHOWN = { department: true, office: true, supervisor: true, hireDate: true };
const NOT_SHOWN = { team: false, legalEntity: false, employmentType: false, workEmail: false };
const LIST = {
  filter: {},
  orderBy: { field: "NAME", direction: "ASC" },
  ...SHOWN,
  ...NOT_SHOWN,
  personnelNumber: false,
  costCenter: false,
  first: 100,
  walks: false,
  preHire: true,
};

type Found = { readonly id: string; readonly personioId: string; readonly runId: string };

/** The screens with what they ask, and how many statements that takes in all. */
const SCREENS: Readonly<Record<string, readonly [statements: number, asked: (found: Found) => Asked]>> = {
  "around every screen": [2, () => ({ ConsoleViewer: {}, ConsoleStanding: {} })],
  "/": [4, () => ({ ConsolePeople: { ...LIST, skip: 0, counts: true }, ConsoleDirectory: {} })],
  "/, scrolled": [2, () => ({ ConsolePeople: { ...LIST, skip: 10, counts: false } })],
  "/, its filters": [4, ({ id }) => ({ ConsolePeopleOptions: {}, ConsolePersonName: { id } })],
  "the palette": [2, () => ({ ConsolePersonSearch: { search: "a" } })],
  "/people/$id": [
    30,
    ({ id, personioId }) => ({
      ConsolePerson: { id, hr: true, sensitive: true, admin: true, preHire: true, line: true },
      ConsoleApprover: { id, level: 1, requesterId: null, includeOnLeave: false },
      ConsolePersonEvents: { personIds: [id], first: 20 },
      ConsolePersonComing: { personIds: [id], ...RANGE, hr: true, first: 20 },
      ConsolePersonLedger: { personioId },
    }),
  ],
  "/org": [3, () => ({ ConsoleOrgTree: { rootId: null, levels: 2, preHire: true } })],
  "/org/$id": [
    10,
    ({ id }) => ({
      ConsoleOrgPerson: { id, preHire: true },
      ConsoleOrgTree: { rootId: id, levels: 1, preHire: true },
    }),
  ],
  "/connect": [5, () => ({ ConsoleConnection: {}, ConsoleNewestRun: {}, ConsoleIsConnected: {} })],
  "/sync": [4, () => ({ ConsoleSync: {}, ConsoleRuns: { ...FIRST, statuses: null } })],
  "/sync/runs/$id": [
    10,
    ({ runId: id }) => ({
      ConsoleRun: { id },
      ConsolePlanRows: { id, ...FIRST, change: null, field: null, search: null },
    }),
  ],
  "/sync/missing": [
    4,
    () => ({ ConsoleLedgerCounts: {}, ConsoleLedger: { ...FIRST, reasons: null, search: null } }),
  ],
  "why someone is missing": [
    8,
    ({ personioId }) => ({ ConsoleWhyMissing: { personioId }, ConsoleWhyByName: { name: "a" } }),
  ],
  "/sync/lines": [14, () => ({ ConsoleLineCounts: {}, ConsoleLines: { ...FIRST, kinds: null } })],
  "/events": [7, () => ({ ConsoleEvents: {}, ConsoleEventPlaces: { person: null, hasPerson: false } })],
  "/events/coming": [5, () => ({ ConsoleComing: { ...RANGE, isHr: true } })],
  "/settings/company": [3, () => ({ ConsoleCompanySettings: {} })],
  "/settings/fields": [4, () => ({ ConsoleFields: {} })],
  "/settings/lifecycle": [4, () => ({ ConsoleLifecycleSettings: {} })],
  "/settings/offices": [3, () => ({ ConsoleOfficeSettings: {} })],
  "/settings/approvers": [4, ({ id }) => ({ ConsoleFallbackApprovers: { person: id, hasPerson: true } })],
  "/settings/webhooks": [2, () => ({ ConsoleWebhook: {} })],
  "/settings/identity": [
    6,
    () => ({ ConsoleIdentity: {}, ConsoleIdpOnlyUsers: FIRST, ConsolePeopleWithoutUser: FIRST }),
  ],
  "/settings/tokens": [1, () => ({ ConsoleServiceTokens: {} })],
  "/settings/sessions": [1, () => ({ ConsoleSessions: {} })],
  // Without a session, as here.
  "/sign-ins": [0, () => ({ ConsoleOwnSessions: {} })],
  "a dialog of the session": [0, () => ({ ConsoleSessionViewer: {} })],
};

const documents = new Map(
  consoleOperations.flatMap((text) => {
    const [, name] = /^\s*query (\w+)/.exec(text) ?? [];
    return name ? [[name, text] as const] : [];
  }),
);

describe("what a screen costs", () => {
  const shared = useSharedApp({ config: { keptAnswersBytes: 0 } });
  let found: Found;
  beforeAll(async () => {
    const { resetConnected, sandbox, sync, get } = shared();
    await resetConnected();
    const { people } = await get<{ people: { nodes: { id: string; personioId: string }[] } }>(
      "{ people(first: 20, filter: { hasSupervisor: true, statuses: [ACTIVE] }) { nodes { id personioId } } }",
    );
    const moveAll = async (position: string): Promise<void> => {
      for (const { personioId } of people.nodes) await sandbox.admin.change(personioId, { position });
    };
    await moveAll("Head of Kites");
    await sync();
    await moveAll("Head of Balloons");
    await get("mutation { planSyncPersonio { id } }");
    const { id: runId } = await untilEnded(get);
    found = { ...people.nodes[0]!, runId };
  });

  test("every query of the console belongs to a screen", () => {
    const asked = Object.values(SCREENS).flatMap(([, of]) =>
      Object.keys(of({ id: "", personioId: "", runId: "" })),
    );
    expect(new Set(asked)).toEqual(new Set(documents.keys()));
  });

  // Without look-ahead, as in LOOK_AHEAD=off, loaders read more.
  test.runIf(LOOKS_AHEAD).each(Object.entries(SCREENS))(
    "%s takes the written number of statements",
    async (screen, [expected, of]) => {
      const counted: Record<string, string[]> = {};
      for (const [name, variables] of Object.entries(of(found))) {
        const { statements } = await countStatements(shared().serving, () =>
          shared().get(documents.get(name) ?? "", variables),
        );
        counted[name] = statements.map((text) => text.slice(0, NAME_LENGTH).replaceAll(/\s+/g, " "));
      }
      const count = Object.values(counted).flat().filter(isCounted).length;
      expect({ screen, count, counted }).toEqual({ screen, count: expected, counted });
    },
  );
});

/** Enough to recognise a statement in the report of a failure. */
const NAME_LENGTH = 60;

/** A forecast reads candidates until its page is full: how often depends on the day. */
const isCounted = (text: string): boolean => !text.includes("lifecycle.findCandidates");
