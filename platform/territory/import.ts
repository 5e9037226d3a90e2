/** Reads a GeoJSON FeatureCollection of borders and says, feature by feature, what is good and what is not. */
import { plain, refuse, type Text } from '../words/index.ts';
import type { Atlas } from './atlas.ts';
import { checkGeometry } from './border-check.ts';
import type { MultiPolygon } from './geometry.ts';
import { localDay, type Unit, validOn } from './types.ts';

export type ImportLine = {
  index: number;
  code: string | null;
  name: string | null;
  stored: boolean;
  reason: Text | null;
};
export type ImportReport = { items: ImportLine[]; stored: number; refused: number };

export type Matched = { lines: ImportLine[]; good: { unitId: string; geometry: MultiPolygon }[] };

type Properties = Record<string, unknown>;

/** `validFrom` (yyyy-mm-dd) chooses among units of one code; else the feature's own `valid_from`, `valid_to`, else today. */
export function matchBorders(geojson: unknown, atlas: Atlas, now: Date, validFrom: string | null): Matched {
  const features = featuresOf(geojson);
  const lines: ImportLine[] = [];
  const good = new Map<string, MultiPolygon>();
  features.forEach((feature, index) => {
    const { properties, geometry } = feature;
    const code = asText(properties.code ?? properties.ma ?? properties.MA);
    const name = asText(properties.name ?? properties.ten ?? properties.TEN);
    const refused = (reason: Text): void => {
      lines.push({ index, code, name, stored: false, reason });
    };
    const matches = unitsOf(atlas, code, name, dayOf(properties, validFrom, now));
    const [unit] = matches;
    if (!unit) {
      refused({
        vi: 'Không có đơn vị nào mang mã hoặc tên này vào ngày ấy.',
        en: 'No unit has this code or name on that day.',
      });
      return;
    }
    if (matches.length > 1) {
      refused({
        vi: 'Tên này có ở nhiều đơn vị: cần thuộc tính code.',
        en: 'Several units have this name: give `code`.',
      });
      return;
    }
    if (good.has(unit.id)) {
      refused({ vi: 'Đơn vị đã có ở một mục trước trong tệp.', en: 'The unit came earlier in the file.' });
      return;
    }
    const checked = checkGeometry(geometry);
    if ('reason' in checked) {
      refused(checked.reason);
      return;
    }
    good.set(unit.id, checked.geometry);
    lines.push({ index, code: unit.code, name: unit.name, stored: true, reason: null });
  });
  return { lines, good: [...good].map(([unitId, geometry]) => ({ unitId, geometry })) };
}

function featuresOf(geojson: unknown): { properties: Properties; geometry: unknown }[] {
  const features =
    typeof geojson === 'object' && geojson !== null ? (geojson as { features?: unknown }).features : undefined;
  if (!Array.isArray(features)) {
    throw refuse(400, 'not-geojson', {
      vi: 'Tệp không phải là GeoJSON FeatureCollection (thiếu mảng features).',
      en: 'The file is not a GeoJSON FeatureCollection (no `features` array).',
    });
  }
  return features.map((feature: unknown) => {
    const { properties, geometry } = (feature ?? {}) as { properties?: unknown; geometry?: unknown };
    return {
      properties: typeof properties === 'object' && properties !== null ? (properties as Properties) : {},
      geometry,
    };
  });
}

function dayOf(properties: Properties, validFrom: string | null, now: Date): string {
  if (validFrom) return validFrom;
  const from = asText(properties.valid_from);
  if (from) return from;
  const to = asText(properties.valid_to);
  if (to) return localDay(new Date(Date.parse(`${to}T00:00:00+07:00`) - 1));
  return localDay(now);
}

function unitsOf(atlas: Atlas, code: string | null, name: string | null, day: string): Unit[] {
  const at = new Date(`${day}T12:00:00+07:00`);
  if (code) {
    const unit = atlas.unit(code, at, at);
    return unit && validOn(unit, day) ? [unit] : [];
  }
  if (!name) return [];
  const found = atlas.units({ at, q: name }, at).filter((unit) => plain(unit.name) === plain(name));
  const exact = found.filter((unit) => unit.name === name.normalize('NFC').trim());
  return exact.length > 0 ? exact : found;
}

function asText(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
