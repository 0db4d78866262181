import { expect, test } from "vitest";
import { SYSTEM } from "../../src/access/actor.ts";
import { createIdentifyScim } from "../../src/scim/tokens/identify-scim.ts";

test("requests with one token have one viewer while the token is kept, and another one after it was read again", async () => {
  const stored = {
    tenantId: "acme",
    id: "t1",
    tokenHash: Buffer.alloc(0),
    hint: "ab",
    createdAt: new Date(0),
    createdBy: SYSTEM,
    lastUsedAt: null,
  };
  let token = { ...stored };
  const identify = createIdentifyScim(
    async () => token,
    () => undefined,
    () => undefined,
  );
  const credential = { authorization: "Bearer peoplescim_acme_secret" };
  const viewer = await identify(credential);
  expect(viewer).toMatchObject({ tenantId: "acme", kind: "SCIM", subject: "t1" });
  expect(await identify(credential)).toBe(viewer);
  token = { ...stored };
  expect(await identify(credential)).not.toBe(viewer);
});
