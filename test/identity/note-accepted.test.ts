import { expect, test } from "vitest";
import { administratorOfDefault } from "../../src/access/viewer.ts";
import { createNoteAccepted } from "../../src/identity/note-accepted.ts";
import { createLogger } from "../../src/log.ts";

test("the log has one line an hour for each user, however often their viewers are created", () => {
  let elapsedMs = 0;
  const logged: unknown[] = [];
  const log = Object.assign(createLogger("silent"), { info: (line: unknown) => logged.push(line) });
  const note = createNoteAccepted(log, () => elapsedMs);
  const subjectsAfter = (minutes: number, ...subjects: readonly string[]): unknown[] => {
    elapsedMs = minutes * 60_000;
    for (const subject of subjects) note({ ...administratorOfDefault, subject });
    return logged.splice(0).map((line) => (line as { readonly subject: string }).subject);
  };

  expect(subjectsAfter(1, "ada", "ada", "bo")).toEqual(["ada", "bo"]);
  expect(subjectsAfter(60, "ada", "bo")).toEqual([]);
  expect(subjectsAfter(62, "ada", "ada")).toEqual(["ada"]);
  expect(subjectsAfter(121, "ada", "bo")).toEqual(["bo"]);
});
