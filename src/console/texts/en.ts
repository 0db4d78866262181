import { coming, events } from "./events.en.ts";
import { parts } from "./parts.en.ts";
import { shell } from "./shell.en.ts";
import { words } from "./words.en.ts";

/** All texts in English, by area. German has the same names, and the compiler finds a missing one. */
export const en = { parts, shell, words, events, coming };

export type Texts = typeof en;
