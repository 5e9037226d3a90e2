/** What the columns of a file are: proposed from their headings, in Vietnamese or English, with or without diacritics. */
import type { NamedType } from '../../context/index.ts';
import { plain } from '../../words/index.ts';
import type { TableRow } from './text-table.ts';
import { type Cell, type DateOrder, type Decimal, dateOrderOf, decimalOf, isBlank } from './values.ts';

/** What a column is: '' is passed by, `p:<property>` holds the values of one property (wide form). */
export type Role = '' | 'entity' | 'property' | 'time' | 'date' | 'clock' | 'value' | 'unit' | 'status' | `p:${string}`;

export type Mapping = {
  /** a workbook's sheet; null for text */
  sheet: string | null;
  /** the line of the headings; rows begin below it */
  headerLine: number;
  columns: Role[];
  /** the station of the whole file, where no column names it */
  entity: string | null;
  decimal: Decimal;
  dateOrder: DateOrder;
};

/** Folded for comparison: 'PM2.5', 'pm2_5' and 'pm25' are one name. */
export const fold = (text: string): string => plain(text).replace(/[^a-z0-9]+/g, '');

const names: Record<Exclude<Role, '' | `p:${string}`>, readonly string[]> = {
  entity: [
    ...['tram', 'matram', 'tentram', 'tramquantrac', 'doituong', 'madoituong', 'diemdo', 'diemquantrac', 'vitri'],
    ...['station', 'stationid', 'stationname', 'stationcode', 'entity', 'entityid', 'site', 'thietbi', 'device'],
  ],
  property: [
    ...['thongso', 'mathongso', 'tenthongso', 'chitieu', 'chiso', 'dailuong', 'parameter', 'property', 'variable'],
    ...['param', 'quantity', 'pollutant'],
  ],
  time: [
    ...['thoigian', 'thoidiem', 'thoigiando', 'thoidiemdo', 'ngaygio', 'ngaygiodo', 'time', 'timestamp', 'datetime'],
    ...['observedat', 'dateandtime', 'thoigianquantrac', 'timeutc7'],
  ],
  date: ['ngay', 'ngaydo', 'date', 'day'],
  clock: ['gio', 'giodo', 'hour', 'clock', 'giophut'],
  value: ['giatri', 'giatrido', 'ketqua', 'ketquado', 'soluong', 'sodo', 'value', 'result', 'reading'],
  unit: ['donvi', 'donvido', 'donvitinh', 'dvt', 'unit', 'units', 'uom'],
  status: ['trangthai', 'matrangthai', 'tinhtrang', 'status', 'quality', 'flag', 'state'],
};
const roles = new Map(Object.entries(names).flatMap(([role, all]) => all.map((name) => [name, role as Role] as const)));

/** What the file of refused rows adds; never read again. */
export const ADDED = { vi: ['Dòng', 'Lý do không nhận'], en: ['Line', 'Reason refused'] } as const;
const added = new Set([...ADDED.vi, ...ADDED.en].map(fold));

/** 'Nhiệt độ (°C)' or 'SO2 [µg/m³]' -> name and unit. */
export function splitHeading(heading: string): { name: string; unit: string } {
  const [, name = heading, unit = ''] = /^(.*\S)\s*[([]([^)\]]*)[)\]]\s*$/s.exec(heading) ?? [];
  return { name, unit };
}

/** The property that a name means among those of these types; the first where several types have one of that name. */
export function propertyOf(name: string, types: readonly NamedType[]): string | null {
  const folded = fold(name);
  if (folded === '') return null;
  for (const type of types) {
    for (const [property, { title, derived }] of Object.entries(type.observes)) {
      if (!derived && [property, title.vi, title.en].some((one) => fold(one) === folded)) return property;
    }
  }
  return null;
}

function roleOf(heading: string, types: readonly NamedType[]): Role {
  const { name } = splitHeading(heading);
  const folded = fold(name);
  if (added.has(folded)) return '';
  const role = roles.get(folded) ?? roles.get(fold(heading));
  if (role) return role;
  const property = propertyOf(name, types) ?? propertyOf(heading, types);
  return property === null ? '' : `p:${property}`;
}

/**
 * Proposes a mapping from the first rows. The headings are the row of which most is understood.
 * @param heads the rows that may be the headings
 * @param usual the decimal sign where no number decides
 */
export function propose(
  heads: readonly TableRow[],
  rows: readonly TableRow[],
  types: readonly NamedType[],
  sheet: string | null,
  usual: Decimal,
): Mapping {
  let best = { line: heads[0]?.line ?? 1, columns: (heads[0]?.cells ?? []).map((): Role => ''), known: 0 };
  for (const { line, cells } of heads.slice(0, 20)) {
    const columns = once(cells.map((cell) => roleOf(String(cell), types)));
    const known = columns.filter((role) => role !== '').length;
    if (known > best.known) best = { line, columns, known };
  }
  const { columns } = best;
  const below = rows.filter((row) => row.line > best.line);
  const textsOf = (wanted: (role: Role) => boolean): string[] =>
    below.flatMap(
      ({ cells }) => cells.filter((cell, index) => isText(cell) && wanted(columns[index] ?? '')) as string[],
    );
  return {
    sheet,
    headerLine: best.line,
    columns,
    entity: null,
    decimal: decimalOf(textsOf((role) => role === 'value' || role.startsWith('p:'))) ?? usual,
    dateOrder: dateOrderOf(textsOf((role) => role === 'time' || role === 'date')) ?? 'dmy',
  };
}

const isText = (cell: Cell): boolean => typeof cell === 'string' && !isBlank(cell);

/** A role is given once, to the first that asks: a second 'Thời gian' is nobody's time. */
function once(columns: Role[]): Role[] {
  const given = new Set<Role>();
  return columns.map((role) => {
    if (given.has(role)) return '';
    given.add(role);
    return role;
  });
}
