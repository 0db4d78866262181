import { Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import { addGauges, type GaugeSources } from "../../src/metrics/gauges.ts";
import { captureLog } from "../personio/captured-log.ts";

const DIRECTORIES = { people: 120, agesSeconds: [30, 10, 40, 20], integrations: { CONNECTED: 3, BROKEN: 1 } };
const QUEUES = { sync: { waiting: 7, running: 4 } };

function register(sources: Partial<GaugeSources> = {}) {
  const registry = new Registry();
  const asked = { directories: 0, queues: 0 };
  const { log, lines } = captureLog();
  const counted: GaugeSources = {
    async readDirectories() {
      asked.directories += 1;
      return DIRECTORIES;
    },
    async readQueues() {
      asked.queues += 1;
      return QUEUES;
    },
    readOverdueTenants: async () => 2,
  };
  addGauges(registry, { ...counted, ...sources }, log);
  const samples = async () => (await registry.metrics()).split("\n").filter((line) => /^people_/.test(line));
  return { samples, asked, lines };
}

describe("the figures of all tenants", () => {
  test("the gauges show the people, the ages of directories, and the waiting jobs", async () => {
    expect(await register().samples()).toEqual([
      "people_present 120",
      'people_directory_age_seconds{quantile="0.5"} 20',
      'people_directory_age_seconds{quantile="0.95"} 40',
      'people_directory_age_seconds{quantile="1"} 40',
      'people_integrations{status="CONNECTED"} 3',
      'people_integrations{status="BROKEN"} 1',
      'people_queue_jobs{queue="sync",state="waiting"} 7',
      'people_queue_jobs{queue="sync",state="running"} 4',
      "people_lifecycle_overdue 2",
    ]);
  });

  test("there is no age while no directory follows Personio", async () => {
    const { samples } = register({
      readDirectories: async () => ({ people: 0, agesSeconds: [], integrations: {} }),
    });
    expect((await samples()).filter((line) => line.includes("age") || line.includes("integrations"))).toEqual(
      [],
    );
  });

  test("the values are read once for a scrape, and not again for the next one", async () => {
    const { samples, asked } = register();
    await Promise.all([samples(), samples()]);
    await samples();
    expect(asked).toEqual({ directories: 1, queues: 1 });
  });

  test("a gauge that cannot be read is left out, and the log has the reason", async () => {
    const { samples, lines } = register({
      readDirectories: () => Promise.reject(new Error("no connection")),
    });
    expect(await samples()).toEqual([
      'people_queue_jobs{queue="sync",state="waiting"} 7',
      'people_queue_jobs{queue="sync",state="running"} 4',
      "people_lifecycle_overdue 2",
    ]);
    expect(lines.some((line) => line.includes("people_present"))).toBe(true);
  });
});
