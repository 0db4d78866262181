import fc from "fast-check";
import { expect, test } from "vitest";
import { readCondition } from "../../src/scim/filter/condition.ts";
import { FILTERABLE_USERS, filterSql } from "../../src/scim/filter/filter-sql.ts";
import { parseFilter } from "../../src/scim/filter/parse-filter.ts";
import { memberChangeOf } from "../../src/scim/groups/member-change.ts";
import { applyOperations } from "../../src/scim/patch/apply-operations.ts";
import { readOperations, readResource } from "../../src/scim/requests/read-scim-request.ts";
import { GROUPS } from "../../src/scim/schema/group-schema.ts";
import type { Json, StoredResource } from "../../src/scim/schema/resource.ts";
import { USERS } from "../../src/scim/schema/user-schema.ts";
import { ScimError } from "../../src/scim/scim-error.ts";
import { userRecordOf } from "../../src/scim/users/user-record.ts";
import { ENTERPRISE, USER } from "./support.ts";

/**
 * The result, or null for a request that is refused as the protocol demands. Any other error fails the test.
 */
function accepted<Result>(work: () => Result): Result | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof ScimError) return null;
    throw error;
  }
}

const name = fc.constantFrom(
  ..."userName displayName title active name emails roles manager members externalId id meta password groups".split(
    " ",
  ),
  ...[
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "__defineGetter__",
    "polluted",
    "value",
    "type",
    "primary",
    "$ref",
    "x",
  ],
  ...[
    ENTERPRISE,
    `${ENTERPRISE}:manager`,
    `${ENTERPRISE}:department`,
    `${USER}:userName`,
    "urn:x:1.0:User",
    "urn:x:1.0:User:tag",
  ],
);
const filter = fc.constantFrom(
  'type eq "work"',
  'primary eq "True"',
  'value co "x"',
  "type pr",
  'not (type eq "work")',
  '__proto__ eq "x"',
  "",
  '"',
  "type eq",
  'type eq "work" and value eq "x"',
);
const path = fc.oneof(
  name,
  fc.tuple(name, name).map((parts) => parts.join(".")),
  fc.tuple(name, filter).map(([one, text]) => `${one}[${text}]`),
  fc.tuple(name, filter, name).map(([one, text, other]) => `${one}[${text}].${other}`),
  fc.string({ maxLength: 12 }),
);
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<Json>(null, true, false, 7, "", "True", "work", "x", "a\0", "\ud800", "kim@example.com"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(name, path), tie("value"), { maxKeys: 3 }),
  ),
}));
const operation = fc.record(
  {
    op: fc.constantFrom("add", "Replace", "REMOVE", "move"),
    path: fc.option(path, { nil: undefined }),
    value,
  },
  { requiredKeys: ["op"] },
);

/** Operations that are mostly valid, so that several of them meet. */
const plausible = fc.record({
  op: fc.constantFrom("add", "Replace", "REMOVE"),
  path: fc.constantFrom(
    ...[
      "title",
      "name",
      "name.givenName",
      "emails",
      'emails[type eq "work"].value',
      'emails[type eq "home"].primary',
      "roles",
    ],
    ...[
      'emails[primary eq "True"]',
      "emails.display",
      `${ENTERPRISE}:manager`,
      `${ENTERPRISE}:department`,
      ENTERPRISE,
      "urn:x:y",
    ],
  ),
  value: fc.constantFrom<Json>(
    null,
    "",
    "x",
    "True",
    true,
    { value: "x" },
    [{ value: "x", type: "home", primary: true }],
    [],
    {},
  ),
});

const KIM: StoredResource = {
  userName: "kim@example.com",
  name: { givenName: "Kim" },
  emails: [{ type: "work", value: "kim@example.com", primary: true }],
  [ENTERPRISE]: { department: "Sales" },
};
const NAMES = new Set(
  [USERS.schema, ...USERS.extensions].flatMap(({ attributes }) =>
    attributes.flatMap((one) => [one.name, ...(one.subAttributes ?? []).map((sub) => sub.name)]),
  ),
);

/** Only names of the schema, and no value that is none. */
function checkClean(resource: Json): void {
  expect(resource).not.toBeNull();
  if (Array.isArray(resource)) {
    expect(resource).not.toEqual([]);
    for (const element of resource) checkClean(element);
  } else if (typeof resource === "object" && resource !== null) {
    expect(Object.getPrototypeOf(resource)).toBe(Object.prototype);
    for (const [key, part] of Object.entries(resource)) {
      expect(key === ENTERPRISE || NAMES.has(key), key).toBe(true);
      checkClean(part);
    }
  }
}

const clean = Object.getOwnPropertyNames(Object.prototype).length;

test("any PATCH is refused as the protocol demands, or leaves a valid resource, and never changes a prototype", () => {
  let changed = 0;
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 4, arbitrary: plausible }, operation), { minLength: 1, maxLength: 4 }),
      (Operations) => {
        const after = accepted(() => applyOperations(KIM, readOperations(USERS, { Operations })));
        if (after) {
          changed += 1;
          checkClean(after);
          accepted(() => userRecordOf(after));
        }
        expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(clean);
      },
    ),
    { numRuns: 1_000 },
  );
  expect(changed).toBeGreaterThan(100);
});

test("any body is refused as the protocol demands, or is a resource of the schema", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.oneof(name, path), value), (body) => {
      const resource = accepted(() => readResource(USERS, body));
      if (resource) checkClean(resource);
      expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(clean);
    }),
    { numRuns: 1_000 },
  );
});

test("reading a resource again changes nothing", () => {
  fc.assert(
    fc.property(fc.dictionary(name, value), (body) => {
      const resource = accepted(() => readResource(USERS, body));
      if (resource) expect(readResource(USERS, structuredClone(resource))).toEqual(resource);
    }),
    { numRuns: 500 },
  );
});

const token = fc.constantFrom(
  ...[
    "userName",
    "emails.value",
    "emails",
    "id",
    "manager",
    "externalId",
    "title",
    "__proto__",
    'emails[type eq "work"].value',
  ],
  ...[
    "eq",
    "ne",
    "co",
    "gt",
    "pr",
    "and",
    "or",
    "not",
    "(",
    ")",
    "[",
    "]",
    '"x"',
    '"a\\"b"',
    '"\\\\"',
    "true",
    "7",
    "null",
    "'",
  ],
);

const tokens = fc.array(token, { maxLength: 9 }).map((parts) => parts.join(" "));
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc
      .tuple(
        fc.constantFrom(
          "userName",
          "emails.value",
          "EMAILS",
          "id",
          "manager",
          `${USER}:externalId`,
          'emails[type eq "work"].value',
          "title",
        ),
        fc.constantFrom(...'eq "x"|ne "x"|co "%"|sw ""|gt "a\\"b"|pr|EQ "x"'.split("|")),
      )
      .map((parts) => parts.join(" ")),
    fc
      .tuple(tie("condition"), fc.constantFrom("and", "or"), tie("condition"))
      .map((parts) => parts.join(" ")),
    tie("condition").map((one) => `not (${one})`),
  ),
}));

test("any filter is refused as the protocol demands, or its values are parameters of a statement", () => {
  let read = 0;
  fc.assert(
    fc.property(fc.oneof(condition, tokens, fc.string()), (text) => {
      const sql = accepted(() =>
        filterSql(readCondition(USERS, parseFilter(text)), FILTERABLE_USERS, () => "$1"),
      );
      if (sql === null) return;
      read += 1;
      expect(sql).toMatch(/^[\w .,$():<>='"]+$/);
      expect(sql).not.toMatch(/"x"|'x'|__proto__/);
    }),
    { numRuns: 1_500 },
  );
  expect(read).toBeGreaterThan(300);
});

test("any order of changes of members is the same as one after the other", () => {
  const ids = Array.from({ length: 4 }, (_, at) => `0000000${at}-0000-4000-8000-000000000000`);
  const id = fc.constantFrom(...ids);
  const list = fc.array(
    id.map((one) => ({ value: one })),
    { maxLength: 3 },
  );
  const change = fc.oneof(
    fc.record({ op: fc.constantFrom("add", "replace", "Remove"), path: fc.constant("members"), value: list }),
    fc.constant({ op: "remove", path: "members" }),
    id.map((one) => ({ op: "remove", path: `members[value eq "${one}"]` })),
  );
  fc.assert(
    fc.property(fc.subarray(ids), fc.array(change, { minLength: 1, maxLength: 6 }), (before, Operations) => {
      const oracle = new Set(before);
      for (const one of Operations) {
        const sent = "value" in one ? one.value.map((member) => member.value) : null;
        const filtered = ids.find((known) => one.path.includes(known));
        if (one.op === "replace" || (sent === null && !filtered)) oracle.clear();
        for (const member of sent ?? (filtered ? [filtered] : []))
          if (one.op.toLowerCase() === "remove") oracle.delete(member);
          else oracle.add(member);
      }
      const read = memberChangeOf(readOperations(GROUPS, { Operations }));
      if (!read) throw new Error("Each operation is about members.");
      const kept = before.filter((one) => !read.isReplaced && !read.removed.includes(one));
      expect(new Set([...kept, ...read.added])).toEqual(oracle);
    }),
    { numRuns: 500 },
  );
});
