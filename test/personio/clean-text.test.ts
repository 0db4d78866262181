import { expect, test } from "vitest";
import { cleanText } from "../../src/personio/http/clean-text.ts";

test("G6: a text is composed, without NUL and halves of surrogate pairs", () => {
  expect(cleanText("Mu\u0308ller\0 \ud800")).toBe("Müller ");
});

test("G6: a letter with 300,000 accents is kept as it is, because composing it would take 20 seconds", () => {
  const accents = `a${"\u0301".repeat(270_000)}${"\u0323".repeat(30_000)}`;
  const before = process.threadCpuUsage();
  const cleaned = cleanText(`${accents}\0`);
  const { user } = process.threadCpuUsage(before);

  expect(cleaned).toBe(accents);
  expect(user / 1_000).toBeLessThan(1_000);
});

test("G6: a million accents, of which each letter has 498, are cleaned in a moment", () => {
  const text = `a${"\u0315\u0300".repeat(249)}`.repeat(2_000);
  const before = process.threadCpuUsage();
  expect(cleanText(text)).toBe(text.normalize("NFC"));
  expect(process.threadCpuUsage(before).user / 1_000).toBeLessThan(1_000);
});
