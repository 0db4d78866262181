import { access } from "./access.en.ts";
import { connect } from "./connect.en.ts";
import { coming, events } from "./events.en.ts";
import { org } from "./org.en.ts";
import { parts } from "./parts.en.ts";
import { people } from "./people.en.ts";
import { person } from "./person.en.ts";
import { session } from "./session.en.ts";
import { settings } from "./settings.en.ts";
import { shell } from "./shell.en.ts";
import { sync } from "./sync.en.ts";

/** All texts in English, by area. German has the same names, and the compiler finds a missing one. */
export const en = {
  access,
  coming,
  connect,
  events,
  org,
  parts,
  people,
  person,
  session,
  settings,
  shell,
  sync,
};

export type Texts = typeof en;
