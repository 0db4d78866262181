/*
 * Scripts that the bench runs in a page of the console. They read what a user sees, so the product needs no
 * code for them. They are texts, because the bench has no types of a browser.
 */

/** Calls back when the browser has painted what the page has now. */
const AFTER_PAINT = `(done) => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = done;
  port2.postMessage(0);
})`;

/** Resolves to the time at which an element that `isThere` finds has been painted. */
const whenPainted = (isThere: string): string => `new Promise((resolve) => {
  const isThere = ${isThere};
  const look = () => {
    if (!isThere()) return false;
    observer.disconnect();
    (${AFTER_PAINT})(() => resolve(performance.now()));
    return true;
  };
  const observer = new MutationObserver(look);
  if (!look()) observer.observe(document, { subtree: true, childList: true });
})`;

/** True when the first row has a person: rows that are still loading have no link. */
const FIRST_ROW = `() => document.querySelector('[role=grid] [aria-rowindex="2"] a')`;
const CHART = `() => document.querySelector('svg[data-chart] path')`;

/** Runs in a new document before its own scripts, and waits for the content of the screen. */
export const WATCH_LIST = `window.shown = ${whenPainted(FIRST_ROW)}`;
export const WATCH_CHART = `window.shown = ${whenPainted(CHART)}`;

/** The times of a screen from the start of the navigation; at `shown`, its content is painted. */
export type Load = {
  readonly firstPaintMs: number;
  readonly shownMs: number;
  /** The time since the arrival of the largest answer, which is that of the screen. */
  readonly sinceAnswerMs: number;
  readonly requests: number;
  readonly bytes: number;
};

export const READ_LOAD = `window.shown.then((shownMs) => {
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  const resources = performance.getEntriesByType("resource").filter(({ responseEnd }) => responseEnd <= shownMs);
  const [answer] = resources
    .filter(({ name }) => name.endsWith("/graphql"))
    .sort((one, other) => other.decodedBodySize - one.decodedBodySize);
  return {
    firstPaintMs: paint.startTime,
    shownMs,
    sinceAnswerMs: shownMs - answer.responseEnd,
    requests: resources.length,
    bytes: resources.reduce((sum, { transferSize }) => sum + transferSize, 0),
  };
})`;

/** When a frame began, and where the list or the chart stood. */
export type Frame = readonly [time: number, place: number | string];

export const LIST_PLACE = `document.querySelector("[role=grid]").scrollTop`;
export const CHART_PLACE = `document.querySelector("svg[data-chart] g").getAttribute("transform")`;

/** Notes each frame until `STOP_FRAMES` returns them. */
export const startFrames = (place: string): string => `window.frames = [];
(function note(time) {
  if (time !== undefined) window.frames.push([time, ${place}]);
  window.nextFrame = requestAnimationFrame(note);
})()`;
export const STOP_FRAMES = `cancelAnimationFrame(window.nextFrame), window.frames`;

/** Resolves at the next frame. */
export const NEXT_FRAME = "new Promise((resolve) => requestAnimationFrame(() => resolve(0)))";

/** Resolves to the part of the list's length that lies above the window. */
export const READ_PLACE = `(({ scrollTop, scrollHeight, clientHeight }) => scrollTop / (scrollHeight - clientHeight))(
  document.querySelector("[role=grid]"))`;

/** The height of a row, and that of the header, which covers the first row's place in the window. */
const ROW_PX = 44;
const HEADER_PX = 37;

/** Scrolls the list to a share of its length. Resolves to the time until all rows in view have people. */
export const jumpTo = (share: number): string => `(() => {
  const list = document.querySelector("[role=grid]");
  const top = Math.round(${share} * (list.scrollHeight - list.clientHeight));
  const first = Math.floor(top / ${ROW_PX});
  const last = Math.floor((top + list.clientHeight - ${HEADER_PX}) / ${ROW_PX}) - 1;
  const has = (index) => document.querySelector('[role=grid] [aria-rowindex="' + (index + 2) + '"] a') !== null;
  const startedAt = performance.now();
  list.scrollTop = top;
  return ${whenPainted("() => has(first) && has(last)")}.then((shownAt) => shownAt - startedAt);
})()`;

/**
 * Waits for the next letter in the search. `window.answered` is the time from that letter until the list
 * shows the answer. The page then shows a different number of rows.
 */
export const WATCH_SEARCH = `(() => {
  const count = () => document.querySelector("[role=grid]")?.getAttribute("aria-rowcount");
  const before = count();
  window.answered = new Promise((resolve) => {
    addEventListener("input", () => resolve(performance.now()), { once: true, capture: true });
  }).then((typedAt) => {
    const isAnswered = () => count() && count() !== before && document.querySelector('[role=grid] [aria-rowindex="2"] a');
    return ${whenPainted("isAnswered")}.then((shownAt) => shownAt - typedAt);
  });
})()`;
export const READ_ANSWERED = "window.answered";

/** The number of the chart's elements in the page. */
export const COUNT_CHART = `document.querySelectorAll("svg[data-chart], svg[data-chart] *").length`;
