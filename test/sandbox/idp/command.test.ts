import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { programPath } from "../../support/programs.ts";
import { startScimRecorder } from "../support/scim-recorder.ts";

const start = (...options: string[]) =>
  spawn(process.execPath, [programPath("sandbox/main.js"), "--people", "10", "--port", "0", ...options]);

test("npm run sandbox -- --idp provisions as Okta does, into the address of its options", async () => {
  await using service = await startScimRecorder();
  const sandbox = start("--idp-url", service.url, "--idp-token", "the-token", "--idp");
  try {
    await eventually(() => service.requests("POST").length > 5);
    expect(service.recorded[0]?.headers).toMatchObject({
      authorization: "Bearer the-token",
      "user-agent": "Okta SCIM Client 1.0.0",
    });
  } finally {
    sandbox.kill("SIGTERM");
  }
  expect(await once(sandbox, "exit")).toEqual([0, null]);
});

test("an identity provider that the sandbox does not know is refused with the usage", async () => {
  const sandbox = start("--idp", "ldap");
  const [output, [code]] = await Promise.all([text(sandbox.stderr), once(sandbox, "exit")]);
  expect(code).toBe(78);
  expect(output).toContain('--idp: there is no identity provider "ldap".');
  expect(output).toContain("--idp [okta|entra]");
});
