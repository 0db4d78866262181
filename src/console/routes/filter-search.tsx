import { useEffect, useRef, useState } from "react";
import styles from "./sync.module.css";

/** After the last key, so that a word is one request. */
const TYPING_MS = 200;

type FilterSearchProps = {
  readonly label: string;
  /** What the address has. */
  readonly value: string | undefined;
  readonly onSearch: (text: string) => void;
};

/** Narrows a list as one types; the address follows. */
export function FilterSearch({ label, value = "", onSearch }: FilterSearchProps) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sent = useRef(value);
  // The address may change while the user types, and the search must not undo that.
  const latest = useRef(onSearch);
  latest.current = onSearch;
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (value !== sent.current) setText(value);
    sent.current = value;
  }, [value]);
  const search = (next: string): void => {
    clearTimeout(timer.current);
    sent.current = next;
    latest.current(next);
  };
  return (
    <input
      type="search"
      className={styles.search}
      aria-label={label}
      placeholder={label}
      autoComplete="off"
      spellCheck={false}
      value={text}
      onChange={({ target }) => {
        setText(target.value);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => search(target.value.trim()), TYPING_MS);
      }}
      onKeyDown={({ key }) => key === "Enter" && search(text.trim())}
    />
  );
}
