import { type RawSearch, readChoice, withoutEmpty } from "../parts/search-params.ts";

export const VIEWS = ["chart", "outline"] as const;
export type OrgView = (typeof VIEWS)[number];

/** Without a choice in the address the width of the window decides. */
export const readOrgSearch = (raw: RawSearch) => withoutEmpty({ view: readChoice(raw.view, VIEWS) });
