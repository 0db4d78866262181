import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unauthenticated } from "../../../src/identity/refusal.ts";
import { codesOf, type StubServer, startStubServer } from "../support/start-stub-server.ts";

const PAGE = "<!doctype html><title>People</title>";
const SCRIPT = "console.log(1);";

let folder: string;
let server: StubServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "people-subgraph-console-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), PAGE);
  await writeFile(join(folder, ".built"), "");
  await writeFile(join(folder, "assets", "main-1a2b3c.js"), SCRIPT);
  await writeFile(join(folder, "assets", "main-1a2b3c.js.br"), brotliCompressSync(SCRIPT));
  // No request has a credential.
  const identify = () => Promise.reject(unauthenticated());
  server = await startStubServer({
    identify,
    reach: { production: true },
    routes: { consoleFolder: folder },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, { headers, redirect: "manual" });

describe("the page of the console", () => {
  test.each(["/console", "/console/", "/console/people/42", "/console/sync/runs/7?status=HELD"])(
    "%s is the page, which a browser keeps and asks for again, and which needs no credential",
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(response.headers.get("cache-control")).toBe("no-cache");
      expect(await response.text()).toBe(PAGE);
      const etag = String(response.headers.get("etag"));
      const known = { "if-none-match": etag, "cache-control": "max-age=0" };
      expect((await get(path, known)).status).toBe(304);
    },
  );

  test("an address that a mail program cut in the middle of a character shows the page for mistyped addresses", async () => {
    const response = await get("/console/people/%E0%A4%A");
    expect([response.status, response.headers.get("location")]).toEqual([302, "/console/unreadable"]);
    expect((await get("/graphql/%E0%A4%A")).status).toBe(400);
  });

  test("its policy allows only what the service itself serves, and no text as script", async () => {
    expect((await get("/console")).headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    );
  });

  test("/ leads to it, and /graphql still needs a credential", async () => {
    const response = await get("/");
    expect([response.status, response.headers.get("location")]).toEqual([302, "/console"]);
    expect((await get("/graphql?query={echo}")).status).toBe(401);
  });
});

describe("the files of the console", () => {
  test("a file with a hash in its name is kept forever, and sent as it was compressed by the build", async () => {
    const response = await get("/console/assets/main-1a2b3c.js", { "accept-encoding": "br" });
    expect(response.headers.get("content-encoding")).toBe("br");
    expect(response.headers.get("vary")).toMatch(/accept-encoding/i);
    expect(response.headers.get("content-type")).toMatch(/javascript/);
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(await response.text()).toBe(SCRIPT);
  });

  test("a client that accepts no encoding gets the file as it is", async () => {
    const response = await get("/console/assets/main-1a2b3c.js", { "accept-encoding": "identity" });
    expect(response.headers.get("content-encoding")).toBeNull();
    expect(await response.text()).toBe(SCRIPT);
  });

  test("a file of another version is a 404 that no cache keeps, and not the page", async () => {
    const response = await get("/console/assets/main-0ld.js");
    expect(response.status).toBe(404);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    expect(codesOf(await response.json())).toEqual(["NOT_FOUND"]);
  });

  test.each(["/console/assets/../.built", "/console/assets/%2e%2e/.built", "/console/.built"])(
    "%s leads to no other file",
    async (path) => {
      const text = await (await get(path)).text();
      expect([PAGE, expect.stringContaining("NOT_FOUND")]).toContainEqual(text);
    },
  );
});

test("a server without a built console has no such page", async () => {
  await using bare = await startStubServer({ routes: { consoleFolder: join(folder, "nothing") } });
  for (const path of ["/", "/console"]) expect((await fetch(`${bare.url}${path}`)).status).toBe(404);
});
