/** Blocks the event loop of this process, as long work does, but takes no CPU time from other tests. */
export function blockEventLoop(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.max(0, ms));
}
