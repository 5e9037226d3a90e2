import { describe, expect, it } from 'vitest';
import type { TypeRow } from './entities.ts';
import { placeLayers, windowAsked, withStates } from './places.ts';

const type = (more: Partial<TypeRow>): TypeRow => ({
  name: 'Gauge',
  system: 'test',
  title: { vi: 'Cống', en: 'Sluice' },
  visible: 'public',
  marker: 'square',
  columns: [],
  relations: {},
  schema: {},
  observes: {
    level: { title: { vi: 'Mực', en: 'Level' }, unit: 'm', everySeconds: 600, range: [0, 10], rollUp: 'mean' },
  },
  headline: {
    property: 'level',
    levels: [
      { upTo: 2, name: { vi: 'Thấp', en: 'Low' }, color: '#00e400' },
      { upTo: 10, name: { vi: 'Cao', en: 'High' }, color: '#ff0000' },
    ],
  },
  ...more,
});
const now = new Date('2026-11-23T03:00:00Z');
const spot = (id: string, value: number | null, at: number | null) => ({
  id,
  type: 'Gauge',
  name: id,
  lon: 106.3,
  lat: 20.4,
  value,
  at,
  staleSeconds: 600,
  provenance: 'measured' as const,
});
const cluster = (rank: number | null) => ({
  type: 'Gauge',
  n: 2500,
  lon: 106.3,
  lat: 20.4,
  rank,
  at: now.getTime() - 700_000,
  staleSeconds: 600,
});
const counts = [{ type: 'Gauge', n: 2501, expected: 1, sending: 1, simulated: 0 }];
const say = (text: { vi: string }) => text.vi;

describe('what a map shows', () => {
  it('is asked for by a grid of 256 px, so that small moves ask nothing', () => {
    // At zoom 9 the world is 512 * 2^9 px wide: 256 px are 360 / 1024 = 0.3515625 degrees.
    const asked = windowAsked({ box: [106.2, 20.3, 106.6, 20.7], zoom: 9.2 });
    expect(asked).toEqual({ box: '106.171875,20.039063,106.875,20.742188', zoom: 9 });
    expect(windowAsked({ box: [106.21, 20.31, 106.61, 20.71], zoom: 8.9 })).toEqual(asked);
    expect(windowAsked({ box: [-200, -100, 200, 100], zoom: -1 })).toEqual({ box: '-180,-90,180,90', zoom: 0 });
  });

  it('takes newer values of the headline from the stream, and no other', () => {
    const view = { total: 1, simulated: false, clusters: [], spots: [spot('a', 1, 1000), spot('b', 1, 1000)] };
    const state = (value: number, at: number, property = 'level', quality = 0) => ({
      entity: 'a',
      property,
      at,
      value,
      quality,
    });
    const value = (...states: ReturnType<typeof state>[]) => withStates(view, states, [type({})]).spots[0]?.value;
    expect(value(state(3, 2000))).toBe(3);
    expect(value(state(3, 2000), state(4, 1500))).toBe(3);
    expect(value(state(9, 500))).toBe(1);
    expect(value(state(9, 2000, 'other'))).toBe(1);
    // A value that is flagged says nothing.
    expect(value(state(9, 2000, 'level', 2))).toBeNull();
  });

  it('draws symbols in the colour of their level, clusters in that of their worst, both paler with age', () => {
    const view = { total: 2501, simulated: false, spots: [spot('a', 3, now.getTime())], clusters: [cluster(1)] };
    const [layer] = placeLayers([type({}), type({ name: 'None' })], counts, view, say, now);
    expect(layer).toMatchObject({ id: 'Gauge', total: 2501, shape: 'square' });
    expect(
      layer?.points.features.map(({ properties }) => [properties.state, properties.opacity, properties.n]),
    ).toEqual([
      ['10', 1, undefined],
      ['10', 0.35, 2500],
    ]);
    expect(placeLayers([type({})], counts, view, say, now)).toHaveLength(1);
  });

  it('knows a scale on which the lowest is the worst', () => {
    const view = { total: 2500, simulated: false, spots: [], clusters: [cluster(1), cluster(null)] };
    const upside = type({
      headline: { ...(type({}).headline as { property: string }), ...type({}).headline, worst: 'first' },
    });
    const [layer] = placeLayers([upside], counts, view, say, now);
    // Of two levels, on which the first (up to 2) is the worst.
    expect(layer?.states.map((state) => state.id)).toEqual(['plain', '10', '2']);
    expect(layer?.points.features.map(({ properties }) => properties.state)).toEqual(['2', 'plain']);
  });
});
