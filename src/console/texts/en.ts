import { parts } from "./parts.en.ts";
import { people } from "./people.en.ts";
import { session } from "./session.en.ts";
import { shell } from "./shell.en.ts";

/** All texts in English, by area. German has the same names, and the compiler finds a missing one. */
export const en = { parts, people, session, shell };

export type Texts = typeof en;
