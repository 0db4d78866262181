import { type LinkProps, useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useId, useState } from "react";
import { Dialog } from "../parts/dialog.tsx";
import { usePersonSearch } from "../parts/use-person-search.ts";
import { useViewer } from "../parts/viewer.tsx";
import { useScreenTexts, useTexts } from "../texts/texts.tsx";
import { SCREENS } from "./navigation.ts";
import styles from "./palette.module.css";
import { SETTINGS_PAGES } from "./settings-pages.ts";

type Entry = {
  readonly key: string;
  readonly name: string;
  readonly detail: string;
  readonly go: () => void;
};

type PaletteProps = { readonly onClose: () => void };

/** Opens a screen or a person by a few letters. */
export function Palette({ onClose }: PaletteProps) {
  const isAdmin = useViewer().has("people:admin");
  return isAdmin ? <AdminPalette onClose={onClose} /> : <PaletteOf onClose={onClose} screens={[]} />;
}

function AdminPalette({ onClose }: PaletteProps) {
  const texts = useScreenTexts();
  const screens = ADMIN_SCREENS.map(({ to, name }) => ({ to, name: name(texts) }));
  return <PaletteOf onClose={onClose} screens={screens} />;
}

type Screen = { readonly to: NonNullable<LinkProps["to"]>; readonly name: string };

function PaletteOf({ onClose, screens: more }: PaletteProps & { readonly screens: readonly Screen[] }) {
  const texts = useTexts();
  const { events } = useScreenTexts();
  const navigate = useNavigate();
  const viewer = useViewer();
  const listId = useId();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const words = text.trim().toLowerCase();
  const { found, enter } = usePersonSearch(text, () => choose(entries[active]));
  const main = SCREENS.filter(({ scope }) => scope === undefined || viewer.has(scope)).map(
    ({ to, name }): Screen => ({ to, name: name(texts) }),
  );
  // Before the first letter, the screens of the header are enough.
  const screens =
    words === "" ? main : [...main, { to: "/events/coming", name: events.coming } as const, ...more];
  const begins = screens.filter(({ name }) => name.toLowerCase().startsWith(words));
  const entryOf = ({ to, name }: Screen): Entry => ({
    key: to,
    name,
    detail: texts.shell.screen,
    go: () => void navigate({ to }),
  });
  // A person comes before a screen that matches only in a later word: Andreas before "Fields and sources".
  const entries: readonly Entry[] = [
    ...begins.map(entryOf),
    ...(found ?? []).map(({ id, displayName, position, status }) => ({
      key: id,
      name: displayName,
      detail: [position, status === "INACTIVE" && texts.parts.statuses.INACTIVE].filter(Boolean).join(" · "),
      go: () => void navigate({ to: "/people/$id", params: { id } }),
    })),
    ...screens.filter(({ name }) => name.toLowerCase().includes(` ${words}`)).map(entryOf),
  ];
  const choose = (entry: Entry | undefined): void => {
    if (!entry) return;
    onClose();
    entry.go();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = Math.max(entries.length - 1, 0);
    if (event.key === "ArrowDown") setActive(Math.min(active + 1, last));
    else if (event.key === "ArrowUp") setActive(Math.max(active - 1, 0));
    else if (event.key === "Enter" && active < begins.length) choose(entries[active]);
    else if (event.key === "Enter") enter();
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={texts.shell.palette} isOpen onClose={onClose}>
      <input
        className={styles.input}
        role="combobox"
        aria-label={texts.shell.palettePlaceholder}
        aria-expanded={entries.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={entries.length > 0 ? `${listId}-${active}` : undefined}
        autoComplete="off"
        placeholder={texts.shell.palettePlaceholder}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div role="listbox" id={listId} aria-label={texts.shell.palette} tabIndex={-1}>
        {entries.map(({ key, name, detail, go }, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input handles the keys.
          <div
            key={key}
            role="option"
            id={`${listId}-${index}`}
            aria-selected={index === active}
            ref={index === active ? intoView : undefined}
            tabIndex={-1}
            className={styles.option}
            onClick={() => choose({ key, name, detail, go })}
          >
            <span className="cut" dir="auto">
              {name}
            </span>
            <span className="muted small cut" dir="auto">
              {detail}
            </span>
          </div>
        ))}
      </div>
      <p className="muted small" role="status">
        {words !== "" && found !== undefined && entries.length === 0 && texts.shell.paletteNothing}
      </p>
    </Dialog>
  );
}

const intoView = (option: HTMLElement | null): void => option?.scrollIntoView({ block: "nearest" });

/** What administrators reach through other screens. */
const ADMIN_SCREENS: typeof SETTINGS_PAGES = [
  { to: "/sync/missing", name: ({ sync }) => sync.missing.title },
  { to: "/sync/lines", name: ({ sync }) => sync.lines.title },
  { to: "/connect", name: ({ sync }) => sync.connection },
  ...SETTINGS_PAGES,
];
