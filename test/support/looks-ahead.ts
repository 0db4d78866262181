/** `LOOK_AHEAD=off npm test` runs every test with loaders only. */
export const LOOKS_AHEAD = process.env.LOOK_AHEAD !== "off";
