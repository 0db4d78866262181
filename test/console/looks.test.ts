import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { COMPANY, NOTHING, REVIEW, TROUBLES, WAITING } from "./looks/cells.ts";
import { SETTINGS_DIALOGS } from "./looks/settings-cells.ts";
import { FORBIDDEN, SIGNED_IN, SIGNED_OUT } from "./looks/sign-in-cells.ts";

const ROUTES = "src/console/routes";

const CELLS = [
  ...[...NOTHING, ...REVIEW, ...COMPANY, ...SETTINGS_DIALOGS, ...TROUBLES, ...WAITING],
  ...[...SIGNED_OUT, ...SIGNED_IN, ...FORBIDDEN],
];

/** The states that every screen has. */
const STATES = ["data", "nothing", "loading", "error", "forbidden"] as const;

/** What a screen does not have: an address with an id is of something, or unknown. */
const LACKS: Readonly<Record<string, readonly string[]>> = {
  "/people/$id": ["nothing"],
  "/org/$id": ["nothing"],
  "/sync/runs/$id": ["nothing"],
  // A right is what a user signs in for, and these ask the service for nothing.
  "/signed-out": ["loading", "error", "forbidden"],
  "/signed-in-again": ["nothing", "loading", "error", "forbidden"],
  // Everyone sees their own.
  "/sign-ins": ["forbidden"],
};

/** As the routes write them; pages of the settings below their parent, which leads on to the first. */
async function readScreens(): Promise<readonly string[]> {
  const files = (await readdir(ROUTES)).filter((name) => name.endsWith(".routes.tsx"));
  const texts = await Promise.all(files.map((name) => readFile(`${ROUTES}/${name}`, "utf8")));
  const paths = texts.map((text) => [...text.matchAll(/ path: "(.+)",/g)].map(([, path = ""]) => path));
  return paths.flatMap((area) =>
    area.includes("/settings")
      ? area.filter((path) => !path.startsWith("/")).map((path) => `/settings/${path}`)
      : area,
  );
}

test("axe looks at each screen with data, with nothing, while it waits, with an error, and without the right", async () => {
  const screens = await readScreens();
  expect(screens.length).toBeGreaterThan(20);
  const wanted = screens.flatMap((screen) => [
    ...STATES.filter((state) => !LACKS[screen]?.includes(state)).map((state) => `${screen}: ${state}`),
    ...(screen.includes("$") ? [`${screen}: unknown`] : []),
  ]);
  const looked = new Set(CELLS.map(({ screen, state }) => `${screen}: ${state}`));
  expect(wanted.filter((cell) => !looked.has(cell))).toEqual([]);
});

test("no two looks have the same name", () => {
  const names = CELLS.map(({ screen, state }) => `${screen}: ${state}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
