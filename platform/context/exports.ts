import { csvCell } from '../words/index.ts';
import type { Entity, NamedType, Provenance } from './types.ts';

/** Said on every line: a file loses its heading when it is cut up. */
const originWords: Record<Provenance, string> = {
  measured: 'số liệu đo',
  simulated: 'DỮ LIỆU MÔ PHỎNG',
  replayed: 'DỮ LIỆU PHÁT LẠI',
};

export const fixedColumns = ['id', 'type', 'name', 'organisationId', 'areaCode', 'lon', 'lat', 'isPublic'] as const;
/** Before the name of a property: a column of its own. */
export const PROPERTY = 'p.';

/** A list as CSV with a BOM for Excel. Of one type its properties have columns, else they stand together as JSON. */
export async function* csvOf(pages: AsyncIterable<Entity[]>, type: NamedType | null): AsyncGenerator<string> {
  const names = type ? [...Object.keys(type.schema.properties), ...Object.keys(type.relations)] : null;
  const last = names ? names.map((name) => PROPERTY + name) : ['properties'];
  yield `\uFEFF${[...fixedColumns, 'version', 'provenance', 'origin', ...last].map(csvCell).join(',')}\r\n`;
  for await (const page of pages) {
    const lines = page.map((one) =>
      [
        one.id,
        one.type,
        one.name,
        one.organisationId ?? '',
        one.areaCode ?? '',
        one.location?.lon ?? '',
        one.location?.lat ?? '',
        one.isPublic,
        one.version,
        one.provenance,
        originWords[one.provenance],
        ...(names ? names.map((name) => asCell(one.properties[name])) : [JSON.stringify(one.properties)]),
      ]
        .map((value) => (typeof value === 'number' ? String(value) : csvCell(String(value))))
        .join(','),
    );
    yield `${lines.join('\r\n')}\r\n`;
  }
}

function asCell(value: unknown): string | number {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' || typeof value === 'number') return value;
  return JSON.stringify(value);
}

/** A list as GeoJSON (RFC 7946). */
export async function* geoJsonOf(pages: AsyncIterable<Entity[]>): AsyncGenerator<string> {
  yield '{"type":"FeatureCollection","features":[';
  let first = true;
  for await (const page of pages) {
    for (const one of page) {
      const { id, location, type, name, organisationId, areaCode, isPublic, version, provenance, properties } = one;
      const feature = {
        type: 'Feature',
        id,
        geometry: location ? { type: 'Point', coordinates: [location.lon, location.lat] } : null,
        properties: {
          type,
          name,
          organisationId,
          areaCode,
          isPublic,
          version,
          provenance,
          origin: originWords[provenance],
          properties,
        },
      };
      yield `${first ? '' : ','}\n${JSON.stringify(feature)}`;
      first = false;
    }
  }
  yield '\n]}\n';
}
