import { matchesGlob, relative } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { WITHOUT_POSTGRES } from "./test/support/projects.ts";

/** Tests that measure or fill their own process: what other files leave in it would count. */
const ALONE = [
  "test/faults/sockets.test.ts",
  "test/faults/ten-thousand-connections.test.ts",
  "test/faults/unread-events.pg.test.ts",
  "test/sandbox/a-million-people.test.ts",
];

/** Tests that take half a minute, most of it waiting. They begin early, in this order, each beside files that compute. */
const LONG = [
  "test/deploy/image.pg.test.ts",
  "test/**/{bench,stalled-answers}.test.ts",
  "test/console/*.pg.test.ts",
  "test/faults/{database,database-server,kill,lifecycle-replay,lost-sessions,process,stop,tenants,two-workers}.pg.test.ts",
  "test/**/{model,interrupted-model,dying-runs,killed-worker,lost-keys,queue,queue-consumer,the-process,webhooks,what-hr-edits}.pg.test.ts",
];

/**
 * `npm run test:slow`: what opens every page of the console, builds the image or measures. It takes two
 * minutes; `npm test` opens the frame and the setup of the console.
 */
const SLOW = [
  "test/bench/bench.test.ts",
  "test/console/{events,looks,org,people,person,rights,settings,settings-access,sign-in,sync}.pg.test.ts",
  "test/deploy/image.pg.test.ts",
  "test/faults/every-field.pg.test.ts",
];

/** To load graphql and typeorm takes longer than most tests: these files share workers, and with them what is loaded. */
const SHARED = {
  isolate: false,
  // V8 begins with one megabyte for new objects, so it collects them often; a seventh of the CPU time went into that.
  execArgv: ["--min-semi-space-size=32", "--max-semi-space-size=64"],
};

/** Enough that no core waits while long files do, and few enough that none of them is left for the end. */
const OTHERS_PER_LONG = 6;

/** Files that use the Postgres of the run. */
const WITH_POSTGRES = "test/**/*.pg.test.ts";

/**
 * By project, because a worker that meets a file of another one ends, and a new one loads everything again.
 * The last one computes while long files of the others wait.
 */
const PROJECTS = ["1-alone", "4-slow", "2-with-postgres", WITHOUT_POSTGRES];

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

export default defineConfig({
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
        test: { name: "2-with-postgres", include: [WITH_POSTGRES], exclude: [...ALONE, ...SLOW], ...SHARED },
      },
      {
        extends: true,
        test: {
          name: WITHOUT_POSTGRES,
          include: ["test/**/*.test.ts"],
          exclude: [WITH_POSTGRES, ...ALONE, ...SLOW],
          ...SHARED,
        },
      },
      { extends: true, test: { name: "4-slow", include: SLOW, ...SHARED } },
    ],
  },
});
