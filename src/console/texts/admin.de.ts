import { access } from "./access.de.ts";
import type { AdminTexts } from "./admin.en.ts";
import { connect } from "./connect.de.ts";
import { settings } from "./settings.de.ts";
import { sync } from "./sync.de.ts";

export const adminDe: AdminTexts = { access, connect, settings, sync };
