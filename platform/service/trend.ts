const DAY_MS = 86_400_000;

/**
 * Days until what is free is used up, if use goes on as it did: the slope of the least-squares line through the
 * samples (bytes in use). Null where it does not grow, or where samples span less than an hour and say nothing.
 */
export function daysLeft(samples: readonly { at: Date; value: number }[], free: number): number | null {
  const times = samples.map((one) => one.at.getTime() / DAY_MS);
  const n = samples.length;
  if (n < 2 || Math.max(...times) - Math.min(...times) < 1 / 24) return null;
  const meanTime = times.reduce((a, b) => a + b, 0) / n;
  const meanValue = samples.reduce((sum, one) => sum + one.value, 0) / n;
  let above = 0;
  let below = 0;
  for (const [index, { value }] of samples.entries()) {
    const distance = (times[index] ?? 0) - meanTime;
    above += distance * (value - meanValue);
    below += distance * distance;
  }
  const slope = above / below;
  return slope > 0 ? free / slope : null;
}
