import { brotliCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { startSmallServer } from "../personio/small-server.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { startTestApp } from "../support/test-app.ts";

test("C9: a response that is compressed twice and never ends fails the run, and the process continues to serve", async () => {
  let [sandboxUrl, isUnreadable] = ["", false];
  const compressed = brotliCompressSync(brotliCompressSync('{"success":true,"data":[]}'));
  await using personio = await startSmallServer(async ({ method, url, headers, body }, response) => {
    if (isUnreadable && url.includes("/employees?")) {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "br, br" });
      response.write(compressed.subarray(0, compressed.length >> 1));
      return;
    }
    const { authorization = "", "content-type": type = "" } = headers;
    const answer = await fetch(sandboxUrl + url, {
      method,
      headers: { authorization, ...(type && { "content-type": type }) },
      ...(body && { body }),
    });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(await answer.text());
  });
  await using service = await startTestApp({
    config: { personio: { apiUrl: personio.url, requestsPerMinute: null } },
  });
  sandboxUrl = service.sandbox.url;
  await service.connect();
  const before = await readDirectoryRows(service.databaseUrl);

  isUnreadable = true;
  expect(await service.sync()).toMatchObject({
    status: "FAILED",
    problem: { code: "PERSONIO_UNAVAILABLE", message: expect.stringContaining("(UPSTREAM_BAD_ENCODING)") },
  });
  expect(await readDirectoryRows(service.databaseUrl)).toEqual(before);
  isUnreadable = false;
  expect(await service.sync()).toMatchObject({ problem: null });
});
