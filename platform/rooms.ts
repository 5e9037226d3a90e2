/**
 * The rooms in the order in which they may know one another: a room may import the `index.ts` of those before it,
 * never of those after it. The boundary check (`.dependency-cruiser.cjs`) reads this list.
 */
export const rooms = [
  'words',
  'rights',
  'database',
  'http',
  'formula',
  'audit',
  'territory',
  'identity',
  'calendar',
  'files',
  'jobs',
  'events',
  'context',
  'ingest',
  'history',
  'alerts',
  'rules',
  'cases',
  'notify',
  'live',
  'service',
  'indicators',
  'declaration',
] as const;
