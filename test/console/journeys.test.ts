import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { JOURNEYS } from "./journeys.ts";

const ROUTES = "src/console/routes";

/** What only a mouse does, or what puts the focus where no key has led it. */
const BESIDE_THE_KEYS =
  /\.(click|dblclick|check|uncheck|setChecked|fill|selectOption|focus|hover|tap|dragTo)\(|\bmouse\.|(?<!keyboard)\.press\(/;

/** The text of a test, from its name to the next one. */
async function bodyOf(file: string, name: string): Promise<string | undefined> {
  const [, ...tests] = (await readFile(`test/console/${file}.pg.test.ts`, "utf8")).split(/\n {2}test/);
  return tests.find((text) => text.startsWith(`("${name}", `));
}

describe("the journeys by keyboard alone", () => {
  test.each(JOURNEYS)("a test makes the journey without a mouse: $journey", async ({ file, test: name }) => {
    const body = await bodyOf(file, name);
    expect(body, `no test in ${file}.pg.test.ts is called: ${name}`).toBeDefined();
    expect(body).toMatch(/keyboard\.|tabTo\(|pressOn\(|typeInto\(/);
    expect(body).not.toMatch(BESIDE_THE_KEYS);
  });

  test("each screen has a journey", async () => {
    const files = (await readdir(ROUTES)).filter((name) => name.endsWith(".routes.tsx"));
    const texts = await Promise.all(files.map((name) => readFile(`${ROUTES}/${name}`, "utf8")));
    const screens = texts.flatMap((text) => [...text.matchAll(/ path: "(.+)",/g)].map(([, path]) => path));
    expect(screens.length).toBeGreaterThan(20);
    expect([...new Set(JOURNEYS.flatMap((journey) => journey.screens))].sort()).toEqual(
      [...new Set(screens)].sort(),
    );
  });
});
