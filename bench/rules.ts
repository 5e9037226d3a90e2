/** Ten thousand enabled rules on the stream beside ten: what the rest of the way costs once many are judged. */

import { openDatabase } from '../platform/database/index.ts';
import { bodies } from './bodies.ts';
import { post } from './load.ts';
import { entityOf, type Platform, PROPERTIES, SENSORS, startPlatform } from './platform.ts';
import { against, type Measure } from './run.ts';

const TOTAL = Number(process.env.BENCH_RULES_TOTAL ?? 300_000);
const WARM_UP = 30_000;
const TURNS = 4;
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
}

/** An import never switches on; ten thousand single switches are no part of what is measured. */
async function switchOn(platform: Platform, count: number): Promise<void> {
  const database = openDatabase(platform.databaseUrl, { max: 1 });
  await database.pool.query("update rules set enabled = substr(id, 7)::int < $1 where id like 'bench-%'", [count]);
  await database.pool.query('update rule_stamp set n = n + 1');
  await database.close();
}

export const rules: Measure = {
  names: ['rules-10000'],
  async run(run) {
    const platform = await startPlatform(run);
    let end = 1400;
    const stream = async (total: number): Promise<{ seconds: number; cpu: number }> => {
      const before = await platform.cpu();
      // Each stretch of time lies after the one before, and all of them within what is judged (24 hours).
      end -= total / (SENSORS * PROPERTIES.length);
      const load = await post({
        port: platform.port,
        path: '/api/ingest/observations',
        headers: { authorization: `Bearer ${platform.key}` },
        connections: 32,
        bodies: bodies(total, 100, end),
      });
      if (load.failures > 0) throw new Error(`${load.failures} requests failed`);
      const seconds = load.seconds + (await platform.settled());
      return { seconds, cpu: (await platform.cpu()) - before };
    };
    await makeRules(platform, 0, MANY);
    await platform.settled();
    const sums = { few: { seconds: 0, cpu: 0 }, many: { seconds: 0, cpu: 0 } };
    // In turns, for the machine's other work and the growing tables to fall on both; each after a change and a warm-up.
    for (let turn = 0; turn < TURNS; turn++) {
      for (const [name, count] of [
        ['few', FEW],
        ['many', MANY],
      ] as const) {
        await switchOn(platform, count);
        await stream(WARM_UP);
        const { seconds, cpu } = await stream(TOTAL);
        sums[name].seconds += seconds;
        sums[name].cpu += cpu;
      }
    }
    await platform.stop();
    const rate = (name: 'few' | 'many'): number => (TURNS * TOTAL) / sums[name].seconds;
    const micros = (name: 'few' | 'many'): string => ((sums[name].cpu * 1e6) / (TURNS * TOTAL)).toFixed(1);
    const note = `the floor is the same with ${FEW} rules, in ${TURNS} turns; CPU ${micros('many')} µs an observation (floor ${micros('few')})`;
    return [against('rules-10000', 'observations/s', rate('many'), rate('few'), 0.8, note)];
  },
};
