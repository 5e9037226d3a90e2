/** Dates and times as people here type them; the field's value is ISO. */

const dayPattern = /^\s*(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})\s*$/;
const instantPattern = /^\s*(\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4})[ ,]+(\d{1,2})\s*[:hg]\s*(\d{2})\s*$/;

/** '27/8/2020' -> '2020-08-27'; null for what is not a day of the calendar. */
export function parseDay(text: string): string | null {
  const match = dayPattern.exec(text);
  if (!match) return null;
  const [day, month, year] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return date.toISOString().slice(0, 10);
}

/** '27/8/2020 14:05' in Hanoi -> '2020-08-27T07:05:00.000Z'. Vietnam has kept UTC+7 without summer time since 1975. */
export function parseInstant(text: string): string | null {
  const match = instantPattern.exec(text);
  if (!match) return null;
  const day = parseDay(match[1] ?? '');
  const [hour, minute] = [Number(match[2]), Number(match[3])];
  if (!day || hour > 23 || minute > 59) return null;
  const two = (part: number) => String(part).padStart(2, '0');
  return new Date(`${day}T${two(hour)}:${two(minute)}:00+07:00`).toISOString();
}
