import type { Texts } from "./en.ts";
import { org } from "./org.de.ts";
import { parts } from "./parts.de.ts";
import { people } from "./people.de.ts";
import { person } from "./person.de.ts";
import { session } from "./session.de.ts";
import { shell } from "./shell.de.ts";

export const de: Texts = { org, parts, people, person, session, shell };
