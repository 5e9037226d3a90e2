/** Minutes of an ISO 8601 duration of days, hours, minutes and seconds. */
export function minutesOf(duration: string): number | undefined {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration);
  if (!match) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return (days * 24 + hours) * 60 + minutes + seconds / 60;
}

/** Whole hours are written as hours. What is no number of minutes is written so that the server says so. */
export function durationOf(minutes: number | undefined): string {
  if (minutes === undefined || Number.isNaN(minutes) || minutes < 0) return '';
  if (minutes % 1 !== 0) return `PT${Math.round(minutes * 60)}S`;
  return minutes > 0 && minutes % 60 === 0 ? `PT${minutes / 60}H` : `PT${minutes}M`;
}
