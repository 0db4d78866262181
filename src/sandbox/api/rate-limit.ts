/** Counts requests and decides which exceed the limit. */
export type RateLimit = {
  /** False when this request exceeds the limit; such a request does not count. */
  admit(nowMs: number): boolean;
};

type Window = { readonly requests: number; readonly milliseconds: number };

const MINUTE = 60_000;
const SECOND = 1_000;

/** `GET /v1/company/employees…`: 300 a minute and bursts of 15 in a second. */
export const EMPLOYEES_PER_MINUTE = 300;
const EMPLOYEES_PER_SECOND = 15;
const AUTHENTICATIONS_PER_MINUTE = 60;

export const unlimited: RateLimit = { admit: () => true };

/** No minute and no second, at whatever offset, contains more requests than allowed. */
export const employeesLimit = (perMinute: number): RateLimit =>
  slidingWindows([
    { requests: perMinute, milliseconds: MINUTE },
    // A raised minute limit raises the second's limit too.
    { requests: Math.max(EMPLOYEES_PER_SECOND, Math.ceil(perMinute / 20)), milliseconds: SECOND },
  ]);

/** Sixty a minute; one more, and every request of the next minute is refused. */
export function authenticationLimit(): RateLimit {
  const limit = slidingWindows([{ requests: AUTHENTICATIONS_PER_MINUTE, milliseconds: MINUTE }]);
  let closedUntil = Number.NEGATIVE_INFINITY;
  return {
    admit(nowMs) {
      if (nowMs < closedUntil) return false;
      if (limit.admit(nowMs)) return true;
      closedUntil = nowMs + MINUTE;
      return false;
    },
  };
}

function slidingWindows(windows: readonly Window[]): RateLimit {
  const longest = Math.max(...windows.map(({ milliseconds }) => milliseconds));
  let admitted: number[] = [];
  return {
    admit(nowMs) {
      admitted = admitted.filter((at) => at > nowMs - longest);
      const isFree = windows.every(
        ({ requests, milliseconds }) => admitted.filter((at) => at > nowMs - milliseconds).length < requests,
      );
      if (isFree) admitted.push(nowMs);
      return isFree;
    },
  };
}
