/** A table of inhabitants as an office has it: the commune's code or name, then the number. Pure; runs in the browser. */
import { plain, type Text } from '../../platform/words/index.ts';

export type PeopleRow = { areaCode: string; areaName: string; inhabitants: number };
export type PeopleFlaw = { line: number; text: Text };

const bare = (name: string): string => plain(name.replace(/^(Xã|Phường|Thị trấn|Đặc khu)\s+/iu, ''));
const MOST = 10_000_000;

/** Cells of a line, split by the mark that the line uses; quotes hold one together. */
function cellsOf(line: string): string[] {
  const mark = line.includes('\t') ? '\t' : line.includes(';') ? ';' : ',';
  const cells: string[] = [''];
  let isQuoted = false;
  for (const letter of line) {
    if (letter === '"') isQuoted = !isQuoted;
    else if (letter === mark && !isQuoted) cells.push('');
    else cells[cells.length - 1] += letter;
  }
  return cells.map((cell) => cell.trim());
}

/** '12.345', '12 345' and '12345' are one number; null for what is none. */
function countOf(cell: string): number | null {
  const digits = cell.replace(/^'|(?<=\d)[.,\s\u00a0](?=\d{3}(\D|$))/gu, '');
  const count = /^\d{1,8}$/.test(digits) ? Number(digits) : 0;
  return count >= 1 && count <= MOST ? count : null;
}

/** What the file says of which commune, and what is wrong by line; a first line of titles is passed by. */
export function readPeople(
  text: string,
  communes: readonly { code: string; name: string }[],
): { rows: PeopleRow[]; flaws: PeopleFlaw[] } {
  const rows: PeopleRow[] = [];
  const flaws: PeopleFlaw[] = [];
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  for (const [n, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const cells = cellsOf(line);
    const said = cells.slice(0, -1).filter((cell) => cell !== '');
    const count = countOf(cells.at(-1) ?? '');
    if (count === null && rows.length === 0 && flaws.length === 0 && !/\d/.test(line)) continue;
    const flaw = (vi: string, en: string) => flaws.push({ line: n + 1, text: { vi, en } });
    const byCode = communes.find((one) => said.includes(one.code));
    const named = communes.filter((one) => said.some((cell) => bare(cell) === bare(one.name)));
    const unit = byCode ?? (named.length === 1 ? named[0] : undefined);
    if (!unit) {
      if (named.length > 1)
        flaw(
          `“${said.join(' ')}”: nhiều nơi cùng tên, hãy ghi mã`,
          `“${said.join(' ')}”: several bear this name, give the code`,
        );
      else flaw(`“${said.join(' ')}”: không có xã, phường này`, `“${said.join(' ')}”: no such commune`);
    } else if (count === null)
      flaw(
        `${unit.name}: “${cells.at(-1)}” không phải số dân`,
        `${unit.name}: “${cells.at(-1)}” is no number of people`,
      );
    else if (rows.some((one) => one.areaCode === unit.code))
      flaw(`${unit.name}: có hai dòng`, `${unit.name}: stands there twice`);
    else rows.push({ areaCode: unit.code, areaName: unit.name, inhabitants: count });
  }
  return { rows, flaws };
}
