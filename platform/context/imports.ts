import { parse } from 'csv-parse/sync';
import { csvCell, refuse, type Text } from '../words/index.ts';
import { fixedColumns, PROPERTY } from './exports.ts';
import type { Entity, NewEntity, Provenance } from './types.ts';

/** One entity of a file: what it says of it; what it does not name stays as it is. */
export type Row = {
  /** as an editor counts it; of GeoJSON the number of the feature */
  line: number;
  id: string;
  version: number | undefined;
  make(old: Entity | undefined): NewEntity;
  /** as it stood, for the file to correct */
  source: unknown;
};

export type BadRow = { line: number; id: string; reason: Text; source: unknown };

export const MOST_ROWS = 5000;
const ID = /^[A-Za-z0-9:._-]{1,200}$/;

class Flaw extends Error {
  readonly text: Text;
  constructor(vi: string, en: string) {
    super(en);
    this.text = { vi, en };
  }
}

/**
 * Reads a file in the form of the export. @throws Refusal 422 where nothing can be read or it is too long
 */
export function readFile(format: 'csv' | 'geojson', text: string): { good: Row[]; bad: BadRow[] } {
  const found: { good: Row[]; bad: BadRow[] } = { good: [], bad: [] };
  const seen = new Set<string>();
  for (const { line, cells, source } of format === 'csv' ? csvRows(text) : features(text)) {
    const id = cells.id ?? '';
    try {
      if (!ID.test(id)) throw new Flaw('thiếu mã (id) hoặc mã có ký tự lạ', 'the id is missing or not one');
      if (seen.has(id)) throw new Flaw('mã (id) có hai lần trong tệp', 'the id stands twice in the file');
      seen.add(id);
      found.good.push({ line, id, source, ...read(cells, id) });
    } catch (error) {
      if (!(error instanceof Flaw)) throw error;
      found.bad.push({ line, id: id.slice(0, 200), reason: error.text, source });
    }
  }
  return found;
}

/** Undefined: the file has no such column; empty: it says that there is nothing. */
type Cells = Partial<Record<string, string>>;

function read(cells: Cells, id: string): Pick<Row, 'version' | 'make'> {
  const version = cells.version ? whole(cells.version) : undefined;
  const named = cells.lon !== undefined && cells.lat !== undefined;
  const place =
    named && (cells.lon !== '' || cells.lat !== '')
      ? { lon: degrees(cells.lon, 180), lat: degrees(cells.lat, 90) }
      : null;
  const properties = propertiesOf(cells);
  const { type, name, organisationId, areaCode, isPublic, provenance } = cells;
  if (name === '' || (name?.length ?? 0) > 200)
    throw new Flaw('tên phải có 1–200 ký tự', 'a name has 1 to 200 characters');
  const open = isPublic === undefined || isPublic === '' ? undefined : truth(isPublic);
  return {
    version,
    make(old) {
      if (!old && !(type && name)) throw new Flaw('đối tượng mới cần type và name', 'a new entity needs type and name');
      if (old && type && type !== old.type)
        throw new Flaw(`mã này đã là ${old.type}`, `this id is a ${old.type} already`);
      const location = named ? place : (old?.location ?? null);
      const isOpen = open ?? old?.isPublic;
      return {
        id,
        type: old?.type ?? type ?? '',
        name: name ?? old?.name ?? '',
        organisationId: organisationId === undefined ? (old?.organisationId ?? null) : organisationId || null,
        // The area of what has a place follows from it.
        areaCode: location ? null : areaCode === undefined ? (old?.areaCode ?? null) : areaCode || null,
        location,
        properties: properties(old?.properties ?? {}),
        // What was simulated is never made measured by a file, nor the other way round.
        provenance:
          old?.provenance ??
          ((provenance === 'simulated' || provenance === 'replayed' ? provenance : 'measured') as Provenance),
        ...(isOpen === undefined ? {} : { isPublic: isOpen }),
      };
    },
  };
}

function propertiesOf(cells: Cells): (old: Record<string, unknown>) => Record<string, unknown> {
  const whole = cells.properties ? json(cells.properties) : undefined;
  if (whole !== undefined && (typeof whole !== 'object' || whole === null || Array.isArray(whole))) {
    throw new Flaw('properties phải là một đối tượng JSON', 'properties must be a JSON object');
  }
  const single = Object.entries(cells).filter(([name]) => name.startsWith(PROPERTY));
  return (old) => {
    const made = new Map(Object.entries(whole ?? old));
    for (const [name, cell] of single) {
      if (cell === '' || cell === undefined) made.delete(name.slice(PROPERTY.length));
      else made.set(name.slice(PROPERTY.length), scalar(cell));
    }
    return Object.fromEntries(made);
  };
}

/** A number, a truth or a list as JSON writes them (a comma may stand for the point); else a text. */
function scalar(cell: string): unknown {
  if (/^-?\d+(,\d+)?$/.test(cell)) return Number(cell.replace(',', '.'));
  if (!/^(-?\d|true$|false$|\[)/.test(cell)) return cell;
  try {
    return JSON.parse(cell) as unknown;
  } catch {
    return cell;
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Flaw('properties không phải JSON', 'properties is not JSON');
  }
}

function degrees(cell: string | undefined, most: number): number {
  const value = Number((cell ?? '').replace(',', '.') || Number.NaN);
  if (!(Math.abs(value) <= most))
    throw new Flaw(
      `lon, lat phải là độ thập phân (gặp “${cell ?? ''}”)`,
      `lon, lat must be decimal degrees (found “${cell ?? ''}”)`,
    );
  return value;
}

function whole(cell: string): number {
  const value = Number(cell);
  if (!Number.isInteger(value)) throw new Flaw('version phải là số nguyên', 'version must be a whole number');
  return value;
}

function truth(cell: string): boolean {
  const word = cell.toLowerCase();
  if (word === 'true' || word === '1') return true;
  if (word === 'false' || word === '0') return false;
  throw new Flaw('isPublic phải là true hoặc false', 'isPublic must be true or false');
}

type Read = { line: number; cells: Cells; source: unknown };

/** The one that the heading uses: where it is a semicolon, a comma stands in numbers. */
function delimiterOf(text: string): string {
  const heading = text.split(/\r?\n/, 1)[0] ?? '';
  return [';', '\t'].find((one) => heading.includes(one)) ?? ',';
}

function csvRows(text: string): Read[] {
  let rows: { record: Record<string, string>; line: number }[];
  try {
    rows = parse<(typeof rows)[number], Record<string, string>>(text, {
      bom: true,
      delimiter: delimiterOf(text),
      columns: (names: string[]) => names.map((name) => name.trim()),
      on_record: (record, { lines }) => ({ record, line: lines }),
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    throw unreadable('CSV', (error as Error).message);
  }
  if (!rows[0] || !('id' in rows[0].record)) throw unreadable('CSV', 'id, type, name, lon, lat, …');
  return few(rows).map(({ record, line }) => ({
    line,
    source: record,
    // An apostrophe was put before what a spreadsheet would have run.
    cells: Object.fromEntries(
      Object.entries(record).map(([name, cell]) => [name, cell.replace(/^'(?=[=+\-@＝＋－＠])/, '')]),
    ),
  }));
}

function features(text: string): Read[] {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    throw unreadable('GeoJSON', (error as Error).message);
  }
  const list = (read as { features?: unknown } | null)?.features;
  if (!Array.isArray(list)) throw unreadable('GeoJSON', 'FeatureCollection');
  return few(list).map((source: unknown, index) => {
    const feature = (source ?? {}) as { id?: unknown; geometry?: unknown; properties?: Record<string, unknown> | null };
    const cells: Cells = { id: typeof feature.id === 'string' ? feature.id : '' };
    for (const name of [...fixedColumns, 'version', 'provenance', 'properties']) {
      const value = feature.properties?.[name];
      if (name === 'id' || name === 'lon' || name === 'lat' || value === undefined) continue;
      cells[name] = value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
    }
    if (feature.geometry !== undefined) {
      const point = feature.geometry as { type?: unknown; coordinates?: unknown[] } | null;
      // What is no point is refused as no place by the checks of lon and lat.
      const [lon, lat] = point === null ? ['', ''] : point.type === 'Point' ? (point.coordinates ?? []) : [];
      cells.lon = String(lon ?? 'geometry');
      cells.lat = String(lat ?? 'geometry');
    }
    return { line: index + 1, cells, source };
  });
}

function few<T>(rows: T[]): T[] {
  if (rows.length <= MOST_ROWS) return rows;
  throw refuse(422, 'too-many', {
    vi: `Một tệp có tối đa ${MOST_ROWS} đối tượng (gặp ${rows.length}); hãy chia thành nhiều tệp.`,
    en: `A file has at most ${MOST_ROWS} entities (found ${rows.length}); split it.`,
  });
}

const unreadable = (format: string, why: string) =>
  refuse(422, 'not-readable', {
    vi: `Không đọc được tệp ${format} (cần: ${why}). Hãy dùng tệp tải về từ danh mục làm mẫu.`,
    en: `The ${format} file cannot be read (${why}). Take a file exported from the list as a pattern.`,
  });

/** The refused rows as a file of the same form, each with its reason: to be put right and brought again. */
export function toCorrect(format: 'csv' | 'geojson', bad: readonly BadRow[], say: (text: Text) => string): string {
  if (format === 'geojson') {
    const list = bad.map(({ source, reason }) => ({ ...(source as object), reason: say(reason) }));
    return JSON.stringify({ type: 'FeatureCollection', features: list }, null, 1);
  }
  const columns = [...new Set(bad.flatMap(({ source }) => Object.keys(source as object)))].filter(
    (one) => one !== 'reason',
  );
  const lines = bad.map(({ source, reason }) =>
    [say(reason), ...columns.map((name) => (source as Record<string, string>)[name] ?? '')].map(csvCell).join(','),
  );
  return `\uFEFF${['reason', ...columns].map(csvCell).join(',')}\r\n${lines.join('\r\n')}\r\n`;
}

/** What a save may refuse, as the reason of a row. */
export const reasonOf = (error: unknown): Text | null => (error instanceof Flaw ? error.text : null);
