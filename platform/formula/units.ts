/** Unit algebra at compile time: which quantities may meet, and by what factor one becomes the other. */
import type { Language } from '../words/index.ts';
import { type Dimensions, type UnitRow, unitTable } from './unit-table.ts';

type Atom = { row: UnitRow; power: number };

/** A product of table units; no atoms: a plain number (an index, a count). */
export type Unit = { atoms: readonly Atom[]; dimensions: Dimensions; factor: number };

const percentRow = unitTable.find((row) => row.spelled[0] === '%') as UnitRow;

const key = (text: string): string => text.normalize('NFKC').trim().replace(/\s+/g, ' ');
const bySpelling = new Map(unitTable.flatMap((row) => row.spelled.map((spelled) => [key(spelled), row] as const)));

function make(atoms: readonly Atom[]): Unit {
  const dimensions: Record<string, number> = {};
  let factor = 1;
  for (const { row, power } of atoms) {
    factor *= row.factor ** power;
    for (const [name, n] of Object.entries(row.dimensions)) dimensions[name] = (dimensions[name] ?? 0) + n * power;
  }
  for (const [name, n] of Object.entries(dimensions)) if (n === 0) delete dimensions[name];
  return { atoms, dimensions, factor };
}

export const plainUnit: Unit = make([]);
export const percentUnit: Unit = make([{ row: percentRow, power: 1 }]);

/**
 * Reads 'µg/m³', 'ug/m3', 'km/h', 'đồng/người'; '' and '1' are a plain number. Null where a part is not in the table.
 */
export function readUnit(text: string): Unit | null {
  const written = key(text);
  if (written === '' || written === '1') return plainUnit;
  const whole = bySpelling.get(written);
  if (whole) return make([{ row: whole, power: 1 }]);
  const atoms: Atom[] = [];
  let sign = 1;
  // NFKC leaves the middle dot and turns the superscripts into digits.
  for (const part of written.split(/([/·*])/)) {
    if (part === '/' || part === '·' || part === '*') {
      sign = part === '/' ? -1 : 1;
      continue;
    }
    if (part.trim() === '1' && atoms.length === 0) continue;
    const atom = readAtom(part.trim());
    if (!atom) return null;
    add(atoms, { row: atom.row, power: sign * atom.power });
  }
  return normal(atoms).unit;
}

function readAtom(part: string): Atom | null {
  const row = bySpelling.get(part);
  if (row) return { row, power: 1 };
  const [, symbol = '', digit = ''] = /^(.+?)\^?([1-9])$/.exec(part) ?? [];
  const raised = bySpelling.get(symbol);
  return raised ? { row: raised, power: Number(digit) } : null;
}

/** A declared unit that the table lacks: a dimension of its own, which equals only what is written the same. */
export function ownUnit(text: string): Unit {
  const name = key(text);
  return make([{ row: { spelled: [text.trim()], dimensions: { [`own:${name}`]: 1 }, factor: 1 }, power: 1 }]);
}

export const isPlain = (unit: Unit): boolean => unit.atoms.length === 0;
export const isPercent = (unit: Unit): boolean => unit.atoms.length === 1 && unit.atoms[0]?.row === percentRow;
export const isLogarithmic = (unit: Unit): boolean => unit.atoms.some((atom) => atom.row.logarithmic);

/**
 * What a number in `from` is multiplied with to be one in `to`; null where they measure different things. A plain
 * quantity and one in % do not become one another by themselves: whether 0,5 or 50 was meant is for the author to say.
 */
export function factorBetween(from: Unit, to: Unit): number | null {
  if (isPercent(from) !== isPercent(to)) return null;
  const names = Object.keys(from.dimensions);
  if (names.length !== Object.keys(to.dimensions).length) return null;
  if (names.some((name) => from.dimensions[name] !== to.dimensions[name])) return null;
  return from.factor === to.factor ? 1 : clean(from.factor / to.factor);
}

/**
 * Takes the last bits' noise off a factor: what is within it a short decimal (1e-9 / 1e-6) or one over such (1/60)
 * becomes exactly that; all else is left as it is.
 */
function clean(factor: number): number {
  const short = Number(factor.toPrecision(12));
  const inverse = 1 / Number((1 / factor).toPrecision(12));
  const near = (value: number): boolean => Math.abs(value - factor) <= 1e-14 * Math.abs(factor);
  return near(short) ? short : near(inverse) ? inverse : factor;
}

/** Multiplies as decimals do: 0.28 mg/m³ is 280 µg/m³ exactly, not 280.00000000000006, which would exceed 280. */
export const scale = (value: number, factor: number): number => Number((value * factor).toPrecision(15));

/** The unit of a product (`sign` 1) or quotient (-1), and what the product of the numbers must be multiplied with. */
export function combine(left: Unit, right: Unit, sign: 1 | -1): { unit: Unit; factor: number } {
  const atoms: Atom[] = [...left.atoms];
  let factor = 1;
  for (const atom of right.atoms) {
    // m³/h times minutes: the minutes become hours, so that the result is m³.
    const like = left.atoms.find((other) => sameDimensions(other.row.dimensions, atom.row.dimensions)) ?? atom;
    if (like.row !== atom.row) factor *= (atom.row.factor / like.row.factor) ** (atom.power * sign);
    add(atoms, { row: like.row, power: atom.power * sign });
  }
  const result = normal(atoms);
  return { unit: result.unit, factor: clean(factor * result.factor) };
}

function sameDimensions(a: Dimensions, b: Dimensions): boolean {
  const names = Object.keys(a);
  return names.length > 0 && names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function add(atoms: Atom[], atom: Atom): void {
  const at = atoms.findIndex((other) => other.row === atom.row);
  const power = (atoms[at]?.power ?? 0) + atom.power;
  if (at < 0) atoms.push(atom);
  else if (power === 0) atoms.splice(at, 1);
  else atoms[at] = { row: atom.row, power };
}

/**
 * % stays % only by itself (half of 80 % is 40 %, 50 % of 50 % is 25 %); beside another unit it becomes the share of
 * one that it is (80 % of 10 m³/h is 8 m³/h). What cancels out altogether is a plain number.
 */
function normal(atoms: readonly Atom[]): { unit: Unit; factor: number } {
  const percents = atoms.find((atom) => atom.row === percentRow)?.power ?? 0;
  const others = atoms.filter((atom) => atom.row !== percentRow);
  const rest = make(others);
  const cancelled = Object.keys(rest.dimensions).length === 0;
  const factor = cancelled ? rest.factor : 1;
  if (cancelled && percents >= 1) return { unit: percentUnit, factor: factor * 0.01 ** (percents - 1) };
  return { unit: cancelled ? plainUnit : rest, factor: factor * 0.01 ** percents };
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const raised = (power: number): string =>
  power === 1 ? '' : [...String(power)].map((digit) => superscripts[Number(digit)] ?? '').join('');

/** The unit as it is shown: 'µg/m³', 'm³/ngày'; '' for a plain number. */
export function unitWords(unit: Unit, language: Language): string {
  const [first] = unit.atoms;
  if (first && unit.atoms.length === 1 && first.power === 1) {
    return first.row.alone?.[language] ?? first.row.spelled[0];
  }
  const within = (row: UnitRow): string => row.within?.[language] ?? row.spelled[0];
  const part = (atom: Atom): string => `${within(atom.row)}${raised(Math.abs(atom.power))}`;
  const above = unit.atoms.filter((atom) => atom.power > 0).map(part);
  const below = unit.atoms.filter((atom) => atom.power < 0).map(part);
  return [above.join('·') || (below.length > 0 ? '1' : ''), ...below].join('/');
}

/** Converts between units of the table: convert(1.2, 'mg/m³', 'µg/m³') is 1200; null where that makes no sense. */
export function convert(value: number, from: string, to: string): number | null {
  const [source, target] = [readUnit(from), readUnit(to)];
  const factor = source && target && factorBetween(source, target);
  return factor === null ? null : scale(value, factor);
}
