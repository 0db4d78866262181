import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

/** Runs CI's audit against a registry with this answer, by status and body. */
async function audit(status: number, advisories: object) {
  const registry = createServer((request, response) => {
    const isAudit = request.url?.endsWith("/security/advisories/bulk");
    response.writeHead(isAudit ? status : 404, { "content-type": "application/json" });
    request.resume().on("end", () => response.end(JSON.stringify(isAudit ? advisories : {})));
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void registry.close());
  await once(registry, "listening");
  // npm keeps advisories by their id.
  const cache = await mkdtemp(join(tmpdir(), "people-audit-"));
  onTestFinished(() => rm(cache, { recursive: true }));
  const env = {
    ...process.env,
    npm_config_cache: cache,
    npm_config_registry: `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`,
    npm_config_fetch_retries: "0",
  };
  return promisify(execFile)(".ci/audit", { env }).then(
    ({ stderr }) => ({ code: 0, stderr }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
  );
}

const advisory = (severity: string) => ({
  ws: [{ id: 1, url: "https://example.com/1", title: "A flaw", severity, vulnerable_versions: "<999.0.0" }],
});

test("CI fails on a package of production with a vulnerability of level high, and names it", async () => {
  const { code, stderr } = await audit(200, advisory("high"));
  expect(code).toBe(1);
  expect(stderr).toContain("https://example.com/1");
});

test("CI passes with a package that has a vulnerability of level low", async () => {
  expect(await audit(200, advisory("low"))).toEqual({ code: 0, stderr: "" });
});

test("CI passes with a warning if the registry answers no audit", async () => {
  const { code, stderr } = await audit(405, {});
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: "the registry answers no audit: packages are not checked\n",
  });
});
