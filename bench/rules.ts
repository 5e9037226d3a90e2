/** Ten thousand enabled rules on the stream beside ten: what the rest of the way costs once many are judged. */

import { openDatabase } from '../platform/database/index.ts';
import { bodies } from './bodies.ts';
import { post } from './load.ts';
import { entityOf, type Platform, SENSORS, startPlatform } from './platform.ts';
import { against, type Measure } from './run.ts';

const TOTAL = Number(process.env.BENCH_RULES_TOTAL ?? 600_000);
const FEW = 10;
const MANY = 10_000;

/** Rules of people on single stations, imported as a file: each watches one property, and none ever holds. */
async function makeRules(platform: Platform, from: number, to: number): Promise<void> {
  const definitions = Array.from({ length: to - from }, (_, index) => {
    const n = from + index;
    const words = { vi: `Luật thử ${n}`, en: `Trial rule ${n}` };
    return {
      id: `bench-${n}`,
      on: 'AirQualityStation.pm25',
      when: `pm25 > ${500 + (n % 400)}`,
      for: 'PT5M',
      severity: 3,
      entities: [entityOf(n % SENSORS)],
      title: words,
      text: words,
    };
  });
  const rules = definitions.map((definition) => ({ definition, enabled: true }));
  const answer = await platform.call('POST', '/api/rules/import', {
    dryRun: false,
    document: { format: 'dttm-thai-binh/rules', version: 1, rules },
  });
  const { items } = (await answer.json()) as { items: { outcome: string }[] };
  if (items.some((one) => one.outcome !== 'made')) throw new Error('rules were not taken');
  // An import never switches on; ten thousand single switches are no part of what is measured.
  const database = openDatabase(platform.databaseUrl, { max: 1 });
  await database.pool.query("update rules set enabled = true where id like 'bench-%'");
  await database.pool.query('update rule_stamp set n = n + 1');
  await database.close();
}

export const rules: Measure = {
  names: ['rules-10000'],
  async run(run) {
    const platform = await startPlatform(run);
    const measure = async (offset: number): Promise<number> => {
      const load = await post({
        port: platform.port,
        path: '/api/ingest/observations',
        headers: { authorization: `Bearer ${platform.key}` },
        connections: 32,
        bodies: bodies(TOTAL, 100, offset),
      });
      if (load.failures > 0) throw new Error(`${load.failures} requests failed`);
      return load.observations / (load.seconds + (await platform.settled()));
    };
    await makeRules(platform, 0, FEW);
    await measure(2000);
    const few = await measure(1000);
    await makeRules(platform, FEW, MANY);
    const many = await measure(0);
    await platform.stop();
    return [against('rules-10000', 'observations/s', many, few, 0.8, `the floor is the same with ${FEW} rules`)];
  },
};
