import type { Texts } from "./en.ts";
import { parts } from "./parts.de.ts";
import { shell } from "./shell.de.ts";

export const de: Texts = { parts, shell };
