import { expect, test } from "vitest";
import { startApp } from "../../src/app.ts";
import { createLogger } from "../../src/log.ts";
import { eventually } from "../support/eventually.ts";
import { createAsk, startTestApp } from "../support/test-app.ts";

// The restart after a downtime is the statement.

type Event = { kind: string; occursOn: string; late: boolean; person: { displayName: string } };
type Upcoming = {
  kind: string;
  occursOn: string;
  suppressedBecause: string | null;
  person: { displayName: string };
};

const FORECAST = `{ upcomingLifecycleEvents(from: "2026-12-28", to: "2027-01-05") {
  edges { node { kind occursOn suppressedBecause person { displayName } } } } }`;

const EVENTS = `query ($after: String) { lifecycleEvents(after: $after) {
  edges { node { kind occursOn late person { displayName } } } pageInfo { endCursor } } }`;

test("after a downtime over New Year, a disconnected company's due events are emitted in order, as forecast", async () => {
  const clock = { now: new Date("2026-12-27T12:00:00Z") };
  const readNow = async (): Promise<Date> => clock.now;
  await using service = await startTestApp({
    sandbox: { people: 400, now: clock.now },
    timing: { readNow },
  });
  await service.connect();
  const { upcomingLifecycleEvents } = await service.get<{
    upcomingLifecycleEvents: { edges: { node: Upcoming }[] };
  }>(FORECAST);
  const forecast = upcomingLifecycleEvents.edges.flatMap(({ node: { suppressedBecause, ...event } }) =>
    suppressedBecause === null ? [event] : [],
  );
  const { lifecycleEvents } = await service.get<{ lifecycleEvents: { pageInfo: { endCursor: string } } }>(
    EVENTS,
  );
  const after = lifecycleEvents.pageInfo.endCursor;
  await service.get("mutation { disconnectPersonio { id } }");
  await service.app[Symbol.asyncDispose]();

  clock.now = new Date("2027-01-05T12:00:00Z");
  await using restarted = await startApp(service.config, createLogger("silent"), { readNow });
  const ask = createAsk(`${restarted.url}/graphql`);
  const emitted = await eventually(async () => {
    const { data } = await ask<{ lifecycleEvents: { edges: { node: Event }[] } }>(EVENTS, { after });
    const events = data.lifecycleEvents.edges.map(({ node }) => node);
    return events.length > 0 && events;
  });

  expect(forecast.length).toBeGreaterThan(20);
  expect(emitted).toEqual(forecast.map((event) => ({ ...event, late: event.occursOn < "2027-01-05" })));
});
