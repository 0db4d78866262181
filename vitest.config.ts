import { defineConfig } from "vitest/config";

export default defineConfig({
  // graphql publishes CommonJS and ES modules; the tests' tools load one and our code the other, and two copies of
  // `GraphQLSchema` do not recognise each other. Everything is pointed at the CommonJS file that Node itself would load.
  resolve: { alias: { graphql: "graphql/index.js" } },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["reflect-metadata"],
    pool: "forks",
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
