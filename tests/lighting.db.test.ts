/** Street lighting the whole way: door, log, roll-up, indicator by formula with the rows behind it, outage. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inTransaction } from '../platform/database/index.ts';
import { periodAt } from '../platform/indicators/index.ts';
import { allPermissions, systemPrincipal, visible } from '../platform/rights/index.ts';
import { makeWorld, type World } from './two-communes.ts';

const root = systemPrincipal('test', allPermissions);
const lit = 'urn:ngsi-ld:Streetlight:lit';
const out = 'urn:ngsi-ld:Streetlight:out';
const replayed = 'urn:ngsi-ld:Streetlight:replayed';
let world: World;

beforeAll(async () => {
  world = await makeWorld();
  const entity = (id: string, name: string, provenance: 'measured' | 'replayed') =>
    ({ id, name, provenance, type: 'Streetlight', organisationId: 'ubnd-tinh', location: null }) as const;
  await inTransaction(world.db, async (tx) => {
    await world.context.save(tx, root, entity(lit, 'Đèn sáng', 'measured'));
    await world.context.save(tx, root, entity(out, 'Đèn hỏng', 'measured'));
    await world.context.save(tx, root, entity(replayed, 'Đèn phát lại', 'replayed'));
  });
  const { key } = await world.ingest.registerDevice(root, 'tu-chieu-sang', 'Tủ chiếu sáng', [lit, out, replayed]);
  const sample = (id: string, observedAt: string, power: number, energy: number, quality = 0) =>
    Object.entries({ switched_on: 1, power, energy }).map(([property, value]) => ({
      entity: id,
      property,
      observedAt,
      value,
      quality,
    }));
  const answer = await fetch(`${world.url}/api/ingest/observations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({
      observations: [
        ...sample(lit, '2026-11-21T13:00:00Z', 80, 0.02),
        ...sample(lit, '2026-11-23T00:00:00Z', 100, 0.025),
        ...sample(lit, '2026-11-23T00:15:00Z', 100, 0.025),
        ...sample(lit, '2026-11-23T00:30:00Z', 100, 1, 2),
        ...sample(out, '2026-11-23T00:00:00Z', 0, 0),
        ...sample(out, '2026-11-23T00:15:00Z', 0, 0),
        ...sample(out, '2026-11-23T00:30:00Z', 0, 0),
        ...sample(replayed, '2026-11-23T00:30:00Z', 100, 3),
      ],
    }),
  });
  expect(await answer.json()).toMatchObject({ accepted: 24, refused: [] });
  await world.log.settled();
}, 60_000);
afterAll(() => world?.close());

it('counts the energy of the month from the measured intervals, without faults and replays', async () => {
  const month = periodAt(world.now(), 'month');
  const figure = (await world.indicators.figures(root, month)).find((one) => one.code === 'lighting.energy');
  // By hand: 0.02 of the 21st + 0.025 + 0.025 of the 23rd; the fault's 1 kWh and the replay's 3 kWh do not count.
  expect(figure?.value).toBeCloseTo(0.07, 9);
  expect(figure?.unit).toBe('kWh');
  const page = { limit: 10, offset: 0 };
  const { items } = await world.indicators.rows(root, 'lighting.energy', 'Streetlight.energy', month, undefined, page);
  expect(items.map(({ entity, days }) => [entity, days])).toEqual(
    expect.arrayContaining([
      ['Đèn sáng', 2],
      ['Đèn hỏng', 1],
    ]),
  );
  expect(items).toHaveLength(2);
});

it('opens one alert for the lamp that draws nothing although it was switched on', async () => {
  const { items } = await world.alerts.find(visible(root, 'alert:read'), { limit: 50 });
  const outages = items.filter((one) => one.title.en === 'Lamp out');
  expect(outages.map((one) => one.entityId)).toEqual([out]);
});
