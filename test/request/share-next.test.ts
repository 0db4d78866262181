import { expect, test } from "vitest";
import { shareNext } from "../../src/request/share-next.ts";

test("requests that come while a version is read share the read that begins afterwards, for each company", async () => {
  const begun: { key: string; end: (version: string) => void; fail: (error: Error) => void }[] = [];
  const read = shareNext((key: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    begun.push({ key, end: resolve, fail: reject });
    return promise;
  });
  const first = read("acme");
  const later = [read("acme"), read("acme")];
  const other = read("globex");
  expect(begun.map(({ key }) => key)).toEqual(["acme", "globex"]);

  begun[0]?.end("v1");
  expect(await first).toBe("v1");
  await Promise.resolve();
  expect(begun).toHaveLength(3);
  const latest = read("acme");
  begun[2]?.end("v2");
  expect(await Promise.all(later)).toEqual(["v2", "v2"]);

  begun[1]?.end("v0");
  expect(await other).toBe("v0");
  begun[3]?.fail(new Error("away"));
  await expect(latest).rejects.toThrow("away");
  const again = read("acme");
  begun[4]?.end("v3");
  expect(await again).toBe("v3");
});
