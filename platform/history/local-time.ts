/** Local time of Việt Nam: UTC+7 all year, so that hours and days are plain arithmetic. Browser-safe. */
export const LOCAL_OFFSET_MS = 7 * 3_600_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Start of the local hour of an instant (ms). Local hours are UTC hours, since the offset is whole. */
export const hourOf = (at: number): number => Math.floor(at / HOUR_MS) * HOUR_MS;

/** Start of the local day of an instant (ms). */
export const dayOf = (at: number): number => Math.floor((at + LOCAL_OFFSET_MS) / DAY_MS) * DAY_MS - LOCAL_OFFSET_MS;
