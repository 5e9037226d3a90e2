/**
 * Territory: units of government before and after 1 July 2025, with codes, parents, validity, predecessors and
 * successors, and their borders. Promise: a point is placed in the unit that stood on the day asked for; a border
 * that is not the surveyed one says so (`approximate`); rights over a unit of today reach the records of the units
 * it was formed from, and never those of a neighbour.
 */
import type { Audit } from '../audit/index.ts';
import { type Db, inTransaction } from '../database/index.ts';
import { forbidden, type Principal, scopeOf } from '../rights/index.ts';
import { notFound, refuse } from '../words/index.ts';
import { type Atlas, createAtlas, type UnitQuery } from './atlas.ts';
import { type ImportReport, matchBorders } from './import.ts';
import { baseSheet, bordersSheet, type Feature, featureOf, type Sheet } from './maps.ts';
import { readOutlines, readSource, type Source } from './source.ts';
import { loadAll, revisionOf, seedUnits, storeBorders } from './store.ts';
import { type Level, type Located, localDay, type Unit } from './types.ts';

export type { UnitQuery } from './atlas.ts';
export type { ImportLine, ImportReport } from './import.ts';
export type { Feature, FeatureCollection, Sheet } from './maps.ts';
export { serveTerritory } from './routes.ts';
export type { Source } from './source.ts';
export { type Basis, type Level, type Located, localDay, type Unit } from './types.ts';

/** A unit named as a predecessor or successor; `unit` is null where it is not in the list. */
export type Related = {
  name: string;
  unit: Unit | null;
  basis: 'named' | 'spelling' | 'to-confirm' | 'not-listed' | 'unresolved';
};

export type UnitDetail = Unit & {
  /** other units that carry the same code at another time */
  sameCode: Unit[];
  predecessors: Related[];
  successors: Related[];
  border: Feature | null;
};

export type Territory = {
  now: () => Date;
  /** Brings the committed facts into the database (once for each version) and reads everything; call at start. */
  seed(): Promise<void>;
  /** Reads again where another process changed something. */
  refresh(): Promise<void>;
  units(query?: UnitQuery): Unit[];
  /** The unit of the code at the time; without `at` the one that stands now, else the last that stood. Refuses 404. */
  unit(code: string, at?: Date): Unit;
  detail(code: string, at?: Date): UnitDetail;
  /** The unit (commune unless told otherwise) in which the point lay at the time; null outside of all. */
  pointToUnit(lon: number, lat: number, at: Date, level?: Level): Located | null;
  /**
   * The code, all below it, and the codes of the units they were formed from (with those below); successors only
   * where they were formed wholly of these. For scopes of rights. An unknown code gives an empty list.
   */
  areaClosure(code: string): string[];
  /** The borders of a level on a day as GeoJSON text with its ETag; every feature has `approximate`. */
  borders(query: { at?: Date; level: Level; parent?: string }): Sheet;
  /** The map's base: land outlines and both archipelagos. */
  base(): Sheet;
  /** Checks and stores borders from GeoJSON; good features are kept, each bad one is told with its reason. */
  importBorders(
    principal: Principal,
    geojson: unknown,
    options?: { validFrom?: string; source?: string },
  ): Promise<ImportReport>;
};

export type TerritoryOptions = {
  db: Db;
  audit: Pick<Audit, 'record'>;
  now: () => Date;
  /** The committed facts unless told otherwise (tests). */
  source?: Source;
};

export function createTerritory(options: TerritoryOptions): Territory {
  const { db, audit, now } = options;
  const outlines = readOutlines();
  let current: Atlas | null = null;
  const sheets = new Map<string, Sheet>();

  const atlas = (): Atlas => {
    if (!current) throw new Error('territory: seed() must run at start before anything is asked');
    return current;
  };
  const read = async (): Promise<void> => {
    current = createAtlas(await loadAll(db), outlines);
    sheets.clear();
  };
  const cached = (key: string, make: () => Sheet): Sheet => {
    const known = sheets.get(key);
    if (known) return known;
    // Only days on which something changed give different sheets; strangers must not fill the memory with others.
    if (sheets.size > 200) sheets.clear();
    const made = make();
    sheets.set(key, made);
    return made;
  };
  const unit = (code: string, at?: Date): Unit => {
    const found = atlas().unit(code, at ?? null, now());
    if (!found) throw notFound({ vi: `đơn vị hành chính mã ${code}`, en: `administrative unit ${code}` });
    return found;
  };

  return {
    now,
    async seed() {
      await seedUnits(db, options.source ?? readSource());
      await read();
    },
    async refresh() {
      if ((await revisionOf(db)) !== atlas().revision) await read();
    },
    units: (query = {}) => atlas().units(query, now()),
    unit,
    detail(code, at) {
      const found = unit(code, at);
      const border = atlas().border(found.id);
      const related = (id: string | null): Unit | null => (id ? (atlas().byId(id) ?? null) : null);
      return {
        ...found,
        sameCode: sameCode(atlas(), found),
        predecessors: atlas()
          .predecessors(found.id)
          .map((link) => ({ name: link.name, unit: related(link.predecessorId), basis: link.basis })),
        successors: atlas()
          .successors(found.id)
          .map((link) => ({
            name: related(link.successorId)?.name ?? link.successorId,
            unit: related(link.successorId),
            basis: link.basis,
          })),
        border: border ? featureOf(border, 0) : null,
      };
    },
    pointToUnit: (lon, lat, at, level = 'commune') => atlas().locate(lon, lat, at, level),
    areaClosure: (code) => atlas().closure(code, now()),
    borders({ at, level, parent }) {
      const day = localDay(at ?? now());
      return cached(`${day} ${level} ${parent ?? ''}`, () => bordersSheet(atlas(), day, level, parent));
    },
    base: () =>
      cached('base', () =>
        baseSheet(
          [
            { name: 'Thái Bình (trước 1/7/2025)', geometry: outlines.thaiBinh },
            { name: 'Hưng Yên (trước 1/7/2025)', geometry: outlines.hungYen },
          ],
          outlines.source,
        ),
      ),
    async importBorders(principal, geojson, { validFrom, source } = {}) {
      if (!scopeOf(principal, 'territory:manage')?.all) throw forbidden('territory:manage');
      if (validFrom !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(validFrom)) {
        throw refuse(400, 'bad-day', {
          vi: `Ngày hiệu lực '${validFrom}' phải có dạng năm-tháng-ngày, ví dụ 2025-07-01.`,
          en: `The day '${validFrom}' must be year-month-day, for example 2025-07-01.`,
        });
      }
      const { lines, good } = matchBorders(geojson, atlas(), now(), validFrom ?? null);
      const refused = lines.filter((line) => !line.stored).length;
      if (good.length > 0) {
        await inTransaction(db, async (tx) => {
          await storeBorders(tx, good, { source: source ?? 'GeoJSON', principalId: principal.id, at: now() });
          await audit.record(tx, {
            principal,
            action: 'territory.import',
            subject: 'territory:borders',
            detail: { stored: good.length, refused, source: source ?? 'GeoJSON' },
          });
        });
        await read();
      }
      return { items: lines, stored: good.length, refused };
    },
  };
}

function sameCode(atlas: Atlas, unit: Unit): Unit[] {
  return atlas.all().filter((one) => one.code === unit.code && one.id !== unit.id);
}
