import { parseBox } from '../context/index.ts';
import type { Placed } from '../rights/index.ts';

/** Where a thing is and what it is, to tell who may hear of it and who shows it. */
export type Sited = Placed & { id: string; type: string; location: { lon: number; lat: number } | null };

export type Scope = (one: Sited) => boolean;

/** What a screen shows: all in some boxes (of some types), and single things beside; null where it names nothing. */
export function readScope(query: { box?: string; types?: string; ids?: string }): Scope | null {
  const { box, types, ids } = query;
  if (box === undefined && types === undefined && ids === undefined) return null;
  const boxes = box ? box.split(';').map(parseBox) : [];
  const wanted = types === undefined ? null : new Set(types.split(','));
  const single = new Set(ids?.split(','));
  return ({ id, type, location }) => {
    if (single.has(id)) return true;
    if (wanted && !wanted.has(type)) return false;
    if (box === undefined) return wanted !== null;
    if (!location) return false;
    const { lon, lat } = location;
    return boxes.some(([west, south, east, north]) => lon >= west && lon <= east && lat >= south && lat <= north);
  };
}
