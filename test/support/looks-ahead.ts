/** `LOOK_AHEAD=off npm test` runs every test with loaders alone. */
export const LOOKS_AHEAD = process.env.LOOK_AHEAD !== "off";
