import { matchesGlob, relative } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { WITH_POSTGRES } from "./test/support/needs-postgres.ts";

/** Tests that measure or fill their own process: what other files leave in it would count. */
const ALONE = ["test/faults/sockets.test.ts"];

/** The same for `npm run test:slow`: ten thousand connections, a million people, the memory of clients. */
const SLOW_ALONE = [
  "test/faults/{ten-thousand-connections.test,unread-events.pg.test}.ts",
  "test/sandbox/a-million-people.test.ts",
];

/** Tests that take half a minute, most of it waiting. They begin early, in this order, each beside files that compute. */
const LONG = [
  "test/deploy/image.pg.test.ts",
  "test/**/{bench,stalled-answers,stalled-memory}.test.ts",
  "test/console/*.pg.test.ts",
  "test/faults/{database,database-server,kill,lifecycle-replay,lost-sessions,process,stop,tenants,two-workers}.pg.test.ts",
  "test/**/{model,interrupted-model,dying-runs,killed-worker,lost-keys,queue,queue-consumer,the-process,webhooks,what-hr-edits}.pg.test.ts",
];

/**
 * `npm run test:slow`: what opens every page of the console, builds the image, measures, or kills processes at
 * random moments. It takes four minutes; `npm test` opens the frame of the console.
 */
const SLOW = [
  "test/bench/bench.test.ts",
  "test/console/{connect,events,looks,org,people,person,rights,settings,settings-access,shell,sign-in,sync}.pg.test.ts",
  "test/deploy/image.pg.test.ts",
  "test/faults/{data-at-size,every-field,fairness,kill,lifecycle-replay,two-workers}.pg.test.ts",
  "test/graphql/operation/rate-limiter-memory.test.ts",
  "test/graphql/transports/stalled-memory.test.ts",
  "test/sync/dying-runs.pg.test.ts",
];

/** Stories that `npm test` reads with version 1 of Personio's API, and `npm run test:slow` with version 2. */
const STORIES = ["test/sync/{chains,moves}.pg.test.ts"];

/** To load graphql and typeorm takes longer than most tests: these files share workers, and with them what is loaded. */
const SHARED = {
  isolate: false,
  // V8 begins with one megabyte for new objects, so it collects them often; a seventh of the CPU time went into that.
  execArgv: ["--min-semi-space-size=32", "--max-semi-space-size=64"],
};

/** Enough that no core waits while long files do, and few enough that none of them is left for the end. */
const OTHERS_PER_LONG = 6;

/** By project: a worker that meets a file of another one ends, and a new one loads everything again. */
const PROJECTS = ["1-alone", "3-slow-alone", "4-slow", "2-shared"];

class LongAmongOthers extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return PROJECTS.flatMap((name) => spread(sorted.filter(({ project }) => project.name === name)));
  }
}

function spread(files: readonly TestSpecification[]): TestSpecification[] {
  const rankOf = ({ moduleId, project }: TestSpecification) =>
    LONG.findIndex((glob) => matchesGlob(relative(project.config.root, moduleId), glob));
  const others = files.filter((file) => rankOf(file) < 0);
  const long = files.filter((file) => rankOf(file) >= 0).sort((one, other) => rankOf(one) - rankOf(other));
  const spreadOut = long.flatMap((file) => [file, ...others.splice(0, OTHERS_PER_LONG)]);
  return [...spreadOut, ...others];
}

/** `npm run test:quick` */
const WITHOUT_POSTGRES = "without-postgres";

export default defineConfig(({ mode }) => ({
  // graphql publishes CommonJS and ES modules; the tests' tools load one and our code the other, and two copies of
  // `GraphQLSchema` do not recognise each other. Everything is pointed at the CommonJS file that Node itself would load.
  resolve: { alias: { graphql: "graphql/index.js" } },
  test: {
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["reflect-metadata"],
    pool: "forks",
    // More than two cores: many tests wait for a moment.
    maxWorkers: 6,
    // They end tests that hang, and only those: bounds of the product stand in the tests, relative to what the machine does.
    // The longest test takes 40 s of CPU, and may get a tenth of a core.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    sequence: { sequencer: LongAmongOthers },
    projects: [
      { extends: true, test: { name: "1-alone", include: ALONE } },
      {
        extends: true,
        test: {
          name: "2-shared",
          include: ["test/**/*.test.ts"],
          exclude: [...ALONE, ...SLOW, ...SLOW_ALONE, ...(mode === WITHOUT_POSTGRES ? [WITH_POSTGRES] : [])],
          provide: { storyVersion: "V1" },
          ...SHARED,
        },
      },
      { extends: true, test: { name: "3-slow-alone", include: SLOW_ALONE } },
      {
        extends: true,
        test: { name: "4-slow", include: [...SLOW, ...STORIES], provide: { storyVersion: "V2" }, ...SHARED },
      },
    ],
  },
}));
