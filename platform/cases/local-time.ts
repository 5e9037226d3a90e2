const format = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Ho_Chi_Minh',
  day: 'numeric',
  month: 'numeric',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** An instant as people of the province write it: `27/8/2020 14:05`. */
export function localTime(at: Date): string {
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${Number(parts.day)}/${Number(parts.month)}/${parts.year} ${parts.hour}:${parts.minute}`;
}

/** The year of an instant in local time: a case opened at 00:30 on 1 January carries the new year. */
export function localYear(at: Date): number {
  return Number(format.formatToParts(at).find(({ type }) => type === 'year')?.value);
}
