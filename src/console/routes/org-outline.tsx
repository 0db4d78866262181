import { Link, useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useFormat } from "../texts/format.ts";
import { useTexts } from "../texts/texts.tsx";
import { OrgBadges } from "./org-badges.tsx";
import { hasTeam, isOpen, type OrgRow, rowsOf } from "./org-model.ts";
import styles from "./org-outline.module.css";
import { actionOf, CELLS, type Place } from "./outline-keys.ts";
import type { OrgState } from "./use-org-tree.ts";

/** As `--row` in theme.css. */
const ROW_PX = 44;
const OVERSCAN = 10;

/** Deeper levels are indented no further: names must stay readable. */
const INDENT_LEVELS_MAX = 12;

/** The tree as a table of open rows: the accessible view, of which the rows in the window are in the page. */
export function OrgOutline({
  tree,
  focusId,
}: {
  readonly tree: OrgState;
  readonly focusId: string | undefined;
}) {
  const { org } = useTexts();
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
    const action = actionOf(event, { model, rows, place, page });
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
      aria-colcount={CELLS}
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
  const { columns } = useTexts().org;
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

type RowProps = {
  readonly row: OrgRow;
  readonly index: number;
  readonly top: number;
  readonly tree: OrgState;
  readonly isCurrent: boolean;
  readonly isFocusable: boolean;
  readonly onFocus: (cell: number | null) => void;
};

function OutlineRow({ row, index, top, tree, isCurrent, isFocusable, onFocus }: RowProps) {
  const { person, level, position, setSize } = row;
  const isParent = person !== undefined && hasTeam(tree.model, person);
  return (
    // biome-ignore lint/a11y/useSemanticElements: see OrgOutline.
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-level={level}
      aria-posinset={position}
      aria-setsize={setSize}
      aria-expanded={isParent ? isOpen(tree.model, person.personId) : undefined}
      aria-current={isCurrent ? "true" : undefined}
      tabIndex={isFocusable ? 0 : -1}
      className={`${styles.cells} ${styles.row} ${isCurrent ? styles.current : ""}`}
      style={{ transform: `translateY(${top}px)` }}
      onFocus={({ target }) => {
        const cell = target.closest("[data-cell]")?.getAttribute("data-cell");
        onFocus(cell == null ? null : Number(cell));
      }}
    >
      <NameCell row={row} tree={tree} isParent={isParent} />
      {person ? <OtherCells row={row} /> : <Cell cell={1} />}
    </div>
  );
}

const Cell = ({
  cell,
  isWide,
  children,
}: {
  readonly cell: number;
  readonly isWide?: boolean;
  readonly children?: ReactNode;
}) => (
  // biome-ignore lint/a11y/useSemanticElements: see OrgOutline.
  <div
    role="gridcell"
    data-cell={cell}
    tabIndex={-1}
    className={`${styles.cell} ${isWide ? styles.wide : ""}`}
  >
    {children}
  </div>
);

type NameProps = { readonly row: OrgRow; readonly tree: OrgState; readonly isParent: boolean };

function NameCell({ row, tree, isParent }: NameProps) {
  const { org } = useTexts();
  const format = useFormat();
  const { person, level, others, parent } = row;
  const indent = { "--level": Math.min(level, INDENT_LEVELS_MAX) - 1 } as React.CSSProperties;
  if (!person) {
    const name = tree.model.people.get(parent)?.displayName ?? "";
    const count = format.number(others);
    return (
      // biome-ignore lint/a11y/useSemanticElements: see OrgOutline.
      // biome-ignore lint/a11y/useFocusableInteractive: its button has the focus.
      <div role="gridcell" className={`${styles.cell} ${styles.name}`} style={indent}>
        <span className={styles.toggle} />
        <button
          type="button"
          data-cell={0}
          tabIndex={-1}
          className={styles.others}
          aria-label={org.othersOf(count, name)}
          onClick={() => tree.openOthers(parent)}
        >
          {org.others(count)}
        </button>
      </div>
    );
  }
  const { personId: id, displayName, position } = person;
  return (
    // biome-ignore lint/a11y/useSemanticElements: see OrgOutline.
    // biome-ignore lint/a11y/useFocusableInteractive: its link has the focus.
    <div role="gridcell" className={`${styles.cell} ${styles.name}`} style={indent}>
      {isParent ? (
        // The row has the state and the keys; this is for the pointer.
        <span
          aria-hidden="true"
          className={`${styles.toggle} ${styles.canToggle}`}
          onClick={() => tree.toggle(id)}
        >
          {isOpen(tree.model, id) ? "▾" : "▸"}
        </span>
      ) : (
        <span className={styles.toggle} />
      )}
      <span className={styles.two}>
        <Link
          to="/people/$id"
          params={{ id }}
          data-cell={0}
          tabIndex={-1}
          className={`${styles.link} cut`}
          title={displayName}
          dir="auto"
        >
          {displayName}
        </Link>
        <span className={`${styles.second} cut`}>
          <OrgBadges person={person} /> <span dir="auto">{position}</span>
        </span>
      </span>
    </div>
  );
}

function OtherCells({ row: { person } }: { readonly row: OrgRow }) {
  const { org } = useTexts();
  const format = useFormat();
  if (!person) return null;
  const { position, departmentName, directReportCount: direct, reportCount: all } = person;
  return (
    <>
      <Cell cell={1} isWide>
        <span className="cut" dir="auto" title={position ?? undefined}>
          {position}
        </span>
      </Cell>
      <Cell cell={2} isWide>
        <span className="cut" dir="auto" title={departmentName ?? undefined}>
          {departmentName}
        </span>
      </Cell>
      <Cell cell={3}>
        {all > 0 && (
          <>
            <span className={`${styles.long} figures`}>
              {org.reports(direct, all, format.number(direct), format.number(all))}
            </span>
            <span className={`${styles.short} figures`}>{format.number(all)}</span>
          </>
        )}
      </Cell>
      <Cell cell={4} isWide>
        <span className={styles.badges}>
          <OrgBadges person={person} />
        </span>
      </Cell>
    </>
  );
}
