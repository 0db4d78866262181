import type { Texts } from "./en.ts";
import { coming, events } from "./events.de.ts";
import { parts } from "./parts.de.ts";
import { shell } from "./shell.de.ts";
import { words } from "./words.de.ts";

export const de: Texts = { parts, shell, words, events, coming };
