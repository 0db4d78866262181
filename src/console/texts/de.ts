import type { Texts } from "./en.ts";
import { parts } from "./parts.de.ts";
import { people } from "./people.de.ts";
import { session } from "./session.de.ts";
import { shell } from "./shell.de.ts";

export const de: Texts = { parts, people, session, shell };
