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
  feed = await startFeed({ ...UNLIMITED, lagMs: 500 });
});
afterAll(() => feed[Symbol.asyncDispose]());

describe("H3: clients that stop reading get LAGGED when they read again", () => {
  test.each(TRANSPORTS)(
    "a late client over %s resumes from its cursor without losing an event",
    async (transport) => {
      const late = await Promise.all(Array.from({ length: CLIENTS }, () => readLate(transport, feed, 1_500)));

      for (const { client, end } of late)
        expect(end).toMatchObject({ code: "LAGGED", cursor: client.cursors.at(-1) });
      const [first] = late;
      expect(first && (await peopleWithResume(feed, transport, first.client))).toEqual(feed.people);
    },
  );
});
