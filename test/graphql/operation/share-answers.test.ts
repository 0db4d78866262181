import { describe, expect, test } from "vitest";
import { administratorOfDefault, SCOPES, type Scope, type Viewer } from "../../../src/access/viewer.ts";
import type { PreparedOperation } from "../../../src/graphql/operation/prepare-operation.ts";
import { shareAnswers } from "../../../src/graphql/operation/share-answers.ts";
import { createStubOperations } from "../support/stub-operations.ts";

const { prepare } = await createStubOperations();

function prepared(query: string, variables: Record<string, unknown> = {}): PreparedOperation {
  const operation = prepare({ query, variables }, administratorOfDefault);
  if ("errors" in operation) throw new Error("The test's own operation was refused.");
  return operation;
}

const COUNT = "subscription ($to: Int!) { count(to: $to) }";

/** Counts the computed answers. */
function countAnswers() {
  let count = 0;
  const share = shareAnswers(async () => {
    count += 1;
    return { data: { number: count } };
  });
  return { share, count: () => count };
}

const READER: ReadonlySet<Scope> = new Set<Scope>(["people:read"]);

describe("answers to one event", () => {
  const viewer = administratorOfDefault;
  const event = {};

  test("one answer is shared by equal operations of one viewer while it is computed", async () => {
    const { share, count } = countAnswers();
    const answers = [1, 2, 3].map(() => share(prepared(COUNT, { to: 1 }), viewer)(event));

    expect(new Set(await Promise.all(answers)).size).toBe(1);
    expect(count()).toBe(1);
    await share(prepared(COUNT, { to: 1 }), viewer)(event);
    expect(count()).toBe(2);
  });

  test("E13: one answer is shared by users of one tenant with the same scopes, in any order", async () => {
    const { share, count } = countAnswers();
    const other = {
      ...viewer,
      subject: "other",
      email: "o@example.com",
      scopes: new Set([...SCOPES].reverse()),
    };
    const answers = [viewer, other].map((one) => share(prepared(COUNT, { to: 1 }), one)(event));

    expect(new Set(await Promise.all(answers)).size).toBe(1);
    expect(count()).toBe(1);
  });

  test.each<[string, PreparedOperation, Viewer, unknown]>([
    ["another operation", prepared("subscription { silence }"), viewer, event],
    ["an operation with other variables", prepared(COUNT, { to: 2 }), viewer, event],
    ["E13: a viewer of another tenant", prepared(COUNT, { to: 1 }), { ...viewer, tenantId: "b" }, event],
    ["E13: a viewer with fewer scopes", prepared(COUNT, { to: 1 }), { ...viewer, scopes: READER }, event],
    ["E13: a viewer with no scopes", prepared(COUNT, { to: 1 }), { ...viewer, scopes: new Set() }, event],
    ["another event", prepared(COUNT, { to: 1 }), viewer, {}],
    ["an event that is not an object", prepared(COUNT, { to: 1 }), viewer, 7],
  ])("%s gets an answer of its own", async (_what, operation, otherViewer, otherEvent) => {
    const { share, count } = countAnswers();
    await Promise.all([
      share(prepared(COUNT, { to: 1 }), viewer)(event),
      share(operation, otherViewer)(otherEvent),
    ]);

    expect(count()).toBe(2);
  });
});
