import { access } from "./access.en.ts";
import { connect } from "./connect.en.ts";
import { coming, events } from "./events.en.ts";
import { org } from "./org.en.ts";
import { person } from "./person.en.ts";
import { settings } from "./settings.en.ts";
import { sync } from "./sync.en.ts";

/** Texts of further screens, most words of the console: the first screen does without them. */
export const screensEn = { access, coming, connect, events, org, person, settings, sync };

export type ScreenTexts = typeof screensEn;
