import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cpuMsOf } from "../support/process-cpu.ts";
import { measureCpuSlowness } from "../support/slowness.ts";
import { signIn } from "./support/start.ts";
import type { List } from "./support/start-v2.ts";

const PAGES = 200;
/** Measured: some 200 MB, of which Node itself takes 60; a company in memory would take gigabytes. */
const MEGABYTES_MAX = 500;
/** CPU time. Measured: 3 ms. */
const MILLISECONDS_PER_PAGE_MAX = 50;

/** Pages of a hundred, from all over the company. */
async function readOnV1(url: string, headers: Record<string, string>): Promise<void> {
  for (let page = 0; page < PAGES; page += 1) {
    const offset = page * (1_000_000 / PAGES);
    const response = await fetch(`${url}/v1/company/employees?limit=100&offset=${offset}`, { headers });
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(300_000);
  }
}

/** Pages of fifty and one employment of each; as many pages as version 1, in the same time. */
async function readOnV2(url: string, headers: Record<string, string>): Promise<void> {
  let next = `${url}/v2/persons?limit=50`;
  for (let page = 0; page < PAGES; page += 1) {
    const persons = (await (await fetch(next, { headers })).json()) as List;
    expect(persons._data).toHaveLength(50);
    const employments = await fetch(`${url}/v2/persons/${persons._data[0]?.id}/employments`, { headers });
    expect((await employments.arrayBuffer()).byteLength).toBeGreaterThan(500);
    next = persons._meta.links.next?.href ?? "";
  }
}

test.runIf(process.platform === "linux")(
  "a company of a million people needs little memory and time per page",
  async () => {
    const program = [
      new URL("../../dist/src/sandbox/main.js", import.meta.url).pathname,
      "--people",
      "1000000",
      "--port",
      "0",
      "--requests-per-minute",
      "none",
    ];
    const sandbox = spawn(process.execPath, program, { stdio: ["ignore", "pipe", "inherit"] });
    try {
      const failed = once(sandbox, "exit").then(([code]) => {
        throw new Error(`The sandbox ended with ${code} before it was ready.`);
      });
      const [printed] = await Promise.race([once(sandbox.stdout, "data"), failed]);
      const [, url = ""] = /runs at (\S+)/.exec(String(printed)) ?? [];
      const credentials = { clientId: "sandbox-client", clientSecret: "sandbox-secret" };
      const headers = { authorization: `Bearer ${await signIn({ url, credentials })}` };

      for (const read of [readOnV1, readOnV2]) {
        const before = cpuMsOf(sandbox.pid);
        await read(url, headers);
        const perPage = (cpuMsOf(sandbox.pid) - before) / PAGES;
        expect(perPage).toBeGreaterThan(0);
        expect(perPage / measureCpuSlowness()).toBeLessThan(MILLISECONDS_PER_PAGE_MAX);
      }
      const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${sandbox.pid}/status`, "utf8"))?.[1];
      expect(Number(peak) / 1024).toBeLessThan(MEGABYTES_MAX);
    } finally {
      sandbox.kill("SIGTERM");
    }
    const [code] = await once(sandbox, "exit");
    expect(code).toBe(0);
  },
);
