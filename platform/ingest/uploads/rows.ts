import { sql } from 'kysely';
import type { Context, Entity, NamedType } from '../../context/index.ts';
import type { Db } from '../../database/index.ts';
import type { Observation } from '../../events/index.ts';
import { convert } from '../../formula/index.ts';
import { covers, type Principal, visible } from '../../rights/index.ts';
import { plain, refuse, type Text } from '../../words/index.ts';
import type { Incoming, Intake } from '../intake.ts';
import { type Mapping, propertyOf, splitHeading } from './columns.ts';
import type { TableRow } from './text-table.ts';
import { type Cell, isBlank, readNumber, readQuality, readTime, short } from './values.ts';

/** A row of which something was refused: its cells without those that were taken, and why. */
export type RefusedRow = { line: number; cells: Cell[]; reasons: Text[] };

/** A value as it is understood, for the preview. */
export type Understood = {
  line: number;
  entity: string;
  property: string;
  at: number | null;
  value: number | null;
  unit: string;
  reason: Text | null;
};

export type Piece = {
  good: Observation[];
  /** the entity and property of each good one */
  of: { entity: string; property: string }[];
  refused: RefusedRow[];
  understood: Understood[];
};

type Reading = { row: number; column: number; incoming: Incoming; unit: string };

/** Rows of a piece that are told as they are understood. */
const PREVIEW_ROWS = 20;

/** Whose values a person may bring in and replace. */
export const UPLOAD = 'history:correct';

/**
 * Understands rows by a mapping and checks them as every door does. Names of stations are looked up once.
 * `headings` are the file's, for the units in them.
 */
export function createRowReader(parts: {
  db: Db;
  context: Context;
  intake: Intake;
  principal: Principal;
  mapping: Mapping;
  headings: readonly string[];
}): (rows: readonly TableRow[]) => Promise<Piece> {
  const { db, context, intake, principal, mapping } = parts;
  const place = (role: string): number => mapping.columns.indexOf(role as Mapping['columns'][number]);
  const at = {
    entity: place('entity'),
    property: place('property'),
    time: place('time'),
    date: place('date'),
    clock: place('clock'),
    value: place('value'),
    unit: place('unit'),
    status: place('status'),
  };
  const wide = mapping.columns.flatMap((role, column) =>
    role.startsWith('p:')
      ? [{ column, property: role.slice(2), unit: splitHeading(parts.headings[column] ?? '').unit }]
      : [],
  );
  const known = new Map<string, Entity | Text>();
  const types = new Map(context.types().map((type) => [type.name, type]));

  const nameOf = (row: TableRow): string =>
    at.entity < 0 ? (mapping.entity ?? '') : String(row.cells[at.entity] ?? '');
  const timeOf = ({ cells }: TableRow): number | Text => {
    if (at.time >= 0) return isBlank(cells[at.time]) ? NO_TIME : readTime(cells[at.time] ?? '', mapping.dateOrder);
    const date = cells[at.date] ?? '';
    if (isBlank(date)) return NO_TIME;
    const clock = String(cells[at.clock] ?? '').trim();
    if (clock === '') return at.clock < 0 ? readTime(date, mapping.dateOrder) : NO_TIME;
    // A day from a spreadsheet may carry a midnight; the hour stands in its own column.
    const day = String(date).replace(/[T ]00:00(:00)?$/, '');
    return readTime(`${day} ${/^\d{1,2}$/.test(clock) ? `${clock}:00` : clock}`, mapping.dateOrder);
  };
  const readingsOf = (row: TableRow): { column: number; property: string; unit: string }[] =>
    wide.length > 0
      ? wide.filter((one) => !isBlank(row.cells[one.column]))
      : [
          {
            column: at.value,
            property: String(row.cells[at.property] ?? ''),
            unit: String(row.cells[at.unit] ?? ''),
          },
        ];

  return async (rows) => {
    await lookUp(db, context, principal, rows.map(nameOf), known);
    const piece: Piece = { good: [], of: [], refused: [], understood: [] };
    const readings: Reading[] = [];
    const flaws = new Map<number, { columns: Set<number>; reasons: Text[] }>();
    const blame = (row: number, column: number, reason: Text): void => {
      const flaw = flaws.get(row) ?? { columns: new Set(), reasons: [] };
      flaw.columns.add(column);
      if (!flaw.reasons.some((one) => one.vi === reason.vi)) flaw.reasons.push(reason);
      flaws.set(row, flaw);
    };

    rows.forEach((row, index) => {
      const name = nameOf(row);
      const entity = known.get(name) ?? NO_ENTITY;
      const time = timeOf(row);
      const quality = at.status < 0 ? 0 : readQuality(row.cells[at.status]);
      for (const { column, property, unit } of readingsOf(row)) {
        const cell = row.cells[column] ?? '';
        const value = isBlank(cell) ? NO_VALUE : readNumber(cell, mapping.decimal);
        const type = 'id' in entity ? types.get(entity.type) : undefined;
        const { name: bare, unit: told } = splitHeading(property);
        const meant = type ? (propertyOf(property, [type]) ?? propertyOf(bare, [type]) ?? property) : property;
        const fitted = typeof value === 'number' && type ? inUnit(value, unit || told, type, meant) : value;
        const wrong = [entity, time, quality, fitted].filter((one) => typeof one === 'object' && 'vi' in one) as Text[];
        for (const reason of wrong) blame(index, column, reason);
        if (wrong.length === 0 && 'id' in entity && typeof time === 'number' && typeof fitted === 'number') {
          const incoming = {
            entity: entity.id,
            property: meant,
            at: time,
            value: fitted,
            quality: quality as 0 | 1 | 2,
          };
          readings.push({ row: index, column, incoming, unit: type?.observes[meant]?.unit ?? '' });
          continue;
        }
        if (index >= PREVIEW_ROWS) continue;
        piece.understood.push({
          line: row.line,
          entity: 'id' in entity ? entity.name : name,
          property: meant,
          at: typeof time === 'number' ? time : null,
          value: typeof fitted === 'number' ? fitted : null,
          unit,
          reason: wrong[0] ?? null,
        });
      }
    });

    const sorted = await intake.sort(
      readings.map((one) => one.incoming),
      () => true,
    );
    const bad = new Map(sorted.bad.map((flaw) => [Number(flaw.at), flaw.reason]));
    readings.forEach(({ row, column, incoming, unit }, index) => {
      const reason = bad.get(index) ?? null;
      if (reason) blame(row, column, reason);
      else piece.of.push({ entity: incoming.entity, property: incoming.property });
      if (row >= PREVIEW_ROWS) return;
      const entity = known.get(nameOf(rows[row] as TableRow));
      piece.understood.push({
        line: rows[row]?.line ?? 0,
        entity: entity && 'id' in entity ? entity.name : incoming.entity,
        property: incoming.property,
        at: incoming.at,
        value: incoming.value,
        unit,
        reason,
      });
    });
    piece.good = sorted.good;
    piece.understood.sort((a, b) => a.line - b.line);
    for (const [index, { columns, reasons }] of [...flaws].sort(([a], [b]) => a - b)) {
      const row = rows[index] as TableRow;
      // What was taken of the row is not handed back: sent again, the file holds only what is still to be corrected.
      const cells = row.cells.map((cell, column) =>
        wide.some((one) => one.column === column) && !columns.has(column) ? '' : cell,
      );
      piece.refused.push({ line: row.line, cells, reasons });
    }
    return piece;
  };
}

/** Refuses a mapping that cannot make an observation, naming what is missing. */
export function demandWhole(mapping: Mapping): void {
  const has = (role: string): boolean => mapping.columns.includes(role as Mapping['columns'][number]);
  const isWide = mapping.columns.some((role) => role.startsWith('p:'));
  const missing: Text[] = [];
  if (!has('entity') && !mapping.entity) {
    missing.push({
      vi: 'cột trạm (hoặc chọn một trạm cho cả tệp)',
      en: 'a column of stations (or one station for all)',
    });
  }
  if (!has('time') && !has('date')) missing.push({ vi: 'cột thời gian', en: 'a column of times' });
  if (!isWide && !has('value')) missing.push({ vi: 'cột giá trị hoặc cột của một thông số', en: 'a column of values' });
  if (!isWide && has('value') && !has('property')) missing.push({ vi: 'cột thông số', en: 'a column of parameters' });
  const twice = mapping.columns.find((role, index) => role !== '' && mapping.columns.indexOf(role) !== index);
  if (missing.length === 0 && twice === undefined) return;
  const list = (language: 'vi' | 'en') => missing.map((one) => one[language]).join('; ');
  throw refuse(422, 'mapping-incomplete', {
    vi: missing.length > 0 ? `Còn thiếu: ${list('vi')}.` : `Hai cột cùng là “${twice}”; mỗi loại chỉ một cột.`,
    en: missing.length > 0 ? `Missing: ${list('en')}.` : `Two columns are “${twice}”; one column of each kind.`,
  });
}

/** The value in the property's unit; a unit that measures something else is refused. */
function inUnit(value: number, unit: string, type: NamedType, property: string): number | Text {
  const observed = Object.hasOwn(type.observes, property) ? type.observes[property] : undefined;
  const written = unit.normalize('NFKC').trim();
  if (!observed || written === '' || written === observed.unit.normalize('NFKC')) return value;
  return (
    convert(value, unit, observed.unit) ?? {
      vi: `đơn vị “${short(unit)}” không đổi được sang ${observed.unit || 'số không đơn vị'} của “${observed.title.vi}”`,
      en: `the unit “${short(unit)}” does not become ${observed.unit || 'a plain number'} of “${observed.title.en}”`,
    }
  );
}

/** A file that names more stations than this is no table of observations. */
const MOST_NAMES = 20_000;

/** Finds stations by id, by their name (folded), or by the name they go by in their own files. */
async function lookUp(
  db: Db,
  context: Context,
  principal: Principal,
  names: readonly string[],
  known: Map<string, Entity | Text>,
): Promise<void> {
  const wanted = [...new Set(names)].filter((name) => name !== '' && !known.has(name));
  if (wanted.length === 0 || known.size > MOST_NAMES) return;
  const aliases = await sql<{ alias: string; entity_id: string }>`select distinct alias, entity_id from door_aliases
    where alias = any(${wanted}::text[])`.execute(db);
  const ids = [...wanted, ...aliases.rows.map((row) => row.entity_id)];
  const rights = visible(principal, UPLOAD);
  const limit = 5 * MOST_NAMES;
  const [byId, byName] = await Promise.all([
    context.find(rights, { ids, limit }),
    context.find(rights, { names: wanted, limit }),
  ]);
  // What everybody may see is not for everybody to write.
  const mine = (all: readonly Entity[]): Entity[] =>
    all.filter((entity) => covers(principal, UPLOAD, { ...entity, isPublic: false }));
  const found = new Map(mine(byId.items).map((entity) => [entity.id, entity]));
  const named = Map.groupBy(mine(byName.items), (entity) => plain(entity.name));
  for (const name of wanted) {
    const aliased = aliases.rows.find((row) => row.alias === name && found.has(row.entity_id))?.entity_id;
    const one = found.get(name) ?? (aliased === undefined ? undefined : found.get(aliased));
    const others = named.get(plain(name)) ?? [];
    known.set(name, one ?? (others.length > 1 ? severalOf(name) : (others[0] ?? unknown(name))));
  }
}

const NO_ENTITY = { vi: 'thiếu tên hoặc mã trạm', en: 'the station is missing' };
const NO_TIME = { vi: 'thiếu thời gian', en: 'the time is missing' };
const NO_VALUE = { vi: 'thiếu giá trị', en: 'the value is missing' };

// What is a neighbour's is told as what does not exist: ids must not be found out by trying.
const unknown = (name: string): Text => ({
  vi: `không có trạm “${short(name)}”, hoặc không thuộc quyền của bạn; viết mã hoặc đúng tên trạm`,
  en: `no station “${short(name)}”, or none of yours; write its id or its exact name`,
});

const severalOf = (name: string): Text => ({
  vi: `có nhiều trạm tên “${short(name)}”; viết mã trạm thay cho tên`,
  en: `several stations are called “${short(name)}”; write the id instead`,
});
