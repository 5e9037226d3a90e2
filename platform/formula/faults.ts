/** What is said of a part that does not fit its place. */
import type { Text } from '../words/index.ts';
import type { Checked } from './checked.ts';
import type { Place, Syntax } from './syntax.ts';
import { isPlain, plainUnit, type Unit, unitWords } from './units.ts';

export type Report = (place: Place, message: Text) => void;

/** What the check of a part can ask and say. */
export type Checking = { check(node: Syntax): Checked; report: Report };

/** Stands for a part that was refused. */
export const bad = ({ at, length }: Place): Checked => ({
  kind: 'bad',
  type: 'bad',
  unit: plainUnit,
  bare: false,
  at,
  length,
});

/** A unit in a message: 'µg/m³' or 'a number without unit'. */
export function named(unit: Unit): Text {
  if (isPlain(unit)) return { vi: 'số không có đơn vị', en: 'a number without unit' };
  return { vi: unitWords(unit, 'vi'), en: unitWords(unit, 'en') };
}

/** Reports a part that is not of the type its place demands; what is bad already was reported before. */
export function expect(node: Checked, type: 'number' | 'boolean' | 'series', report: Report): boolean {
  if (node.type === type) return true;
  if (node.type === 'null') report(node, nullHere);
  else if (node.type === 'series') report(node, wholeSeries);
  else if (node.type !== 'bad') {
    const [want, have] = [wanted[type], typeWords(node)];
    report(node, {
      vi: `Ở đây cần ${want.vi}, không phải ${have.vi}.`,
      en: `${want.en} is needed here, not ${have.en}.`,
    });
  }
  return false;
}

const wanted: Record<'number' | 'boolean' | 'series', Text> = {
  number: { vi: 'một con số', en: 'A number' },
  boolean: { vi: 'một điều kiện đúng hoặc sai (ví dụ x > 5)', en: 'A condition (for example x > 5)' },
  series: { vi: 'tên của một chuỗi số liệu', en: 'The name of a series' },
};

export const wholeSeries: Text = {
  vi: 'Đây là cả một chuỗi số liệu. Hãy dùng mean, sum, count, min, max hoặc completeness để rút ra một con số.',
  en: 'This is a whole series. Take a number from it by mean, sum, count, min, max or completeness.',
};

/** A node's type in words, a number with its unit. */
export function typeWords(node: Checked): Text {
  switch (node.type) {
    case 'number':
      return node.bare ? { vi: 'một con số', en: 'a number' } : numberWords(node.unit);
    case 'boolean':
      return { vi: 'một điều kiện đúng/sai', en: 'a condition (true or false)' };
    case 'text':
      return { vi: 'một chữ', en: 'a text' };
    case 'series':
      return { vi: 'một chuỗi số liệu', en: 'a series' };
    default:
      return { vi: 'giá trị rỗng (null)', en: 'null' };
  }
}

function numberWords(unit: Unit): Text {
  const words = named(unit);
  if (unit.atoms.length === 0) return words;
  return { vi: `một con số (${words.vi})`, en: `a number (${words.en})` };
}

export const logarithmic: Text = {
  vi: 'Mức âm (dB) theo thang lôgarit: chỉ so sánh, trừ cho nhau hoặc lấy lớn nhất, nhỏ nhất; không cộng, nhân, chia hay lấy trung bình.',
  en: 'Sound levels (dB) are logarithmic: compare or subtract them, take the largest or smallest, but do not add, multiply, divide or average them.',
};

const nullHere: Text = {
  vi: 'null (không có số liệu) chỉ dùng làm kết quả của if hoặc coalesce.',
  en: 'null (no data) is only used as a result of if or coalesce.',
};

/** The name that differs least in spelling, by at most two letters and less than half of it. */
export function nearest(name: string, known: readonly string[]): string | null {
  let best: { name: string; distance: number } | null = null;
  if (name.length > 60) return null;
  for (const other of known) {
    if (Math.abs(other.length - name.length) > 2) continue;
    const distance = editDistance(name.toLowerCase(), other.toLowerCase());
    if (distance <= 2 && distance * 2 < name.length && distance < (best?.distance ?? 3))
      best = { name: other, distance };
  }
  return best?.name ?? null;
}

/** Levenshtein: letters to insert, take out or exchange. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const exchange = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(exchange, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
