import { useEffect, useRef, useState } from "react";
import { useTexts } from "../texts/texts.tsx";
import styles from "./people.module.css";
import { takeSearchFocus } from "./search-focus.ts";

/** After the last key: short enough to feel immediate, long enough that a word is one request. */
const TYPING_MS = 90;

type SearchFieldProps = {
  /** What the address has. */
  readonly value: string | undefined;
  readonly onSearch: (text: string) => void;
};

/** Searches as one types. The key `/` leads here from everywhere. */
export function SearchField({ value = "", onSearch }: SearchFieldProps) {
  const { people } = useTexts();
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sent = useRef(value);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (takeSearchFocus()) field.current?.focus();
    return () => clearTimeout(timer.current);
  }, []);
  // Someone else changed the address: the back button, or a cleared filter.
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setText(value);
  }, [value]);
  const search = (next: string): void => {
    sent.current = next;
    onSearch(next);
  };
  return (
    <search className={styles.search}>
      <input
        ref={field}
        type="search"
        id="people-search"
        className={styles.searchInput}
        aria-label={people.search}
        placeholder={people.search}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => search(target.value.trim()), TYPING_MS);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          clearTimeout(timer.current);
          search(text.trim());
        }}
      />
    </search>
  );
}
