import { useRouterState } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { useTexts } from "../texts/texts.tsx";
import styles from "./data-list.module.css";

/** The height of a row in px, as `--row` in theme.css: 100,000 rows stay below every browser's limit. */
const ROW_PX = 44;

/** Rows outside of the window that are drawn too, so that scrolling by a little shows no gap. */
const OVERSCAN = 10;

export type Column<Row> = {
  readonly key: string;
  readonly header: string;
  /** A track of CSS grid, such as `minmax(160px, 2fr)`. */
  readonly width: string;
  readonly cell: (row: Row) => ReactNode;
  /** Set for a column that orders the list; `none` while another one does. */
  readonly sort?: { readonly direction: "ascending" | "descending" | "none"; readonly onSort: () => void };
  /** Left out under 700 px. The first column then shows what matters in a second line. */
  readonly isWide?: boolean;
};

type DataListProps<Row> = {
  /** What the list is, for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  /** How many rows there are in all; the list draws those in the window. */
  readonly count: number;
  /** Undefined while the row is on its way. */
  readonly rowAt: (index: number) => Row | undefined;
  /** The rows in the window, both included, whenever they change. */
  readonly onRange?: (first: number, last: number) => void;
  /** Enter, or a click beside a link. */
  readonly onOpen?: ((row: Row) => void) | undefined;
  /** When it changes, the list begins at the top. */
  readonly listKey?: string;
};

/** Where the user was in the list of an entry of the history: the back button leads there again. */
const places = new Map<string, { readonly offset: number; readonly active: number }>();

function keepPlace(entry: string, offset: number, active: number): void {
  places.set(entry, { offset, active });
}

function useLeftPlace() {
  const entry = useRouterState({ select: ({ location }) => location.state.__TSR_key ?? "" });
  const [left] = useState(() => places.get(entry) ?? { offset: 0, active: 0 });
  return { entry, left };
}

/** A list of any length: a grid with a sticky header, of which the rows in the window are in the page. */
export function DataList<Row>(props: DataListProps<Row>) {
  const { label, columns, count, rowAt, onRange, onOpen, listKey } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const { entry, left } = useLeftPlace();
  const [active, setActive] = useState(left.active);
  const virtual = useVirtualizer({
    count,
    initialOffset: left.offset,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    // The header lies over the first row's height of the window.
    scrollPaddingStart: ROW_PX,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list has other rows in the same range.
  useEffect(() => onRange?.(first, last), [onRange, first, last, listKey]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each row that scrolls in is another place.
  useEffect(() => keepPlace(entry, virtual.scrollOffset ?? 0, active), [entry, first, active]);
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
  // Without a row in the window that has the focus, the first one takes it.
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

type Track = { readonly width: string; readonly isWide?: boolean };

/** Header and rows are grids of their own: only with the same least width do their columns meet. */
function tracksOf(columns: readonly Track[]): React.CSSProperties {
  const joined = (some: readonly Track[]): string => some.map(({ width }) => width).join(" ");
  const least = columns.reduce((sum, { width }) => sum + Number(/\d+/.exec(width)?.[0] ?? 0), 0);
  return {
    "--columns": joined(columns),
    "--narrow-columns": joined(columns.filter(({ isWide }) => !isWide)),
    "--least": `${least + PADDING_PX}px`,
  } as React.CSSProperties;
}

/** At both ends of a row: `--space-2`. */
const PADDING_PX = 16;

/** Focuses a row: at once, or when it is drawn, because one far away is drawn only after the scroll. */
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

/** The group is sticky, not the row: a row would scroll away with the end of its group. */
function Header<Row>({ columns }: { readonly columns: readonly Column<Row>[] }) {
  const { parts } = useTexts();
  return (
    // biome-ignore lint/a11y/useSemanticElements: see DataList.
    <div role="rowgroup" className={styles.head}>
      {/* biome-ignore lint/a11y/useSemanticElements: see DataList. */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: its buttons have the focus. */}
      <div role="row" aria-rowindex={1} className={styles.cells}>
        {columns.map(({ key, header, sort, isWide }) => (
          // biome-ignore lint/a11y/useSemanticElements: see DataList.
          // biome-ignore lint/a11y/useFocusableInteractive: its button has the focus.
          <div
            key={key}
            role="columnheader"
            className={`${styles.headCell} ${isWide ? styles.wide : ""}`}
            aria-sort={sort?.direction}
          >
            {sort ? (
              <button
                type="button"
                className={styles.sort}
                title={parts.sortBy(header)}
                onClick={sort.onSort}
              >
                {header}
                <span aria-hidden="true" className={styles.arrow}>
                  {ARROWS[sort.direction]}
                </span>
              </button>
            ) : (
              <span className="cut">{header}</span>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

const ARROWS = { ascending: "↑", descending: "↓", none: "" } as const;

type ListRowProps<Row> = Pick<DataListProps<Row>, "columns" | "onOpen"> & {
  readonly index: number;
  readonly start: number;
  readonly row: Row | undefined;
  readonly isFocusable: boolean;
  readonly onFocus: () => void;
};

function ListRow<Row>({ index, start, row, columns, isFocusable, onFocus, onOpen }: ListRowProps<Row>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see DataList.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list handles the keys.
    <div
      role="row"
      aria-rowindex={index + 2}
      tabIndex={isFocusable ? 0 : -1}
      className={`${styles.cells} ${styles.row} ${row && onOpen ? styles.opens : ""}`}
      style={{ transform: `translateY(${start}px)` }}
      onFocus={onFocus}
      onClick={(event) => {
        const isLink = event.target instanceof Element && event.target.closest("a, button") !== null;
        if (row && onOpen && !isLink && !getSelection()?.toString()) onOpen(row);
      }}
    >
      {columns.map(({ key, cell, isWide }) => (
        // biome-ignore lint/a11y/useSemanticElements: see DataList.
        // biome-ignore lint/a11y/useFocusableInteractive: the row has the focus.
        <div key={key} role="gridcell" className={`${styles.cell} ${isWide ? styles.wide : ""}`}>
          {row ? cell(row) : <span className={styles.pending} aria-hidden="true" />}
        </div>
      ))}
    </div>
  );
}

/** A cell of two lines; under 700 px the second one stands for the columns that are left out. */
export const TwoLines = ({ first, second }: { readonly first: ReactNode; readonly second: ReactNode }) => (
  <div className={styles.two}>
    {first}
    <div className={`${styles.second} cut`}>{second}</div>
  </div>
);
