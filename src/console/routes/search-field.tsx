import { useEffect, useRef } from "react";
import { useTypedSearch } from "../parts/use-typed-search.ts";
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

/** Searches while the user types. The key `/` moves the focus here from every screen. */
export function SearchField({ value = "", onSearch }: SearchFieldProps) {
  const { people } = useTexts();
  const typed = useTypedSearch({ value, onSearch, typingMs: TYPING_MS });
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (takeSearchFocus()) field.current?.focus();
  }, []);
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
        {...typed}
      />
    </search>
  );
}
