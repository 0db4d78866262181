import { org } from "./org.en.ts";
import { parts } from "./parts.en.ts";
import { people } from "./people.en.ts";
import { person } from "./person.en.ts";
import { session } from "./session.en.ts";
import { shell } from "./shell.en.ts";

/** All texts in English, by area. German has the same names, and the compiler finds a missing one. */
export const en = { org, parts, people, person, session, shell };

export type Texts = typeof en;
