import { expect, test } from "vitest";
import { composeText } from "../../src/request/compose-text.ts";

test("a text is composed", () => {
  expect(composeText("Zoe\u0308 Mu\u0308ller")).toBe("Zoë Müller");
});

test("a letter with thirty accents is composed, and one with more stays as it is", () => {
  const marks = (count: number): string => `${"\u0301".repeat(count - 1)}\u0323`;
  expect(composeText(`a${marks(30)}`)).toBe(`a${marks(30)}`.normalize("NFC"));
  for (const text of [`a${marks(31)}`, marks(31), `é a${marks(31)}`]) expect(composeText(text)).toBe(text);
});

test.each([
  ["one letter has them all", `a${"\u0315\u0300".repeat(500_000)}`],
  ["each letter has thirty", `a${"\u0315\u0300".repeat(15)}`.repeat(20_000)],
])("a million accents take no second: %s", (_name, text) => {
  const before = process.threadCpuUsage();
  composeText(text);
  expect(process.threadCpuUsage(before).user / 1_000).toBeLessThan(1_000);
});
