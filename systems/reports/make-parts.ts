import type { Platform } from '../../platform/declaration/index.ts';
import { createCatalogue } from './catalogue.ts';
import { createKeyed } from './keyed.ts';
import type { Parts } from './parts.ts';
import { createPhotos } from './photos.ts';

const made = new WeakMap<Platform, Parts>();

/** What this system makes once for a platform: its routes, followers and jobs share it. */
export function partsOf(platform: Platform): Parts {
  const known = made.get(platform);
  if (known) return known;
  const { db, now } = platform;
  const parts: Parts = {
    ...platform,
    catalogue: createCatalogue(db, now),
    photos: createPhotos(platform),
    keyed: createKeyed(db),
  };
  made.set(platform, parts);
  return parts;
}
