import { useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { isNarrow } from "../parts/narrow.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { rowsOf } from "./org-model.ts";
import styles from "./org-outline.module.css";
import { OutlineRow } from "./org-outline-row.tsx";
import { actionOf, CELLS, NARROW_CELLS, type Place } from "./outline-keys.ts";
import type { OrgState } from "./use-org-tree.ts";

/** As `--row` in theme.css. */
const ROW_PX = 44;
const OVERSCAN = 10;

/**
 * The tree as a table of open rows, which is the accessible view. The page contains only the rows in the
 * window.
 */
export function OrgOutline({
  tree,
  focusId,
}: {
  readonly tree: OrgState;
  readonly focusId: string | undefined;
}) {
  const { org } = useScreenTexts();
  const navigate = useNavigate();
  const { model } = tree;
  const rows = useMemo(() => rowsOf(model), [model]);
  const scroller = useRef<HTMLDivElement>(null);
  const start = Math.max(
    0,
    rows.findIndex(({ key }) => key === focusId),
  );
  const [place, setPlace] = useState<Place>({ row: start, cell: null });
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollPaddingStart: ROW_PX,
  });
  const shownRows = useRef(rows);
  // A sync may move the row that has the focus.
  useEffect(() => {
    const key = shownRows.current[place.row]?.key;
    shownRows.current = rows;
    const row = rows.findIndex((other) => other.key === key);
    if (row >= 0 && row !== place.row) setPlace({ ...place, row });
  }, [rows, place]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, to the person of the address.
  useEffect(() => virtual.scrollToIndex(start, { align: "center" }), []);

  const focus = (row: number, cell: number | null): void => {
    const next = Math.max(0, Math.min(rows.length - 1, row));
    setPlace({ row: next, cell });
    virtual.scrollToIndex(next);
    // The row may be drawn only after the scroll.
    requestAnimationFrame(() => requestAnimationFrame(() => focusIn(scroller.current, next, cell)));
  };
  const openPerson = (id: string): void => void navigate({ to: "/people/$id", params: { id } });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_PX) - 2);
    const action = actionOf(event, { model, rows, place, page, cells: isNarrow() ? NARROW_CELLS : CELLS });
    if (!action) return;
    event.preventDefault();
    if (action.kind === "focus") focus(action.row, action.cell);
    else if (action.kind === "toggle") tree.toggle(action.id);
    else if (action.kind === "branch") tree.openBranch(action.id);
    else if (action.kind === "others") tree.openOthers(action.id);
    else openPerson(action.id);
  };
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const focusable = place.row >= first && place.row <= last ? place.row : first;
  return (
    <div
      ref={scroller}
      className={styles.outline}
      role="treegrid"
      aria-label={org.title}
      aria-rowcount={rows.length + 1}
      aria-colcount={CELLS.length}
      aria-busy={tree.isBusy}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <Header />
      {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
      <div role="rowgroup" className={styles.rows} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start: top }) => {
          const row = rows[index];
          return (
            row && (
              <OutlineRow
                key={row.key}
                {...{ row, index, top, tree }}
                isCurrent={row.key === focusId}
                isFocusable={index === focusable}
                onFocus={(cell) => setPlace({ row: index, cell })}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

function focusIn(scroller: HTMLElement | null, row: number, cell: number | null): void {
  const found = scroller?.querySelector<HTMLElement>(`[aria-rowindex="${row + 2}"]`);
  if (cell === null) found?.focus();
  else found?.querySelector<HTMLElement>(`[data-cell="${cell}"]`)?.focus();
}

/** The group is sticky, not the row: a row would scroll away with the end of its group. */
function Header() {
  const { columns } = useScreenTexts().org;
  return (
    // biome-ignore lint/a11y/useSemanticElements: see OrgOutline.
    <div role="rowgroup" className={styles.head}>
      {/* biome-ignore lint/a11y/useSemanticElements: see OrgOutline. */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: it does nothing. */}
      <div role="row" aria-rowindex={1} className={styles.cells}>
        {(["name", "position", "department", "reports", "state"] as const).map((key) => (
          // biome-ignore lint/a11y/useSemanticElements: see OrgOutline.
          // biome-ignore lint/a11y/useFocusableInteractive: it does nothing.
          <div
            key={key}
            role="columnheader"
            className={`${styles.cell} ${WIDE.includes(key) ? styles.wide : ""}`}
          >
            {columns[key]}
          </div>
        ))}
      </div>
    </div>
  );
}

const WIDE: readonly string[] = ["position", "department", "state"];
