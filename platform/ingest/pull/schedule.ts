/** When a connector runs. Vietnam has one time all year, so that minutes since its midnight are enough. */
const MINUTE_MS = 60_000;
const LOCAL_MS = 7 * 60 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
const LEAST_PAUSE_CAP = 60;

/** The next time after `now`, at every so many minutes from so many minutes after midnight. */
export function nextRun(now: Date, everyMinutes: number, offsetMinutes: number): Date {
  const every = everyMinutes * MINUTE_MS;
  const shift = offsetMinutes * MINUTE_MS - LOCAL_MS;
  return new Date((Math.floor((now.getTime() - shift) / every) + 1) * every + shift);
}

/**
 * After a failure: 1, 2, 4 … minutes, up to the interval, at least an hour. What failed once comes soon; what is gone is not
 * hammered. A server that says how long to wait is listened to, up to a day.
 */
export function afterFailure(now: Date, failures: number, everyMinutes: number, retryAfter: string | null): Date {
  const pause = Math.min(2 ** Math.min(failures - 1, 20), Math.max(everyMinutes, LEAST_PAUSE_CAP)) * MINUTE_MS;
  const asked =
    retryAfter === null
      ? Number.NaN
      : /^\d+$/.test(retryAfter)
        ? Number(retryAfter) * 1000
        : Date.parse(retryAfter) - now.getTime();
  const wait = Number.isNaN(asked) ? pause : Math.max(pause, Math.min(asked, DAY_MS));
  return new Date(now.getTime() + wait);
}
