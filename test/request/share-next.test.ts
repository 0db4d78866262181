import { expect, test } from "vitest";
import { shareNext } from "../../src/request/share-next.ts";

/** Reads that the test ends, and in `begun` what has begun. */
function createRead() {
  const begun: (PromiseWithResolvers<string> & { readonly key: string })[] = [];
  const read = shareNext((key: string) => {
    const reading = { key, ...Promise.withResolvers<string>() };
    begun.push(reading);
    return reading.promise;
  });
  return { read, begun };
}

test("requests that come while a version is read share the read that begins afterwards, for each company", async () => {
  const { read, begun } = createRead();
  const first = read("acme");
  const later = [read("acme"), read("acme")];
  const other = read("globex");
  expect(begun.map(({ key }) => key)).toEqual(["acme", "globex"]);

  begun[0]?.resolve("v1");
  expect(await first).toBe("v1");
  await Promise.resolve();
  expect(begun).toHaveLength(3);
  const latest = read("acme");
  begun[2]?.resolve("v2");
  expect(await Promise.all(later)).toEqual(["v2", "v2"]);

  begun[1]?.resolve("v0");
  expect(await other).toBe("v0");
  begun[3]?.reject(new Error("away"));
  await expect(latest).rejects.toThrow("away");
  const again = read("acme");
  begun[4]?.resolve("v3");
  expect(await again).toBe("v3");
});

test("a request that comes in the moment between two reads shares the second one", async () => {
  const { read, begun } = createRead();
  const first = read("acme");
  const second = read("acme");
  const between = begun[0]?.promise.then(() => read("acme"));
  begun[0]?.resolve("v1");
  expect(await first).toBe("v1");
  await Promise.resolve();
  expect(begun).toHaveLength(2);
  begun[1]?.resolve("v2");
  expect(await Promise.all([second, between])).toEqual(["v2", "v2"]);
});

test("requests that come while a read fails share the read that begins afterwards", async () => {
  const { read, begun } = createRead();
  const first = read("acme");
  const later = [read("acme"), read("acme")];
  begun[0]?.reject(new Error("away"));
  await expect(first).rejects.toThrow("away");
  await Promise.resolve();
  begun[1]?.resolve("v2");
  expect(await Promise.all(later)).toEqual(["v2", "v2"]);
  expect(begun).toHaveLength(2);
});
