import {
  type Dispatch,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  type SetStateAction,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import {
  centred,
  fitting,
  placed,
  resized,
  revealing,
  type Size,
  topOf,
  type View,
  zoomed,
} from "./chart-detail.ts";
import { type Box, type Layout, yOf } from "./chart-layout.ts";

const PAN_PX = 80;
const ZOOM_STEP = 1.25;

/** One step of a wheel reports about 100. */
const WHEEL_STEP = 500;

/** A shorter move is a click with an unsteady hand. */
const DRAG_MIN_PX = 4;

/** The window on the chart: what it shows, and how keys, wheel and pointer move it. */
export function useChartView(
  frame: RefObject<HTMLElement | null>,
  layout: Layout,
  focusId: string | undefined,
) {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [view, setView] = useState<View>({ x: 0, y: 0, scale: 1 });
  const latest = useRef({ view, size, layout });
  latest.current = { view, size, layout };
  const seen = useRef<Layout>(undefined);
  /** The key of a box that stays where it is in the window while the layout changes around it. */
  const held = useRef<string>(undefined);

  useSizeOf(frame, (now) => {
    const { size: before } = latest.current;
    latest.current = { ...latest.current, size: now };
    setSize(now);
    if (seen.current) setView((view) => resized(view, before, now));
  });

  useLayoutEffect(() => {
    if (size.width === 0 || layout.boxes.length === 0) return;
    const kept = held.current;
    const before = seen.current;
    held.current = undefined;
    seen.current = layout;
    if (before === undefined) {
      setView(placed(layout, size, focusId));
      return;
    }
    // If no box was opened, the person of the address or at the top keeps the place.
    const key = kept ?? focusId ?? topOf(layout)?.key;
    const [from, to] = [before, layout].map((one) => (key === undefined ? undefined : one.byKey.get(key)));
    if (from && to)
      setView((view) => ({ ...view, x: view.x + to.x - from.x, y: view.y + yOf(to) - yOf(from) }));
  }, [layout, size, focusId]);

  useWheel(frame, setView);

  const zoom = (factor: number): void => {
    const { size: now } = latest.current;
    setView((before) => zoomed(before, factor, { x: now.width / 2, y: now.height / 2 }));
  };
  const fit = (): void => setView(fitting(latest.current.layout, latest.current.size));
  const pan = (x: number, y: number): void =>
    setView((before) => ({ ...before, x: before.x + x / before.scale, y: before.y + y / before.scale }));

  const place = (): void => setView(placed(latest.current.layout, latest.current.size, focusId));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const page = latest.current.size.height;
    const act = keysOf({ pan, zoom, fit, place, page })[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  return {
    view,
    size,
    zoom,
    fit,
    approach: (box: Box) => setView(centred(box, latest.current.size)),
    reveal: (box: Box) => setView((before) => revealing(before, box, latest.current.size)),
    hold(box: Box) {
      held.current = box.person ? box.key : box.parent;
    },
    handlers: { ...useDrag(pan), onKeyDown },
  };
}

/** What the keys do with the view; `page` is the height of the window. */
const keysOf = ({ pan, zoom, fit, place, page }: Moves): Readonly<Record<string, () => void>> => ({
  ArrowLeft: () => pan(-PAN_PX, 0),
  ArrowRight: () => pan(PAN_PX, 0),
  ArrowUp: () => pan(0, -PAN_PX),
  ArrowDown: () => pan(0, PAN_PX),
  PageUp: () => pan(0, -page),
  PageDown: () => pan(0, page),
  Home: place,
  "+": () => zoom(ZOOM_STEP),
  "=": () => zoom(ZOOM_STEP),
  "-": () => zoom(1 / ZOOM_STEP),
  "0": fit,
});

type Moves = {
  readonly pan: (x: number, y: number) => void;
  readonly zoom: (factor: number) => void;
  readonly fit: () => void;
  readonly place: () => void;
  readonly page: number;
};

/** Measures the element before the first paint, and whenever its size changes. */
function useSizeOf(frame: RefObject<HTMLElement | null>, onSize: (size: Size) => void): void {
  const latest = useRef(onSize);
  latest.current = onSize;
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const measure = (): void => latest.current({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
}

/** Dragging moves the chart, and its end does not click the element below the pointer. */
function useDrag(pan: (x: number, y: number) => void) {
  const drag = useRef<{ x: number; y: number; isMoving: boolean } | undefined>(undefined);
  return {
    onPointerDown({ button, clientX, clientY }: PointerEvent) {
      if (button === 0) drag.current = { x: clientX, y: clientY, isMoving: false };
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const from = drag.current;
      if (!from) return;
      const [x, y] = [event.clientX - from.x, event.clientY - from.y];
      if (!from.isMoving && Math.hypot(x, y) < DRAG_MIN_PX) return;
      if (!from.isMoving) event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = { x: event.clientX, y: event.clientY, isMoving: true };
      pan(-x, -y);
    },
    onPointerUp() {
      // The click follows at once.
      const { isMoving = false } = drag.current ?? {};
      setTimeout(() => {
        drag.current = undefined;
      });
      if (!isMoving) drag.current = undefined;
    },
    onPointerCancel() {
      drag.current = undefined;
    },
    onClickCapture(event: React.MouseEvent) {
      if (!drag.current?.isMoving) return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}

/** The wheel moves the chart, and zooms with Ctrl or two fingers. */
function useWheel(frame: RefObject<HTMLElement | null>, setView: Dispatch<SetStateAction<View>>): void {
  useEffect(() => {
    const element = frame.current;
    // React's own listener is passive, and could not keep the page from scrolling or zooming.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const bounds = element?.getBoundingClientRect();
      const at = { x: event.clientX - (bounds?.left ?? 0), y: event.clientY - (bounds?.top ?? 0) };
      setView((before) =>
        event.ctrlKey || event.metaKey
          ? zoomed(before, Math.exp(-event.deltaY / WHEEL_STEP), at)
          : {
              ...before,
              x: before.x + event.deltaX / before.scale,
              y: before.y + event.deltaY / before.scale,
            },
      );
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, [frame, setView]);
}
