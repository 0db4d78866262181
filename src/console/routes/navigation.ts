import type { LinkProps } from "@tanstack/react-router";
import type { Scope } from "../parts/viewer.tsx";
import type { Texts } from "../texts/en.ts";

type Screen = {
  readonly to: NonNullable<LinkProps["to"]>;
  readonly name: (texts: Texts) => string;
  /** After `g`, it opens the screen. */
  readonly key?: string;
  /** Left out for viewers without it. */
  readonly scope?: Scope;
};

/** The screens of the main navigation, in the order of use. */
export const SCREENS: readonly Screen[] = [
  { to: "/", key: "p", name: (texts) => texts.shell.screens.people },
  { to: "/org", key: "o", name: (texts) => texts.shell.screens.org },
  { to: "/events", key: "e", name: (texts) => texts.shell.screens.events },
  { to: "/sync", key: "s", name: (texts) => texts.shell.screens.sync, scope: "people:admin" },
  { to: "/settings", name: (texts) => texts.shell.screens.settings, scope: "people:admin" },
];
