import { useTypedSearch } from "../parts/use-typed-search.ts";
import styles from "./sync.module.css";

/** After the last key, so that a word is one request. */
const TYPING_MS = 200;

type FilterSearchProps = {
  readonly label: string;
  /** What the address has. */
  readonly value: string | undefined;
  readonly onSearch: (text: string) => void;
};

/** Narrows a list while the user types; the address follows. */
export function FilterSearch({ label, value = "", onSearch }: FilterSearchProps) {
  const typed = useTypedSearch({ value, onSearch, typingMs: TYPING_MS });
  return (
    <input
      type="search"
      className={styles.search}
      aria-label={label}
      placeholder={label}
      autoComplete="off"
      spellCheck={false}
      {...typed}
    />
  );
}
