/**
 * One cell of a CSV file (RFC 4180) with what people wrote in it. A text that a spreadsheet would run as a formula is led
 * by an apostrophe, which makes it a text again.
 */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** What was written before `csvCell` led it by an apostrophe. */
export const fromCsvCell = (text: string): string => (/^'[=+\-@\t\r\n＝＋－＠]/.test(text) ? text.slice(1) : text);
