import { defineConfig } from "vitest/config";

/** Tests that need the Postgres of the run. */
const WITH_POSTGRES = ["test/**/*.pg.test.ts"];

/** Tests that measure their own process, or fill it with ten thousand connections. */
const ALONE = ["test/faults/**/*.test.ts", "test/sandbox/a-million-people.test.ts"];

export default defineConfig({
  // graphql publishes CommonJS and ES modules; the tests' tools load one and our code the other, and two copies of
  // `GraphQLSchema` do not recognise each other. Everything is pointed at the CommonJS file that Node itself would load.
  resolve: { alias: { graphql: "graphql/index.js" } },
  test: {
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["reflect-metadata"],
    pool: "forks",
    maxWorkers: 3,
    // They end tests that hang, and only those: bounds of the product stand in the tests, relative to what the machine does.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: { name: "service", include: [...WITH_POSTGRES, ...ALONE] },
      },
      {
        extends: true,
        // These share workers, and with them what is loaded: most take less time than loading it.
        test: {
          name: "units",
          include: ["test/**/*.test.ts"],
          exclude: [...WITH_POSTGRES, ...ALONE],
          isolate: false,
        },
      },
    ],
  },
});
