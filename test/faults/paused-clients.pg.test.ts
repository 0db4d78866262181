import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CLIENTS,
  type Feed,
  peopleWithResume,
  readLate,
  startFeed,
  TRANSPORTS,
  UNLIMITED,
} from "./support/late-clients.ts";

let feed: Feed;
beforeAll(async () => {
  feed = await startFeed({ ...UNLIMITED, stalledMs: 1_000, checkIntervalMs: 100 });
});
afterAll(() => feed[Symbol.asyncDispose]());

describe("H3: clients that stop reading are disconnected when they stay paused", () => {
  test.each(TRANSPORTS)(
    "a late client over %s resumes from its cursor without losing an event",
    async (transport) => {
      const late = await Promise.all(Array.from({ length: CLIENTS }, () => readLate(transport, feed, 3_000)));

      expect(late.map(({ end }) => end)).toEqual(Array(CLIENTS).fill("closed"));
      const [first] = late;
      expect(first && (await peopleWithResume(feed, transport, first.client))).toEqual(feed.people);
    },
  );
});
