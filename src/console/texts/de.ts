import { access } from "./access.de.ts";
import { connect } from "./connect.de.ts";
import type { Texts } from "./en.ts";
import { coming, events } from "./events.de.ts";
import { parts } from "./parts.de.ts";
import { people } from "./people.de.ts";
import { person } from "./person.de.ts";
import { session } from "./session.de.ts";
import { settings } from "./settings.de.ts";
import { shell } from "./shell.de.ts";
import { sync } from "./sync.de.ts";

export const de: Texts = {
  connect,
  parts,
  people,
  person,
  shell,
  sync,
  events,
  coming,
  session,
  settings,
  access,
};
