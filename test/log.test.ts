import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { QueryFailedError } from "typeorm";
import { expect, test } from "vitest";
import { createLogger, createLogOnce, describeError } from "../src/log.ts";

test("the log entry of a database error contains its place, without its data", () => {
  const driverError = Object.assign(new Error('invalid input syntax for type date: "1990-06-14 Ada"'), {
    code: "22007",
    table: "people",
    detail: "Key (work_email)=(ada@nordlicht.example)",
  });
  const error = new QueryFailedError(
    "/* people.insert */ insert into people values ($1)",
    ["ada@nordlicht.example"],
    driverError,
  );
  expect(describeError(error)).toMatchObject({ sqlState: "22007", table: "people", query: "people.insert" });
  expect(JSON.stringify(describeError(error))).not.toMatch(/ada|1990/i);
});

test("the log entry of a text that cannot be parsed contains its place, without the text", () => {
  const parse = (): unknown => {
    try {
      return JSON.parse("ada@nordlicht.example");
    } catch (error) {
      return describeError(error);
    }
  };
  expect(parse()).toEqual({ type: "SyntaxError", stack: expect.stringContaining("log.test.ts") });
});

test("the log entry of any other error contains its message", () => {
  expect(describeError(new TypeError("x is not a function"))).toMatchObject({
    type: "TypeError",
    message: "x is not a function",
  });
});

test("an entry is one line of JSON with its time, whatever its texts contain, and shows no secret", () => {
  const program = `
    import { createLogger } from "./src/log.ts";
    const text = 'first\\n{"level":60,"msg":"forged"}\\r\\n\\u2028\\u001b[31m';
    createLogger("info").warn({ reason: text, deep: { token: "canary" }, clientSecret: "canary" }, text);
    createLogger("info").debug("too quiet");`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
  });
  const lines = stdout.trim().split(/\r?\n/);
  const entry = JSON.parse(lines[0] ?? "");

  expect(lines).toHaveLength(1);
  expect(entry).toMatchObject({ level: 40, clientSecret: "[redacted]", deep: { token: "[redacted]" } });
  expect(Math.abs(Date.now() - entry.time)).toBeLessThan(60_000);
  expect(entry.msg).toContain("forged");
  expect(stdout).not.toContain("canary");
  expect(stdout).not.toContain("\u001b");
});

test.runIf(existsSync("/dev/full")).each(["info", "fatal"])(
  "C9: an output that refuses an entry of level %s, as a full disk does, neither ends the process nor blocks it",
  (level) => {
    const program = `
      import { createLogger } from "./src/log.ts";
      const log = createLogger("info");
      const entry = () => log["${level}"]("an entry" + "x".repeat(100_000));
      for (let count = 0; count < 100; count += 1) entry();
      setTimeout(() => { entry(); console.error("alive"); }, 50);`;
    const full = openSync("/dev/full", "w");
    const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      encoding: "utf8",
      stdio: ["ignore", full, "pipe"],
      timeout: 20_000,
    });
    closeSync(full);
    expect(stderr.trim()).toBe("alive");
    expect(status).toBe(0);
  },
);

test.runIf(existsSync("/dev/full"))(
  "C9: an output that refuses every entry holds at most a megabyte of them, however often it is tried again",
  () => {
    // The only thread of the pool is busy, so each attempt to write takes a while, and entries arrive.
    const program = `
      import { pbkdf2 } from "node:crypto";
      import { createLogger } from "./src/log.ts";
      const keepBusy = () => pbkdf2("x", "y", 50_000, 64, "sha512", keepBusy);
      keepBusy();
      const log = createLogger("info");
      const until = performance.now() + 1_500;
      const turn = () => {
        for (let count = 0; count < 12; count += 1) log.info("x".repeat(100_000));
        if (performance.now() < until) return setTimeout(turn, 5);
        for (const _twice of [1, 2]) gc();
        console.error(process.memoryUsage().arrayBuffers);
        process.exit();
      };
      turn();`;
    const full = openSync("/dev/full", "w");
    const { stderr } = spawnSync(
      process.execPath,
      ["--expose-gc", "--input-type=module", "--eval", program],
      {
        encoding: "utf8",
        env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
        stdio: ["ignore", full, "pipe"],
        timeout: 20_000,
      },
    );
    closeSync(full);
    // The last attempt has a copy of them.
    expect(Number(stderr)).toBeLessThan(3 * 1_048_576);
  },
);

test.runIf(existsSync("/dev/full"))(
  "an entry that an output refused is written when the output accepts entries again",
  async () => {
    const entries = await logThroughFullDisk('log.warn("first");');
    expect(entries.map(({ msg }) => msg)).toEqual(["first", "second"]);
  },
);

test.runIf(existsSync("/dev/full"))(
  "when the output accepts entries again, the log reports how many it dropped meanwhile",
  async () => {
    const entries = await logThroughFullDisk(
      'for (let count = 0; count < 100; count += 1) log.warn("x".repeat(100_000));',
    );
    const waited = entries.filter(({ msg }) => msg.startsWith("x"));
    expect(waited.length).toBeGreaterThan(5);
    expect(waited.length).toBeLessThan(15);
    const loss = { msg: "log entries dropped", level: 40, count: 100 - waited.length };
    expect(entries.slice(waited.length)).toMatchObject([loss, { msg: "second" }]);
  },
);

/** Logs with the statement while the disk is full, and "second" when it has room. @returns the entries. */
async function logThroughFullDisk(statement: string): Promise<{ msg: string }[]> {
  const folder = await mkdtemp(join(tmpdir(), "people-log-"));
  const file = join(folder, "log");
  const program = `
    import { closeSync, openSync } from "node:fs";
    import { createLogger } from "./src/log.ts";
    const log = createLogger("info");
    const to = (path) => { closeSync(1); openSync(path, "w"); };
    to("/dev/full");
    ${statement}
    setTimeout(() => to(${JSON.stringify(file)}), 50);
    setTimeout(() => log.warn("second"), 500);`;
  spawnSync(process.execPath, ["--input-type=module", "--eval", program], { timeout: 20_000 });
  const lines = (await readFile(file, "utf8")).trim().split("\n");
  await rm(folder, { recursive: true });
  return lines.map((line) => JSON.parse(line));
}

test("entries stay whole and in order when the output accepts a part of one, as a full pipe does", async () => {
  const folder = await mkdtemp(join(tmpdir(), "people-log-"));
  const program = `
    import { closeSync, constants, openSync } from "node:fs";
    import { createLogger } from "./src/log.ts";
    closeSync(1);
    openSync(process.env.PIPE, constants.O_WRONLY | constants.O_NONBLOCK);
    const log = createLogger("info");
    for (let count = 0; count < 5; count += 1) log.info({ count }, "x".repeat(100_000));
    setTimeout(() => undefined, 5_000);`;
  const script = `mkfifo "$PIPE"; exec 3<>"$PIPE"; "$NODE" --input-type=module --eval "$PROGRAM" & head -n 5 <&3; kill $!`;
  const { stdout } = spawnSync("sh", ["-c", script], {
    encoding: "utf8",
    env: { ...process.env, PIPE: join(folder, "pipe"), NODE: process.execPath, PROGRAM: program },
    timeout: 20_000,
  });
  await rm(folder, { recursive: true });
  expect(
    stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).count),
  ).toEqual([0, 1, 2, 3, 4]);
});

test("entries of a level that is written at once leave no less room for later ones", () => {
  const program = `
    import { createLogger } from "./src/log.ts";
    const log = createLogger("info");
    for (let count = 0; count < 200; count += 1) log.fatal("x".repeat(10_000));`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
    maxBuffer: 10_000_000,
  });
  expect(stdout.trim().split("\n")).toHaveLength(200);
});

test("an entry that is logged just before the process exits is written", () => {
  const program = `
    import { createLogger } from "./src/log.ts";
    const log = createLogger("info");
    for (let count = 0; count < 100; count += 1) log.info("x".repeat(1_000));
    log.info("last");
    process.exit(3);`;
  const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
  });
  expect(status).toBe(3);
  expect(stdout).toContain('"msg":"last"');
});

test("a line that repeats is logged once, and again after the time that is given", () => {
  let elapsedMs = 1;
  const logged: unknown[] = [];
  const log = Object.assign(createLogger("silent"), { info: (line: unknown) => logged.push(line) });
  const [once, often] = [createLogOnce(log), createLogOnce(log, 1_000, () => elapsedMs)];
  for (const code of ["A", "A", "B"]) once({ code }, "refused");
  expect(logged).toEqual([{ code: "A" }, { code: "B" }]);
  for (const at of [1, 1_000, 1_002]) {
    elapsedMs = at;
    often({ code: "C" }, "refused");
  }
  expect(logged.slice(2)).toEqual([{ code: "C" }, { code: "C" }]);
});
