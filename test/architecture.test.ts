import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOMS, STAGES } from "../oxlint.config.ts";

/** Rooms that use the word employee; the others have people, with a personnel number called `employeeId`. */
const EMPLOYEE_ROOMS = ["personio", "integration", "sync", "setup", "sandbox", "entities", "app", "demo"];

/** Public names that contain employee on purpose, also of RFC 7643; every room may use them. */
const PUBLIC_NAMES = /^(employee_?id|employeeNumber|employeesRead|employeesTotal|skippedEmployees?\w*)$/i;

const CODE_LINES_MAX = 300;

const sources = globSync("src/**/*.{ts,tsx}").sort();
const allFiles = [...sources, ...globSync("{test,migrations}/**/*.ts").sort()];

const read = (path: string): string => readFileSync(path, "utf8");

/** `src/people/person.ts` and `src/people.ts` both belong to the room `people`. */
const roomOf = (path: string): string => (path.split("/")[1] ?? "").replace(/\.tsx?$/, "");

/** The specifiers after `from` or in `import(…)`, types included: a type import is a dependency too. */
const importsOf = (path: string): string[] =>
  [...read(path).matchAll(/(?:\bfrom |\bimport\(|^import )"([^"]+)"/gm)].map(
    ([, specifier]) => specifier ?? "",
  );

const withoutComments = (code: string): string => code.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");

describe("rooms", () => {
  test.each(sources.filter((path) => !EMPLOYEE_ROOMS.includes(roomOf(path))))(
    "%s uses the word people and not employees",
    (path) => {
      const code = withoutComments(read(path)).replaceAll(/ from "[^"]*"/g, "");
      const words = code.match(/\w*employee\w*/gi) ?? [];
      expect(words.filter((word) => !PUBLIC_NAMES.test(word))).toEqual([]);
    },
  );
});

describe("the import rules", () => {
  test("the import rules have a line for each room of the sources, and for nothing else", () => {
    const rooms = new Set(sources.map(roomOf));
    expect(Object.keys(ROOMS).sort()).toEqual([...rooms].sort());
  });

  test("the stages of a sync are its folders", () => {
    const folders = sources.flatMap((path) => path.match(/^src\/sync\/(\w+)\//)?.[1] ?? []);
    expect([...STAGES].sort()).toEqual([...new Set(folders)].sort());
  });

  const FORBIDDEN: Readonly<Record<string, string>> = {
    "src/people/a.ts": 'import type { B } from "./reporting/b.ts"; export type A = B;',
    "src/people/reporting/b.ts": 'import type { A } from "../a.ts"; export type B = A | 1;',
    "src/org/upwards.ts": 'import { sync } from "../sync/sync.ts"; sync();',
    "src/org/upwards-for-a-type.ts":
      'import type { Person } from "../people/person.ts"; export type P = Person;',
    "src/org/inline-type.ts": 'export type P = import("../people/person.ts").Person;',
    "src/people/search/later.ts": 'export const later = () => import("../../graphql/server.ts");',
    "src/people/vendor.ts": 'import type { Job } from "pg-boss"; export type J = Job;',
    "src/people/out.ts": 'import { test } from "../../test/people/person.ts"; test();',
    "src/org/roundabout.ts": 'import { sync } from "./../sync/sync.ts"; sync();',
    "src/org/roundabout-by-a-room.ts": 'import { sync } from "../tenant/../sync/sync.ts"; sync();',
    "src/sync/read/back.ts": 'import type { Plan } from "../plan/plan.ts"; export type P = Plan;',
    "src/sync/apply/roundabout.ts": 'import { ledger } from "../../sync/ledger/ledger.ts"; ledger();',
    "src/console/parts/server.tsx": 'import { log } from "../../log.ts"; log();',
    "src/graphql/page.ts": 'import { page } from "../console/page.ts"; page();',
    "src/attic/old.ts": 'import { log } from "../log.ts"; log();',
  };
  const ALLOWED: Readonly<Record<string, string>> = {
    "src/jobs/vendor.ts": 'import { PgBoss } from "pg-boss"; await using boss = new PgBoss();',
    "src/people/search/below.ts":
      'import { org } from "../../org/org.ts"; import { a } from "../own.ts"; org(a);',
    "src/sync/plan/forward.ts":
      'import { read } from "../read/read.ts"; import { run } from "../runs/run.ts"; read(run);',
    "src/main.ts": 'import { app } from "./app.ts"; app();',
  };

  test("oxlint finds cycles, upward imports, imports of later stages, foreign packages and unlisted rooms, also for type imports", () => {
    const folder = mkdtempSync(join(tmpdir(), "people-subgraph-imports-"));
    try {
      symlinkSync(resolve("oxlint.config.ts"), join(folder, "oxlint.config.ts"));
      for (const [path, code] of Object.entries({ ...FORBIDDEN, ...ALLOWED })) {
        mkdirSync(join(folder, dirname(path)), { recursive: true });
        writeFileSync(join(folder, path), code);
      }
      const { stdout } = spawnSync(resolve("node_modules/.bin/oxlint"), ["--format", "unix"], {
        cwd: folder,
        encoding: "utf8",
      });
      const found = stdout.split("\n").flatMap((line) => line.match(/^src\/[^:]+/) ?? []);
      expect([...new Set(found)].sort()).toEqual(Object.keys(FORBIDDEN).sort());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("files", () => {
  test.each(sources)(`%s has at most ${CODE_LINES_MAX} lines of code`, (path) => {
    const lines = withoutComments(read(path))
      .split("\n")
      .filter((line) => line.trim() !== "");
    expect(lines.length).toBeLessThanOrEqual(CODE_LINES_MAX);
  });

  test.each(allFiles)("%s re-exports nothing from another file", (path) => {
    expect(basename(path)).not.toBe("index.ts");
    expect(withoutComments(read(path)).match(/^export (type )?(\*|\{[^}]*\}) from .*$/gm) ?? []).toEqual([]);
  });

  test.each(allFiles)("%s has a name that describes its task", (path) => {
    expect(basename(path)).not.toMatch(/util|helper|manager|common|misc|impl\b/i);
    expect(basename(path)).toMatch(/^[a-z0-9]+([.-][a-z0-9]+)*\.tsx?$/);
  });

  test.each(allFiles)("%s imports files, not folders", (path) => {
    const relative = importsOf(path).filter((specifier) => specifier.startsWith("."));
    expect(relative.filter((specifier) => !/\.(tsx?|json|css)$/.test(specifier))).toEqual([]);
  });
});

describe("the apps of a test file", () => {
  const STARTS =
    /(?<![\w.]|function )(startApp|startTestApp|(use|start)SharedApp|start(Shared)?Reachable|startAppBehind|useIssuerApp|useScim|startFeed|startTwoCompanies)\(/g;

  /** Files whose statement needs more than one start. */
  const MORE_STARTS: Readonly<Record<string, string>> = {
    "test/access/canaries.pg.test.ts": "the same companies behind a pooler",
    "test/contract/readme-client.pg.test.ts": "restarts",
    "test/faults/lifecycle-events.pg.test.ts": "a second replica",
    "test/faults/lost-sessions.pg.test.ts": "the stop of an app whose sessions are silent",
    "test/faults/personio-address.pg.test.ts": "a restart with another address of Personio",
    "test/faults/pooler.pg.test.ts": "a second replica",
    "test/faults/start.pg.test.ts": "starts that fail",
    "test/integration/fields/upgrade.pg.test.ts": "a restart after an upgrade",
    "test/integration/keys.pg.test.ts": "a start that fails",
    "test/integration/webhooks/webhooks.pg.test.ts": "a restart",
    "test/journeys/days-pass-without-a-sync.pg.test.ts": "a restart",
  };

  test("a test file starts one app at most, unless restarts or replicas are its statement", () => {
    const several = globSync("test/**/*.test.ts").filter(
      (path) => [...read(path).matchAll(STARTS)].length > 1,
    );
    expect(several.sort()).toEqual(Object.keys(MORE_STARTS).sort());
  });
});

test("folders of src are at most two levels deep", () => {
  expect(sources.filter((path) => path.split("/").length > 4)).toEqual([]);
});

/** Rooms that speak to Postgres themselves, and rooms without a database. */
const WITHOUT_REPOSITORIES = ["database", "jobs", "sandbox", "console"];

test.each(sources.filter((path) => !WITHOUT_REPOSITORIES.includes(roomOf(path))))(
  "%s sends SQL only if it is a repository",
  (path) => {
    const statements = withoutComments(read(path)).match(/\w+\.query\w*[(<]/g) ?? [];
    expect(path.endsWith(".repository.ts") ? [] : statements).toEqual([]);
  },
);

test.each(sources)("%s declares foreign keys as columns, and types explicitly", (path) => {
  const code = withoutComments(read(path));
  // Loaders read relations, and repositories write them; decorators would hide both.
  expect(
    code.match(/@(ManyToOne|OneToMany|OneToOne|ManyToMany|JoinColumn|JoinTable|EventSubscriber)\b/g) ?? [],
  ).toEqual([]);
  // Without emitted metadata, a decorator knows only the type in its arguments.
  expect(
    code.match(/@(Field|Query|Mutation|FieldResolver)\((?!\s*(\(\w*\) =>|\w+[,)])).{0,20}/g) ?? [],
  ).toEqual([]);
  expect(code.match(/@(Column|PrimaryColumn)\((?!\s*("|\{\s*type: ")).{0,20}/g) ?? []).toEqual([]);
});
