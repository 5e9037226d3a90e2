/** Everything the room knows, in memory: a few hundred units with their borders, so that a point is placed in microseconds. */
import { plain } from '../words/index.ts';
import { cellsOf, joined } from './approximate.ts';
import { type Box, boxOf, contains, distanceKm, inBox, type MultiPolygon } from './geometry.ts';
import type { readOutlines } from './source.ts';
import type { Loaded } from './store.ts';
import { type Level, type Link, type Located, localDay, type Unit, validOn } from './types.ts';

export type Border = { unit: Unit; geometry: MultiPolygon; box: Box; approximate: boolean; source: string };

export type UnitQuery = {
  at?: Date;
  parent?: string;
  level?: Level;
  /** part of the name, with or without diacritics, or the whole code */
  q?: string;
};

export type Atlas = {
  revision: number;
  all(): readonly Unit[];
  units(query: UnitQuery, now: Date): Unit[];
  /** The unit of the code on the day; without `at` the one that stands now, else the last that stood. */
  unit(code: string, at: Date | null, now: Date): Unit | undefined;
  byId(id: string): Unit | undefined;
  border(unitId: string): Border | undefined;
  borders(day: string, level: Level): Border[];
  locate(lon: number, lat: number, at: Date, level: Level): Located | null;
  closure(code: string, now: Date): string[];
  predecessors(unitId: string): Link[];
  successors(unitId: string): Link[];
};

/** Near the coast an outline of 1:10 million is up to a few kilometres off: a point this close still gets its unit. */
const COAST_KM = 3;

const collator = new Intl.Collator('vi');

export function createAtlas(loaded: Loaded, outlines: ReturnType<typeof readOutlines>): Atlas {
  const { units, links } = loaded;
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const byCode = Map.groupBy(units, (unit) => unit.code);
  const bySuccessor = Map.groupBy(links, (link) => link.successorId);
  const byPredecessor = Map.groupBy(links, (link) => link.predecessorId);
  const search = new Map(units.map((unit) => [unit.id, { full: unit.name.toLowerCase(), plain: plain(unit.name) }]));
  const borders = new Map<string, Border>();

  for (const unit of units) {
    const real = loaded.borders.get(unit.id);
    if (real) borders.set(unit.id, borderOf(unit, real.geometry, false, real.source));
  }
  for (const [id, geometry] of approximated(units, outlines)) {
    const unit = byId.get(id);
    if (unit && !borders.has(id)) borders.set(id, borderOf(unit, geometry, true, outlines.source));
  }

  const unit: Atlas['unit'] = (code, at, now) => {
    const same = byCode.get(code) ?? [];
    const day = localDay(at ?? now);
    const standing = same.find((one) => validOn(one, day));
    if (standing || at) return standing;
    return same.toSorted((a, b) => (b.validTo ?? '').localeCompare(a.validTo ?? ''))[0];
  };

  /** Units below share the parent's time: the districts of 34 are not below a later 34. */
  const below = (parent: Unit): Unit[] =>
    units.filter((one) => one.parent === parent.code && overlaps(one, parent) && one.id !== parent.id);

  const bordersOf: Atlas['borders'] = (day, level) =>
    [...borders.values()].filter((border) => border.unit.level === level && validOn(border.unit, day));

  return {
    revision: loaded.revision,
    all: () => units,
    unit,
    byId: (id) => byId.get(id),
    border: (id) => borders.get(id),
    borders: bordersOf,
    predecessors: (id) => bySuccessor.get(id) ?? [],
    successors: (id) => byPredecessor.get(id) ?? [],

    units(query, now) {
      const day = localDay(query.at ?? now);
      const wanted = query.q?.normalize('NFC').toLowerCase().trim() ?? '';
      const wantedPlain = plain(wanted);
      const found = units.filter(
        (one) =>
          validOn(one, day) &&
          (query.level === undefined || one.level === query.level) &&
          (query.parent === undefined || one.parent === query.parent) &&
          (wanted === '' || one.code === wanted || search.get(one.id)?.plain.includes(wantedPlain)),
      );
      // Who typed the diacritics wants those first: 'hòa' puts 'Đông Hòa' before 'Hoà Bình' only where it stands so.
      const exact = (one: Unit): number => (search.get(one.id)?.full.includes(wanted) ? 0 : 1);
      return found.toSorted(
        (a, b) => exact(a) - exact(b) || collator.compare(a.name, b.name) || a.code.localeCompare(b.code),
      );
    },

    locate(lon, lat, at, level) {
      const candidates = bordersOf(localDay(at), level);
      const hits = candidates.filter((one) => inBox(one.box, lon, lat) && contains(one.geometry, lon, lat));
      // A surveyed border speaks before an approximated one that reaches into it.
      const hit = hits.find((one) => !one.approximate) ?? hits[0];
      if (hit) return { ...hit.unit, approximate: hit.approximate };
      let nearest: Border | null = null;
      let distance = COAST_KM;
      for (const border of candidates) {
        if (!border.approximate || !inBox(border.box, lon, lat, 0.04)) continue;
        const d = distanceKm(border.geometry, lon, lat);
        if (d <= distance) [nearest, distance] = [border, d];
      }
      return nearest ? { ...nearest.unit, approximate: true } : null;
    },

    closure(code, now) {
      const start = unit(code, null, now);
      if (!start) return [];
      const reached = new Map([[start.id, start]]);
      const take = (one: Unit | undefined): boolean => {
        if (!one || reached.has(one.id)) return false;
        reached.set(one.id, one);
        return true;
      };
      for (let grew = true; grew; ) {
        grew = false;
        for (const one of [...reached.values()]) {
          for (const child of below(one)) grew = take(child) || grew;
          for (const link of bySuccessor.get(one.id) ?? []) {
            if (link.predecessorId) grew = take(byId.get(link.predecessorId)) || grew;
          }
          for (const link of byPredecessor.get(one.id) ?? []) {
            // A successor that took in others too would widen the right: only one made wholly of what is held is held.
            const whole = (bySuccessor.get(link.successorId) ?? []).every(
              (part) => part.predecessorId !== null && reached.has(part.predecessorId),
            );
            if (whole) grew = take(byId.get(link.successorId)) || grew;
          }
        }
      }
      const codes = new Set([...reached.values()].map((one) => one.code));
      codes.delete(code);
      return [code, ...[...codes].toSorted()];
    },
  };
}

function borderOf(unit: Unit, geometry: MultiPolygon, approximate: boolean, source: string): Border {
  return { unit, geometry, box: boxOf(geometry), approximate, source };
}

function overlaps(a: Unit, b: Unit): boolean {
  return (
    (a.validTo === null || b.validFrom === null || b.validFrom < a.validTo) &&
    (b.validTo === null || a.validFrom === null || a.validFrom < b.validTo)
  );
}

/**
 * Default borders: each commune of today the land nearest to its centre; each former district the communes that
 * mainly lay in it, joined (90 % of its true area, against 85 % from the centres of the districts themselves); each
 * province its communes, joined.
 */
function approximated(units: readonly Unit[], outlines: ReturnType<typeof readOutlines>): Map<string, MultiPolygon> {
  const today = units.filter((unit) => unit.level === 'commune' && unit.validTo === null);
  const shapes = cellsOf(
    today.flatMap((unit) => (unit.centre ? [{ id: unit.id, ...unit.centre }] : [])),
    joined([outlines.thaiBinh, outlines.hungYen]),
  );
  const together = (members: readonly Unit[]): MultiPolygon => {
    const parts: MultiPolygon[] = [];
    for (const one of members) {
      const shape = shapes.get(one.id);
      if (shape) parts.push(shape);
    }
    return joined(parts);
  };
  for (const unit of units) {
    if (unit.level === 'commune') continue;
    const shape = together(
      today.filter((one) => {
        if (unit.level === 'district') return one.formerDistrict === unit.code;
        return unit.validTo === null || one.inFormerThaiBinh === true;
      }),
    );
    if (shape.length > 0) shapes.set(unit.id, shape);
  }
  return shapes;
}
