import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useTexts } from "../texts/texts.tsx";
import { Chip, Chips } from "./chips.tsx";
import { Field } from "./field.tsx";
import styles from "./person-picker.module.css";
import { type FoundPerson, usePersonSearch } from "./use-person-search.ts";

type Chosen = Pick<FoundPerson, "id" | "displayName">;

type PersonPickerProps = {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly chosen: Chosen | undefined;
  readonly onChoose: (person: Chosen | undefined) => void;
};

/** Chooses one person by typing: a combobox of the ARIA guide. */
export function PersonPicker({ label, hint, chosen, onChoose }: PersonPickerProps) {
  const { parts } = useTexts();
  const listId = useId();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const { picker, isMine } = useFocusOfChoice(chosen?.id);
  const search = usePersonSearch(text, () => choose(found[active]));
  const found = search.found ?? [];
  const isOpen = text.trim() !== "" && found.length > 0;
  const choose = (person: FoundPerson | undefined): void => {
    if (!person) return;
    isMine.current = true;
    onChoose({ id: person.id, displayName: person.displayName });
    setText("");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && text.trim() !== "") search.enter();
    else if (!isOpen) return;
    else if (event.key === "ArrowDown") setActive((active + 1) % found.length);
    else if (event.key === "ArrowUp") setActive((active + found.length - 1) % found.length);
    else if (event.key === "Escape") setText("");
    else return;
    event.preventDefault();
  };
  if (chosen)
    return (
      <div ref={picker}>
        <Chips label={label}>
          <Chip
            name={label}
            value={chosen.displayName}
            removeLabel={parts.remove(chosen.displayName)}
            onRemove={() => {
              isMine.current = true;
              onChoose(undefined);
            }}
          />
        </Chips>
      </div>
    );
  return (
    <div ref={picker} className={styles.picker}>
      <Field label={label} hint={hint}>
        {(described) => (
          <input
            {...described}
            className={styles.input}
            role="combobox"
            aria-expanded={isOpen}
            aria-controls={listId}
            aria-autocomplete="list"
            aria-activedescendant={isOpen ? `${listId}-${active}` : undefined}
            autoComplete="off"
            placeholder={parts.typeAName}
            value={text}
            onChange={({ target }) => {
              setText(target.value);
              setActive(0);
            }}
            onKeyDown={onKeyDown}
          />
        )}
      </Field>
      <div
        role="listbox"
        id={listId}
        aria-label={label}
        hidden={!isOpen}
        className={styles.list}
        tabIndex={-1}
      >
        {isOpen &&
          found.map((person, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the input handles the keys.
            <div
              key={person.id}
              role="option"
              id={`${listId}-${index}`}
              aria-selected={index === active}
              tabIndex={-1}
              className={styles.option}
              onClick={() => choose(person)}
            >
              <span dir="auto">{person.displayName}</span>
              <span className="muted small" dir="auto">
                {person.position}
              </span>
            </div>
          ))}
      </div>
      <p role="status" className="muted small">
        {text.trim() !== "" && search.found?.length === 0 && parts.noPersonFound}
      </p>
    </div>
  );
}

/** A choice replaces the control that had the focus; the new control gets the focus. */
function useFocusOfChoice(id: string | undefined) {
  const picker = useRef<HTMLDivElement>(null);
  /** The choice was made here. */
  const isMine = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each choice.
  useEffect(() => {
    if (isMine.current) picker.current?.querySelector<HTMLElement>("input, button")?.focus();
    isMine.current = false;
  }, [id]);
  return { picker, isMine };
}
