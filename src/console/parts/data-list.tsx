import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import styles from "./data-list.module.css";
import { type Column, Header, ListRow, tracksOf } from "./data-list-row.tsx";
import { keptPlaces } from "./kept-places.ts";

/** The height of a row in px, as `--row` in theme.css: 100,000 rows stay below every browser's limit. */
const ROW_PX = 44;

/** Extra rows drawn outside of the window, so that a short scroll shows no gap. */
const OVERSCAN = 10;

type DataListProps<Row> = {
  /** What the list is, for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  /** How many rows there are in all; the list draws those in the window. */
  readonly count: number;
  /** Undefined while the row is loading. */
  readonly rowAt: (index: number) => Row | undefined;
  /** Called with the first and the last row in the window, whenever they change. */
  readonly onRange?: (first: number, last: number) => void;
  /** Enter, or a click beside a link. */
  readonly onOpen?: ((row: Row) => void) | undefined;
  /** When it changes, the list scrolls to its top. */
  readonly listKey?: string;
};

/** Where the user was in a list. */
const useKeptPlace = keptPlaces<{ readonly offset: number; readonly active: number }>();

/** A list of any length: a grid with a sticky header. The page contains only the rows in the window. */
export function DataList<Row>(props: DataListProps<Row>) {
  const { label, columns, count, rowAt, onRange, onOpen, listKey } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const { left, keep } = useKeptPlace();
  const [active, setActive] = useState(left?.active ?? 0);
  const virtual = useVirtualizer({
    count,
    initialOffset: left?.offset ?? 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    // The header covers the height of one row at the top of the window.
    scrollPaddingStart: ROW_PX,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list has other rows in the same range.
  useEffect(() => onRange?.(first, last), [onRange, first, last, listKey]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each row that scrolls in is another place.
  useEffect(() => keep({ offset: virtual.scrollOffset ?? 0, active }), [keep, first, active]);
  const shownList = useRef(listKey);
  // Only another list begins at the top.
  useEffect(() => {
    if (shownList.current === listKey) return;
    shownList.current = listKey;
    scroller.current?.scrollTo({ top: 0 });
    setActive(0);
  }, [listKey]);

  const focusDrawn = useRowFocus(scroller);

  const focusRow = (index: number): void => {
    const next = Math.max(0, Math.min(count - 1, index));
    setActive(next);
    virtual.scrollToIndex(next);
    focusDrawn(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const target = event.target instanceof HTMLElement ? event.target : undefined;
    if (target?.getAttribute("role") !== "row") return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_PX) - 2);
    const moves: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: count - 1,
    };
    const move = moves[event.key];
    const row = rowAt(active);
    if (move !== undefined) focusRow(move);
    else if (event.key === "Enter" && row && onOpen) onOpen(row);
    else return;
    event.preventDefault();
  };
  // If the active row is outside of the window, Tab reaches the first row in it.
  const focusable = active >= first && active <= last ? active : first;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be virtual.
    <div
      ref={scroller}
      className={styles.list}
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      style={tracksOf(columns)}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <Header columns={columns} />
      {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
      <div role="rowgroup" className={styles.rows} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => (
          <ListRow
            key={index}
            {...{ index, start, columns, onOpen }}
            row={rowAt(index)}
            isFocusable={index === focusable}
            onFocus={() => setActive(index)}
          />
        ))}
      </div>
    </div>
  );
}

/** Focuses a row, at once or as soon as it is drawn: a row far away is drawn only after the scroll. */
function useRowFocus(scroller: RefObject<HTMLDivElement | null>): (index: number) => void {
  const wanted = useRef<number>(undefined);
  const tryNow = (): void => {
    if (wanted.current === undefined) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${wanted.current + 2}"]`);
    if (!row) return;
    wanted.current = undefined;
    row.focus({ preventScroll: true });
  };
  useEffect(tryNow);
  return (index) => {
    wanted.current = index;
    tryNow();
  };
}
