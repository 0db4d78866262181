import type { ReactNode } from "react";
import { useTexts } from "../texts/texts.tsx";
import styles from "./data-list.module.css";

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

type Track = { readonly width: string; readonly isWide?: boolean };

/** Header and rows are separate grids: their columns align only with the same minimum width. */
export function tracksOf(columns: readonly Track[]): React.CSSProperties {
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

/** The group is sticky, not the row: a row would scroll away with the end of its group. */
export function Header<Row>({ columns }: { readonly columns: readonly Column<Row>[] }) {
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

type ListRowProps<Row> = {
  readonly columns: readonly Column<Row>[];
  /** Enter, or a click beside a link. */
  readonly onOpen: ((row: Row) => void) | undefined;
  readonly index: number;
  readonly start: number;
  readonly row: Row | undefined;
  readonly isFocusable: boolean;
  readonly onFocus: () => void;
};

export function ListRow<Row>({
  index,
  start,
  row,
  columns,
  isFocusable,
  onFocus,
  onOpen,
}: ListRowProps<Row>) {
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

type TwoLinesProps = {
  readonly first: ReactNode;
  /** Under 700 px: replaces the columns that are left out. */
  readonly second: ReactNode;
  /** Under 700 px: beside both lines. */
  readonly mark?: ReactNode;
};

/** A cell that replaces the columns that are left out. */
export const TwoLines = ({ first, second, mark }: TwoLinesProps) => (
  <div className={styles.two}>
    {first}
    <div className={`${styles.second} cut`}>{second}</div>
    {mark && <div className={styles.mark}>{mark}</div>}
  </div>
);
