import { useNavigate } from "@tanstack/react-router";
import { type ComponentType, lazy, Suspense, useEffect, useState } from "react";
import { fileOf } from "../parts/lazy-screen.tsx";
import { remember, remembered } from "../parts/remembered.ts";
import { useToast } from "../parts/toast.tsx";
import { useViewer } from "../parts/viewer.tsx";
import { useTexts } from "../texts/texts.tsx";
import { SCREENS } from "./navigation.ts";
import { focusSearchField } from "./search-focus.ts";

/** Loads a dialog with its first use. If its file is gone, the page and its typed text stay. */
const onFirstUse = <Props extends Closable>(load: () => Promise<ComponentType<Props>>) =>
  lazy(async () => ({ default: await fileOf(load).catch((): ComponentType<Props> => Outdated) }));

const Palette = onFirstUse(() => import("./palette.tsx").then((file) => file.Palette));
const KeyHelp = onFirstUse(() => import("./key-help.tsx").then((file) => file.KeyHelp));

type Closable = { readonly onClose: () => void };

/** The page is older than the service. */
function Outdated({ onClose }: Closable) {
  const { shell } = useTexts();
  const say = useToast();
  useEffect(() => {
    say(`${shell.newVersion} ${shell.loadAgain}`);
    onClose();
  });
  return null;
}

/** The second key must follow `g` within this time. */
const SEQUENCE_MS = 1_500;

type Open = "palette" | "help" | undefined;

/**
 * The keys that work on every screen. Those without a modifier can be switched off, because speech input and
 * unsteady hands press them by accident (WCAG 2.1.4).
 */
export function Keyboard({ open, setOpen }: { readonly open: Open; readonly setOpen: (open: Open) => void }) {
  const navigate = useNavigate();
  const viewer = useViewer();
  const [hasSingleKeys, setSingleKeys] = useState(remembered("single-keys") !== "off");

  useEffect(() => {
    let goAt = Number.NEGATIVE_INFINITY;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey)) {
        event.preventDefault();
        // Leaving the screen would lose text typed into an open dialog.
        if (!document.querySelector(DIALOG)) setOpen("palette");
        return;
      }
      if (!hasSingleKeys || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      const isSecond = event.timeStamp - goAt < SEQUENCE_MS;
      goAt = event.key === "g" ? event.timeStamp : Number.NEGATIVE_INFINITY;
      const screen = SCREENS.find(
        ({ key, scope }) => key === event.key && (scope === undefined || viewer.has(scope)),
      );
      if (isSecond && screen) void navigate({ to: screen.to });
      else if (event.key === "/") focusSearchField(() => navigate({ to: "/" }));
      else if (event.key === "?") setOpen("help");
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [hasSingleKeys, navigate, setOpen, viewer]);

  const close = (): void => setOpen(undefined);
  return (
    <Suspense>
      {open === "palette" && <Palette onClose={close} />}
      {open === "help" && (
        <KeyHelp
          onClose={close}
          hasSingleKeys={hasSingleKeys}
          onSingleKeys={(isOn) => {
            remember("single-keys", isOn ? "on" : "off");
            setSingleKeys(isOn);
          }}
        />
      )}
    </Suspense>
  );
}

const DIALOG = "[role=dialog], [role=alertdialog]";

/** Where keys type letters, or belong to a dialog. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest("input, textarea, select, [contenteditable], [role=dialog]") !== null;
