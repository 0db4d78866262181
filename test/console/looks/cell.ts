import type { Page } from "playwright-core";
import { de } from "../../../src/console/texts/de.ts";
import { en } from "../../../src/console/texts/en.ts";
import { screensDe } from "../../../src/console/texts/screens.de.ts";
import { screensEn } from "../../../src/console/texts/screens.en.ts";

/** The texts by language: a step of a cell finds its button by its text. */
const WORDS = { en: { ...en, ...screensEn }, de: { ...de, ...screensDe } } as const;

export type Language = keyof typeof WORDS;
export type Words = (typeof WORDS)["en"];
export const wordsOf = (language: Language): Words => WORDS[language];

/** Ids for addresses, which no test can know in advance. */
export type Known = {
  readonly person: string;
  /** A person with a name and a position that are longer than any place for them. */
  readonly longNamed: string;
  readonly run: string;
};

/** One state of one screen. */
export type Cell = {
  /** The address in the form of the routes. */
  readonly screen: string;
  readonly state: string;
  readonly address: string | ((known: Known) => string);
  /** The steps from the open screen to the state. */
  readonly act?: (page: Page, words: Words) => Promise<unknown>;
};

export const button = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name, ...(typeof name === "string" && { exact: true }) });

/** In the dialog that is open. */
export const inDialog = (page: Page, name: string) =>
  page.getByRole("dialog").getByRole("button", { name, exact: true });
