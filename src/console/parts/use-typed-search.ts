import { type ChangeEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";

type TypedSearch = {
  /** The search in the address. */
  readonly value: string;
  readonly onSearch: (text: string) => void;
  /** How long a pause must be to start the search. */
  readonly typingMs: number;
};

/**
 * A field that searches while the user types: the address follows after a short pause, or at once with Enter.
 */
export function useTypedSearch({ value, onSearch, typingMs }: TypedSearch) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** Texts that were passed to `onSearch` and are not in the address yet. */
  const sent = useRef<readonly string[]>([]);
  // The address may change while the user types, and the search must not undo that.
  const latest = useRef(onSearch);
  latest.current = onSearch;
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    const at = sent.current.indexOf(value);
    sent.current = at < 0 ? [] : sent.current.slice(at + 1);
    if (at >= 0) return;
    // Something else changed the address: the back button, or a cleared filter.
    clearTimeout(timer.current);
    setText(value);
  }, [value]);
  const search = (next: string): void => {
    clearTimeout(timer.current);
    sent.current = [...sent.current, next];
    latest.current(next);
  };
  return {
    value: text,
    onChange({ target }: ChangeEvent<HTMLInputElement>): void {
      setText(target.value);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => search(target.value.trim()), typingMs);
    },
    onKeyDown({ key }: KeyboardEvent): void {
      if (key === "Enter") search(text.trim());
    },
  };
}
