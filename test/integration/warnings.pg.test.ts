import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let service: TestApp;
beforeAll(async () => {
  service = await startTestApp();
  await service.connect();
});
afterAll(() => service[Symbol.asyncDispose]());

type Warnings = { personioIntegration: { status: string; warnings: { code: string; message: string }[] } };
const warnings = async () =>
  (await service.get<Warnings>("{ personioIntegration { status warnings { code message help } } }"))
    .personioIntegration;

test("(A13) personioIntegration warns of each attribute that the credential may no longer read, until it may again", async () => {
  expect((await warnings()).warnings).toEqual([]);

  const { personioIntegration } = await service.get<{
    personioIntegration: { attributes: { key: string; granted: boolean }[] };
  }>("{ personioIntegration { attributes { key granted } } }");
  const granted = personioIntegration.attributes.filter((attribute) => attribute.granted);
  await service.sandbox.admin.setGrants(
    granted.map(({ key }) => key).filter((key) => key !== "supervisor" && key !== "position"),
  );
  await service.sync();
  const found = await warnings();
  expect(found.status).toBe("CONNECTED");
  expect(found.warnings.map(({ code, message }) => `${code} ${/"(.*)"/.exec(message)?.[1]}`).sort()).toEqual([
    "ATTRIBUTE_NOT_READABLE Position",
    "ATTRIBUTE_NOT_READABLE Supervisor",
  ]);

  await service.sandbox.admin.setGrants(null);
  await service.sync();
  expect((await warnings()).warnings).toEqual([]);
});
