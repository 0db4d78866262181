import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pino } from "pino";
import { afterAll, describe, expect, test, vi } from "vitest";
import { EXIT, StartError } from "../../src/errors.ts";
import { COOL_DOWN_MS, createIssuerKeys } from "../../src/identity/issuer/issuer-keys.ts";
import { openKeySetFile } from "../../src/identity/issuer/key-set.ts";
import { openIssuer } from "../../src/identity/issuer/open-issuer.ts";
import { normalizeEmail } from "../../src/people/email-address.ts";
import { eventually } from "../support/eventually.ts";
import { DEFAULT_RULES, identifyWith } from "./support/identify-with.ts";
import { AUDIENCE, createTestIssuer, ISSUER } from "./support/test-issuer.ts";

const issuer = await createTestIssuer("one");
const successor = await createTestIssuer("two");

const folder = mkdtempSync(join(tmpdir(), "people-keys-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function writeKeys(text: string): string {
  files += 1;
  const path = join(folder, `${files}.json`);
  writeFileSync(path, text);
  return path;
}

const open = (path: string) =>
  openIssuer(
    { ...DEFAULT_RULES, jwksUrl: pathToFileURL(path), issuer: ISSUER, audiences: [AUDIENCE] },
    { normalizeEmail, log: pino({ level: "silent" }) },
  );

describe("keys in a file", () => {
  test("the keys of a file verify tokens", async () => {
    await using opened = await open(writeKeys(JSON.stringify(issuer.keySet)));
    await expect(opened.verify(await issuer.sign())).resolves.toMatchObject({ subject: "ada" });
    await expect(opened.verify(await successor.sign())).rejects.toThrow("unknown-key");
  });

  test.each([
    ["a missing file", join(folder, "missing.json"), "cannot be read (ENOENT)"],
    ["a folder", folder, "cannot be read (EISDIR)"],
    ["an empty file", writeKeys(""), "is not a key set (JWKS) in JSON"],
    ["a key without its set", writeKeys(JSON.stringify(issuer.jwk)), "is not a key set (JWKS) in JSON"],
    ["a set without keys", writeKeys('{"keys":[]}'), "contains no key for signatures"],
    [
      "a private key",
      writeKeys(JSON.stringify({ keys: [{ ...issuer.jwk, d: "x" }] })),
      "contains a private key",
    ],
    [
      "a large file",
      writeKeys(`${" ".repeat(300_000)}${JSON.stringify(issuer.keySet)}`),
      "is larger than 256 KiB",
    ],
  ])("%s stops the start with 78, and the line names the file and the reason", async (_, path, reason) => {
    const failure = await open(path).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartError);
    expect(failure).toMatchObject({ exitCode: EXIT.config });
    expect((failure as StartError).message).toContain(`AUTH_JWKS_URL: ${path} ${reason}`);
  });

  test("a file that changes is read again, and a broken one leaves the keys in use", async () => {
    const path = writeKeys(JSON.stringify(issuer.keySet));
    const source = openKeySetFile(path);
    const lines: string[] = [];
    let now = 0;
    const { getKey } = createIssuerKeys({
      load: () => source.load(),
      loaded: await source.load(),
      refreshMs: COOL_DOWN_MS,
      now: () => now,
      log: pino({ base: null }, { write: (line) => lines.push(line) }),
    });
    const { present } = identifyWith(getKey);
    writeFileSync(path, JSON.stringify(successor.keySet));
    await expect(present(await successor.sign())).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    now += COOL_DOWN_MS;
    await expect(present(await successor.sign())).resolves.toMatchObject({ subject: "ada" });
    await expect(present(await issuer.sign())).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    writeFileSync(path, "half a fi");
    now += COOL_DOWN_MS;
    await expect(present(await successor.sign({ jti: "2" }))).resolves.toMatchObject({ subject: "ada" });
    await eventually(() => lines.length === 1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      reason: "is not a key set (JWKS) in JSON",
      known: true,
    });
    await expect(present(await successor.sign({ jti: "3" }))).resolves.toMatchObject({ subject: "ada" });
  });

  test("a changed file counts within half a minute, also without requests", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    try {
      const path = writeKeys(JSON.stringify(issuer.keySet));
      await using opened = await open(path);
      writeFileSync(path, JSON.stringify(successor.keySet));
      vi.advanceTimersByTime(COOL_DOWN_MS);
      // The clock stands still, so only the timer can have read the file. Verified tokens are kept.
      let tokens = 0;
      await eventually(async () => {
        tokens += 1;
        const token = await issuer.sign({ jti: String(tokens) });
        return opened.verify(token).then(
          () => false,
          ({ reason }) => reason === "unknown-key",
        );
      });
    } finally {
      vi.useRealTimers();
    }
  });
});
