import { access } from "./access.de.ts";
import { connect } from "./connect.de.ts";
import { coming, events } from "./events.de.ts";
import { org } from "./org.de.ts";
import { person } from "./person.de.ts";
import type { ScreenTexts } from "./screens.en.ts";
import { settings } from "./settings.de.ts";
import { sync } from "./sync.de.ts";

export const screensDe: ScreenTexts = {
  access,
  coming,
  connect,
  events,
  org,
  person,
  settings,
  sync,
};
