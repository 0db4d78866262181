import { access } from "./access.en.ts";
import { connect } from "./connect.en.ts";
import { settings } from "./settings.en.ts";
import { sync } from "./sync.en.ts";

/** Texts of the screens for administrators, half of all words: other users never load them. */
export const adminEn = { access, connect, settings, sync };

export type AdminTexts = typeof adminEn;
