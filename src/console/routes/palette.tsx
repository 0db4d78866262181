import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useId, useState } from "react";
import { Dialog } from "../parts/dialog.tsx";
import { usePersonSearch } from "../parts/use-person-search.ts";
import { useViewer } from "../parts/viewer.tsx";
import { useTexts } from "../texts/texts.tsx";
import { SCREENS } from "./navigation.ts";
import styles from "./palette.module.css";

type Entry = {
  readonly key: string;
  readonly name: string;
  readonly detail: string;
  readonly go: () => void;
};

/** Opens a screen or a person by a few letters. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const texts = useTexts();
  const navigate = useNavigate();
  const viewer = useViewer();
  const listId = useId();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const people = usePersonSearch(text);
  const words = text.trim().toLowerCase();
  const screens = SCREENS.filter(
    ({ name, scope }) =>
      (scope === undefined || viewer.has(scope)) && name(texts).toLowerCase().startsWith(words),
  );
  const entries: readonly Entry[] = [
    ...screens.map(({ to, name }) => ({
      key: to,
      name: name(texts),
      detail: texts.shell.screen,
      go: () => void navigate({ to }),
    })),
    ...(people ?? []).map(({ id, displayName, position }) => ({
      key: id,
      name: displayName,
      detail: position ?? "",
      go: () => void navigate({ to: "/people/$id", params: { id } }),
    })),
  ];
  const choose = (entry: Entry | undefined): void => {
    if (!entry) return;
    onClose();
    entry.go();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") setActive(Math.min(active + 1, entries.length - 1));
    else if (event.key === "ArrowUp") setActive(Math.max(active - 1, 0));
    else if (event.key === "Enter") choose(entries[active]);
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
        {words !== "" && people !== undefined && entries.length === 0 && texts.shell.paletteNothing}
      </p>
    </Dialog>
  );
}
