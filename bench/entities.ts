/**
 * 250,000 entities through the doors that screens use (HTTP, with an officer's session and the public): the map from
 * the whole province to a street, a page of the list near its beginning and as far down as it goes, searches and
 * filters, the search of a picker. The slowest of them is the figure.
 */
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { startPlatform } from './platform.ts';
import { atMost, type Measure, percentile, type Run } from './run.ts';

const ENTITIES = 250_000;
const ROUNDS = 40;
const GOAL_MS = 200;

/** Lamps along the streets of the province: clumps around 400 places, as towns are; every one has sent. */
const fill = [
  `insert into entities (id, type, name, name_plain, area_code, lon, lat, provenance, is_public, created_at, updated_at,
      properties)
    select 'urn:ngsi-ld:Streetlight:b' || e, 'Streetlight', 'Đèn ' || e || ' đường ' || s.name,
      'den ' || e || ' duong ' || s.plain, (12400 + e % 400)::text,
      106.1 + (e % 20) * 0.03 + 0.012 * sqrt(-2 * ln(1 - random())) * cos(6.283 * random()),
      20.28 + (e % 400) / 20 * 0.022 + 0.009 * sqrt(-2 * ln(1 - random())) * sin(6.283 * random()),
      'simulated', e % 3 <> 0, now(), now(),
      jsonb_build_object('street', s.name, 'ratedPower', 50 + e % 200, 'everySeconds', 3600)
    from generate_series(1, ${ENTITIES}) e
    join (values (0, 'Lý Bôn', 'ly bon'), (1, 'Trần Hưng Đạo', 'tran hung dao'), (2, 'Lê Lợi', 'le loi'),
      (3, 'Quang Trung', 'quang trung'), (4, 'Vũ Thư', 'vu thu'), (5, 'Kiến Xương', 'kien xuong'),
      (6, 'Hai Bà Trưng', 'hai ba trung')) s (n, name, plain) on s.n = e % 7`,
  `insert into series (entity_id, property) select 'urn:ngsi-ld:Streetlight:b' || e, 'power'
    from generate_series(1, ${ENTITIES}) e`,
  `insert into series_states (series_id, entity_id, property, value, quality, observed_at, received_at)
    select id, entity_id, property, 20 + id % 30, 0, now(), now() from series where property = 'power'`,
  'vacuum analyze entities, series, series_states',
];

export const entities: Measure = {
  names: ['entities-250k'],
  async run(run: Run) {
    const platform = await startPlatform(run);
    const database = new pg.Client({ connectionString: platform.databaseUrl });
    await database.connect();
    try {
      for (const text of fill) await database.query(text);
    } finally {
      await database.end();
    }
    const ask = async (path: string, stranger = false): Promise<number> => {
      const began = performance.now();
      const answer = stranger ? await fetch(platform.url + path) : await platform.call('GET', path);
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      await answer.arrayBuffer();
      return performance.now() - began;
    };
    // Every other time as a stranger, who may see two thirds of them.
    const p95 = async (path: (round: number) => string): Promise<number> => {
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round++) times.push(await ask(path(round), round % 2 === 1));
      return percentile(times, 0.95);
    };
    // Whoever asks first after a start waits until everything was read once; that is told beside.
    const first = await ask('/api/places/counts');
    const around = (round: number, half: number): string => {
      const [lon, lat] = [106.2 + (round % 8) * 0.05, 20.35 + (round % 5) * 0.05];
      return [lon - half, lat - half * 0.6, lon + half, lat + half * 0.6].map((one) => one.toFixed(4)).join(',');
    };
    const map = {
      'the province': await p95((round) => `/api/places?box=106,20.2,106.8,20.8&zoom=${9 + (round % 3)}`),
      'a district': await p95((round) => `/api/places?box=${around(round, 0.12)}&zoom=11`),
      'a street': await p95((round) => `/api/places?box=${around(round, 0.008)}&zoom=15`),
      'the legend': await p95(() => '/api/places/counts'),
    };
    const lists = {
      'first page': await p95((round) => `/api/entities?limit=100&offset=${100 * round}`),
      'of a type, deep': await p95(
        (round) => `/api/entities?type=Streetlight&limit=100&offset=${9900 - round}&order=-name`,
      ),
      'a common word': await p95((round) => `/api/entities?q=duong&limit=100&offset=${100 * round}`),
      'a rare word': await p95((round) => `/api/entities?q=${encodeURIComponent(`đèn ${4321 + round}`)}&limit=100`),
      nothing: await p95((round) => `/api/entities?q=zz${round}&limit=100`),
      'a property equal': await p95(
        (round) => `/api/entities?limit=100&where=${encodeURIComponent(`ratedPower==${60 + round};street=="Lê Lợi"`)}`,
      ),
      'a property greater': await p95(
        (round) => `/api/entities?limit=100&where=${encodeURIComponent(`ratedPower>=${240 - (round % 5)}`)}`,
      ),
      'an area': await p95((round) => `/api/entities?limit=100&areaCode=${12400 + round}`),
      'within 500 m': await p95((round) => `/api/entities?limit=100&near=106.${20 + round},20.4,500`),
    };
    const pickers = {
      'nothing typed': await p95(() => '/api/entity-names'),
      'two letters': await p95((round) => `/api/entity-names?q=${['vu', 'le', 'zz', 'hu'][round % 4]}`),
      'a word': await p95(
        (round) => `/api/entity-names?q=${encodeURIComponent(['vũ thư', 'lợi', 'xương'][round % 3] ?? '')}`,
      ),
      'a number': await p95((round) => `/api/entity-names?q=${1000 + 7 * round}`),
    };
    const parts = Object.entries({ map, lists, pickers }).map(([name, times]) => {
      const told = Object.entries(times).map(([what, ms]) => `${what} ${ms.toFixed(0)}`);
      return { worst: Math.max(...Object.values(times)), told: `${name}: ${told.join(', ')}` };
    });
    const status = await readFile(`/proc/${platform.pid}/status`, 'utf8').catch(() => '');
    const memory = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
    await platform.stop();
    const note = `${parts.map((one) => one.told).join('; ')} (ms, p95 of ${ROUNDS}); the first to ask after a start waits ${(first / 1000).toFixed(1)} s; ${memory.toFixed(0)} MB resident`;
    return [atMost('entities-250k', 'ms (p95)', Math.max(...parts.map((one) => one.worst)), GOAL_MS, note)];
  },
};
