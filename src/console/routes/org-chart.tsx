import { useNavigate, useRouter } from "@tanstack/react-router";
import { type MouseEvent, memo, useId, useRef, useState } from "react";
import { Button } from "../parts/button.tsx";
import { type Format, useFormat } from "../texts/format.ts";
import { useScreenTexts, useTexts } from "../texts/texts.tsx";
import { boxesPath, type Detail, detailOf, linesPath } from "./chart-detail.ts";
import { type Box, boxesIn, CARD, type Layout, sizeOf, yOf } from "./chart-layout.ts";
import { linesOf, MARKS_Y, NAME_Y, PADDING_PX, SECOND_Y } from "./chart-svg.ts";
import { useChartView } from "./chart-view.ts";
import { cutText, LINE_FONT, NAME_FONT } from "./cut-text.ts";
import styles from "./org-chart.module.css";
import { hasTeam, isOpen } from "./org-model.ts";
import type { OrgState } from "./use-org-tree.ts";

type ChartProps = {
  readonly tree: OrgState;
  readonly layout: Layout;
  readonly focusId: string | undefined;
};

/** The tree as boxes and lines. The page contains only those in the window. */
export function OrgChart({ tree, layout, focusId }: ChartProps) {
  const { org } = useScreenTexts();
  const format = useFormat();
  const helpId = useId();
  const navigate = useNavigate();
  const frame = useRef<HTMLElement>(null);
  const chart = useChartView(frame, layout, focusId);
  const { view, size } = chart;
  const { model } = tree;
  const [active, setActive] = useState<string>();
  const area = {
    left: view.x,
    top: view.y,
    right: view.x + size.width / view.scale,
    bottom: view.y + size.height / view.scale,
  };
  const inView = boxesIn(layout, area);
  const detail = detailOf(inView, model, view.scale);
  // A box that has the focus stays in the page, wherever the chart moves.
  const held = active === undefined || detail === "shapes" ? undefined : layout.byKey.get(active);
  const boxes = held && !inView.includes(held) ? [...inView, held] : inView;
  const current = focusId === undefined ? undefined : layout.byKey.get(focusId);
  const marked = inView.filter(({ person }) => person && person.issues.length > 0);
  const toggle = (box: Box): void => {
    chart.hold(box);
    if (!box.person) tree.openOthers(box.parent);
    else tree.toggle(box.person.personId);
  };
  const onClick = ({ target, clientX, clientY }: MouseEvent): void => {
    if (target instanceof Element && target.closest("a, [role=button]")) return;
    const bounds = frame.current?.getBoundingClientRect();
    const x = view.x + (clientX - (bounds?.left ?? 0)) / view.scale;
    const y = view.y + (clientY - (bounds?.top ?? 0)) / view.scale;
    const [box] = boxesIn(layout, { left: x, right: x, top: y, bottom: y });
    if (!box) return;
    if (detail === "shapes") chart.approach(box);
    else if (box.person) void navigate({ to: "/org/$id", params: { id: box.person.personId }, search: true });
  };
  return (
    <section
      ref={frame}
      className={styles.frame}
      aria-label={org.chart}
      aria-describedby={helpId}
      aria-busy={tree.isBusy}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the chart, which scrolls.
      tabIndex={0}
      {...chart.handlers}
    >
      <p id={helpId} className="unseen">
        {org.chartHelp}
      </p>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: its links have the keys. */}
      <svg className={styles.chart} data-chart={detail} onClick={onClick}>
        <title>{org.chart}</title>
        <g transform={`scale(${view.scale}) translate(${-view.x} ${-view.y})`}>
          <path className={styles.lines} d={linesPath(inView, model)} />
          <path className={styles.boxes} d={boxesPath(inView)} />
          {marked.length > 0 && <path className={styles.marked} d={boxesPath(marked)} />}
          {current && <path className={styles.current} d={boxesPath([current])} />}
          {detail !== "shapes" &&
            boxes.map((box) => (
              <BoxOf
                key={box.key}
                {...{ box, detail, format }}
                supervisor={model.people.get(box.parent)?.displayName ?? ""}
                state={
                  !box.person || !hasTeam(model, box.person)
                    ? "none"
                    : isOpen(model, box.key)
                      ? "open"
                      : "closed"
                }
                onFocus={() => {
                  setActive(box.key);
                  chart.reveal(box);
                }}
                onBlur={() => setActive(undefined)}
                onToggle={toggle}
              />
            ))}
        </g>
      </svg>
      <div className={styles.zoom}>
        <Button aria-label={org.zoomOut} title={org.zoomOut} onClick={() => chart.zoom(1 / ZOOM_STEP)}>
          −
        </Button>
        <Button aria-label={org.zoomIn} title={org.zoomIn} onClick={() => chart.zoom(ZOOM_STEP)}>
          +
        </Button>
        <Button onClick={chart.fit}>{org.zoomFit}</Button>
        <span className="muted small figures" role="status">
          {org.zoom(format.number(Math.round(view.scale * 100)))}
        </span>
      </div>
    </section>
  );
}

const ZOOM_STEP = 1.25;

type BoxProps = {
  readonly box: Box;
  readonly detail: Detail;
  readonly format: Format;
  readonly supervisor: string;
  readonly state: "none" | "open" | "closed";
  readonly onFocus: () => void;
  readonly onBlur: () => void;
  readonly onToggle: (box: Box) => void;
};

/** The text of a box, which leads to the person's place, and what opens the team below. */
const BoxOf = memo(
  function BoxOf({ box, detail, format, supervisor, state, onFocus, onBlur, onToggle }: BoxProps) {
    const { parts } = useTexts();
    const { org } = useScreenTexts();
    const navigate = useNavigate();
    const router = useRouter();
    const { person, others, x } = box;
    const y = yOf(box);
    const room = sizeOf(box).width - 2 * PADDING_PX;
    const { name, second, marks } = linesOf(box, { org, parts });
    if (!person) {
      const count = format.number(others);
      return (
        // biome-ignore lint/a11y/useSemanticElements: SVG has no button.
        <g
          role="button"
          tabIndex={0}
          className={styles.others}
          aria-label={org.othersOf(count, supervisor)}
          onFocus={onFocus}
          onBlur={onBlur}
          {...pressed(() => onToggle(box))}
        >
          <text x={x + PADDING_PX} y={y + NAME_Y + 8}>
            {org.others(count)}
          </text>
        </g>
      );
    }
    const id = person.personId;
    const to = { to: "/org/$id", params: { id }, search: true } as const;
    const count = format.number(person.reportCount);
    const shownName = cutText(name, room, NAME_FONT);
    const shownMarks = box.isLeaf ? "" : cutText(marks, room, LINE_FONT);
    const shownSecond = cutText(second, room, LINE_FONT);
    const shown = [shownName, shownMarks, shownSecond];
    const cut = [name, box.isLeaf ? "" : marks, second].filter((line) => !shown.includes(line));
    // First the visible text, because users of speech input speak it. Then each cut line in full.
    const label = [...shown, ...cut].filter(Boolean).join(", ");
    return (
      <>
        <a
          href={router.buildLocation(to).href}
          className={styles.person}
          aria-label={label}
          onFocus={onFocus}
          onBlur={onBlur}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            void navigate(to);
          }}
        >
          {cut.length > 0 && <title>{[name, marks, second].filter(Boolean).join("\n")}</title>}
          <text className={styles.name} x={x + PADDING_PX} y={y + (second ? NAME_Y : NAME_Y + 8)}>
            {shownName}
          </text>{" "}
          {detail === "all" && shownMarks && (
            <text className={styles.marks} x={x + PADDING_PX} y={y + MARKS_Y}>
              {shownMarks}
            </text>
          )}{" "}
          {detail === "all" && second && (
            <text className={styles.second} x={x + PADDING_PX} y={y + SECOND_Y}>
              {shownSecond}
            </text>
          )}
        </a>
        {state !== "none" && (
          // biome-ignore lint/a11y/useSemanticElements: SVG has no button.
          <g
            role="button"
            tabIndex={0}
            className={styles.toggle}
            aria-expanded={state === "open"}
            aria-label={
              state === "open"
                ? org.toggleClose(person.displayName)
                : org.toggleOpen(person.displayName, count)
            }
            onFocus={onFocus}
            onBlur={onBlur}
            {...pressed(() => onToggle(box))}
          >
            <rect x={x + CARD.width / 2 - 26} y={y + CARD.height - 10} width={52} height={22} rx={11} />
            <text x={x + CARD.width / 2} y={y + CARD.height + 5} textAnchor="middle">
              {state === "open" ? "−" : `+ ${count}`}
            </text>
          </g>
        )}
      </>
    );
  },
  (before, next) =>
    before.box === next.box &&
    before.detail === next.detail &&
    before.state === next.state &&
    before.format === next.format,
);

/** Of a button that is drawn. */
const pressed = (press: () => void) => ({
  onClick: press,
  onKeyDown: (event: React.KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    press();
  },
});
