export type Point = { x: number; y: number };

/** Lines of a spark in a box: a gap (null) ends a line and begins the next; a lone value becomes a dot. */
export type Spark = {
  lines: Point[][];
  last: Point | null;
  /** The limit's height in the box, where there is one. */
  limitY: number | null;
};

/** Places values in a box of `width` by `height`; the limit always lies inside the box, so that it is seen. */
export function sparkOf(
  values: readonly (number | null)[],
  limit: number | null | undefined,
  width: number,
  height: number,
  pad = 3,
): Spark {
  const present = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const all = limit === null || limit === undefined ? present : [...present, limit];
  const low = Math.min(...all);
  const high = Math.max(...all);
  const span = high - low || 1;
  const y = (value: number) => (high === low ? height / 2 : pad + (1 - (value - low) / span) * (height - 2 * pad));
  const x = (index: number) =>
    values.length < 2 ? width / 2 : pad + (index / (values.length - 1)) * (width - 2 * pad);
  const lines: Point[][] = [];
  let line: Point[] = [];
  let last: Point | null = null;
  values.forEach((value, index) => {
    if (value === null || !Number.isFinite(value)) {
      if (line.length > 0) lines.push(line);
      line = [];
      return;
    }
    last = { x: x(index), y: y(value) };
    line.push(last);
  });
  if (line.length > 0) lines.push(line);
  return { lines, last, limitY: limit === null || limit === undefined || all.length === 0 ? null : y(limit) };
}
