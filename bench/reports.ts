/**
 * Citizens' reports: 50 submissions a second with a photo each, begun by the clock and not one after another, so that a
 * slow answer delays no measurement; lists and maps over 500,000 reports as the public and an officer ask for them; the
 * look for possible duplicates among them. Each through HTTP, with what follows from a report running beside.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import sharp from 'sharp';
import { type Platform, startPlatform } from './platform.ts';
import { atMost, type Measure, percentile, type Result, type Run } from './run.ts';

const REPORTS = 500_000;
const ROUNDS = 40;
const A_SECOND = 50;
const SECONDS = 30;
const WARM_SECONDS = 5;
const box = { west: 106.2, south: 20.36, east: 106.5, north: 20.54 };
type Place = { lon: number; lat: number };

/** Places of the box that lie inside the province: a river is its border. */
async function inside(platform: Platform, wanted: number): Promise<Place[]> {
  const found: Place[] = [];
  for (let n = 0; found.length < wanted; n++) {
    // Spread without chance: each run asks about the same places.
    const lon = box.west + ((n * 0.6180339887) % 1) * (box.east - box.west);
    const lat = box.south + ((n * 0.7548776662) % 1) * (box.north - box.south);
    const answer = await fetch(`${platform.url}/api/reports/place?lon=${lon}&lat=${lat}`, { headers: stranger() });
    if (((await answer.json()) as { areaCode: string | null }).areaCode !== null) found.push({ lon, lat });
  }
  return found;
}

/** Strangers from many addresses: the limits for one address are not what is measured. */
let strangers = 0;
const stranger = (): Record<string, string> => {
  strangers += 1;
  return { 'x-forwarded-for': `10.${(strangers >> 16) & 255}.${(strangers >> 8) & 255}.${strangers & 255}` };
};

/** Behind a proxy that says who asks. */
async function startBehindProxy(run: Run): Promise<Platform> {
  process.env.TRUST_PROXY = 'true';
  try {
    return await startPlatform(run);
  } finally {
    delete process.env.TRUST_PROXY;
  }
}

async function upload(platform: Platform): Promise<string> {
  const raw = { width: 32, height: 24, channels: 3 } as const;
  const pixels = Buffer.from(Array.from({ length: 32 * 24 * 3 }, () => Math.floor(Math.random() * 256)));
  const photo = await sharp(pixels, { raw }).jpeg().toBuffer();
  const headers = stranger();
  const begun = await fetch(`${platform.url}/api/reports/uploads`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'anh.jpg', bytes: photo.byteLength }),
  });
  if (!begun.ok) throw new Error(`an upload was not begun: ${begun.status} ${await begun.text()}`);
  const { id } = (await begun.json()) as { id: string };
  const done = await fetch(`${platform.url}/api/reports/uploads/${id}`, {
    method: 'PATCH',
    headers: { ...headers, 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' },
    body: new Uint8Array(photo),
  });
  if (!done.ok) throw new Error(`an upload failed: ${done.status} ${await done.text()}`);
  return id;
}

const problems = [
  ['roads.pothole', 'Mặt đường có ổ gà lớn, xe máy đi qua rất nguy hiểm'],
  ['environment.litter', 'Bãi rác tự phát bốc mùi hôi thối đã nhiều ngày'],
  ['power.lighting', 'Đèn đường không sáng, cả đoạn tối om'],
  ['water.flooding', 'Cống tắc, ngập úng sau mưa lớn'],
] as const;

async function submitting(run: Run): Promise<Result> {
  const platform = await startBehindProxy(run);
  const total = A_SECOND * (SECONDS + WARM_SECONDS);
  const places = await inside(platform, 200);
  const photos: string[] = [];
  for (let n = 0; n < total; n += 10)
    photos.push(...(await Promise.all(Array.from({ length: 10 }, () => upload(platform)))));
  const times: number[] = [];
  let failed = '';
  const one = async (n: number): Promise<void> => {
    const [category, text] = problems[n % problems.length] ?? problems[0];
    const began = performance.now();
    const answer = await fetch(`${platform.url}/api/reports`, {
      method: 'POST',
      headers: { ...stranger(), 'content-type': 'application/json' },
      body: JSON.stringify({
        requestId: `do-luong-${String(n).padStart(10, '0')}`,
        text: `${text}, gần số nhà ${n}`,
        category,
        urgency: 'normal',
        location: places[n % places.length],
        uploads: [photos[n]],
      }),
    });
    const said = await answer.text();
    if (!answer.ok) failed = `${answer.status} ${said}`;
    if (n >= A_SECOND * WARM_SECONDS) times.push(performance.now() - began);
  };
  const cpu = await platform.cpu();
  const started = performance.now();
  const all: Promise<void>[] = [];
  for (let n = 0; n < total; n++) {
    const wait = started + (n * 1000) / A_SECOND - performance.now();
    if (wait > 1) await sleep(wait);
    all.push(one(n));
  }
  await Promise.all(all);
  const seconds = (performance.now() - started) / 1000;
  const cores = ((await platform.cpu()) - cpu) / seconds;
  const behind = await platform.settled();
  await platform.stop();
  if (failed) throw new Error(`a submission failed: ${failed}`);
  const note = `${times.length} submissions, ${(total / seconds).toFixed(1)}/s; median ${percentile(times, 0.5).toFixed(0)} ms, slowest ${Math.max(...times).toFixed(0)} ms; the platform used ${cores.toFixed(2)} cores, followers done ${behind.toFixed(1)} s later; load generator shares the machine`;
  return atMost('report-submit', 'ms (p99)', percentile(times, 0.99), 300, note);
}

/** Clumped in 400 places, as people are; three years of them, four in five published, one in twenty still open. */
const fill = [
  `insert into reports (case_id, number, category, family, urgency, text, search_plain, area_code, lon, lat, channel,
      subject, organisation_id, rights_area, step, provenance, received_at, due_at, moderated_at, public_text,
      published_at, public_lon, public_lat, first_answer_at, answered_at, in_time, closed_at, me_too, updated_at)
    select gen_random_uuid(), 'PA-2026-' || lpad(e::text, 7, '0'), c.category, c.family, 'normal', c.text || ' số ' || e,
      c.plain || ' so ' || e, (12400 + e % 400)::text, p.lon, p.lat, 'web', gen_random_uuid(),
      'ubnd-' || (12400 + e % 400), (12400 + e % 400)::text,
      case when e % 20 = 0 then 'in-progress' when e % 20 = 1 then 'published' else 'closed' end, 'simulated',
      t.at, t.at + interval '5 days', t.at + interval '2 hours',
      case when e % 5 > 0 then c.text || ' số ' || e end, case when e % 5 > 0 then t.at + interval '2 hours' end,
      case when e % 5 > 0 then p.lon end, case when e % 5 > 0 then p.lat end,
      case when e % 20 > 0 then t.at + interval '3 days' end, case when e % 20 > 0 then t.at + interval '3 days' end,
      case when e % 20 > 0 then true end, case when e % 20 > 0 then t.at + interval '3 days' end, e % 7, t.at
    from generate_series(1, ${REPORTS}) e
    join (values (0, 'roads.pothole', 'roads', 'Mặt đường có ổ gà lớn', 'mat duong co o ga lon'),
      (1, 'environment.litter', 'environment', 'Bãi rác tự phát bốc mùi', 'bai rac tu phat boc mui'),
      (2, 'power.lighting', 'power', 'Đèn đường không sáng', 'den duong khong sang'),
      (3, 'water.flooding', 'water', 'Cống tắc ngập úng sau mưa', 'cong tac ngap ung sau mua'),
      (4, 'order.pavement', 'order', 'Lấn chiếm vỉa hè bán hàng', 'lan chiem via he ban hang'),
      (5, 'roads.works', 'roads', 'Thi công rào chắn lâu ngày', 'thi cong rao chan lau ngay'),
      (6, 'food.shop', 'food', 'Quán ăn mất vệ sinh', 'quan an mat ve sinh')) c (n, category, family, text, plain)
      on c.n = e % 7
    cross join lateral (select 106.1 + (e % 20) * 0.03 + 0.012 * sqrt(-2 * ln(1 - random())) * cos(6.283 * random()) as lon,
      20.28 + (e % 400) / 20 * 0.022 + 0.009 * sqrt(-2 * ln(1 - random())) * sin(6.283 * random()) as lat) p
    cross join lateral (select now() - interval '1095 days' * (1 - e::float8 / ${REPORTS}) as at) t`,
  `insert into report_photos (file_id, upload_id, case_id, n, part, is_public)
    select gen_random_uuid(), gen_random_uuid(), case_id, 0, 'before', true from reports where published_at is not null`,
  'vacuum analyze reports, report_photos',
];

async function reading(run: Run): Promise<Result[]> {
  const platform = await startBehindProxy(run);
  const database = new pg.Client({ connectionString: platform.databaseUrl });
  await database.connect();
  try {
    for (const text of fill) await database.query(text);
  } finally {
    await database.end();
  }
  const p95 = async (ask: (round: number) => Promise<Response>): Promise<number> => {
    const times: number[] = [];
    // The first two are for what is read once after a start.
    for (let round = -2; round < ROUNDS; round++) {
      const began = performance.now();
      const answer = await ask(Math.max(0, round));
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`a question failed: ${answer.status}`);
      if (round >= 0) times.push(performance.now() - began);
    }
    return percentile(times, 0.95);
  };
  const asked = (query: (round: number) => string) =>
    p95((round) => fetch(`${platform.url}/api/reports/public?${query(round)}`, { headers: stranger() }));
  const desk = (query: (round: number) => string) =>
    p95((round) => platform.call('GET', `/api/reports/desk?${query(round)}`));
  const around = (round: number, half: number): string => {
    const [lon, lat] = [106.2 + (round % 8) * 0.05, 20.35 + (round % 5) * 0.05];
    return `west=${lon - half}&south=${lat - half * 0.6}&east=${lon + half}&north=${lat + half * 0.6}&limit=500`;
  };
  let next = '';
  const lists = {
    'first page': await asked(() => 'limit=30'),
    'pages on': await p95(async () => {
      const answer = await fetch(`${platform.url}/api/reports/public?limit=100${next}`, { headers: stranger() });
      next = `&after=${((await answer.clone().json()) as { next: string }).next}`;
      return answer;
    }),
    'a category': await asked((round) => `category=${round % 2 ? 'food.shop' : 'roads'}&limit=30`),
    'an area': await asked((round) => `areaCode=${12400 + round}&limit=30`),
    'an area and category': await asked((round) => `areaCode=${12400 + round}&category=food.shop&limit=30`),
    'still open': await asked(() => 'step=in-progress&limit=30'),
    'a common word': await asked(() => `q=${encodeURIComponent('đường')}&limit=30`),
    'a rare word': await asked((round) => `q=${encodeURIComponent(`số ${4321 + round * 7}`)}&limit=30`),
    nothing: await asked((round) => `q=zzz${round}&limit=30`),
  };
  const map = {
    'the province': await asked(() => 'west=106&south=20.2&east=106.8&north=20.8&limit=500'),
    'a district': await asked((round) => around(round, 0.12)),
    'a street': await asked((round) => around(round, 0.008)),
    'a street, one category': await asked((round) => `${around(round, 0.008)}&category=food.shop`),
    'the open sea': await asked((round) => `west=10${7 + (round % 2)}&south=19&east=109&north=20&limit=500`),
  };
  const desks = {
    'open by clock': await desk(() => 'open=true&sort=due&limit=50'),
    newest: await desk((round) => `sort=newest&limit=50&offset=${50 * round}`),
    'a unit': await desk((round) => `organisationId=ubnd-${12400 + round}&open=true&sort=due&limit=50`),
  };
  const places = await inside(platform, ROUNDS);
  const nearby = await p95((round) => {
    const [category, text] = problems[round % problems.length] ?? problems[0];
    return fetch(`${platform.url}/api/reports/nearby`, {
      method: 'POST',
      headers: { ...stranger(), 'content-type': 'application/json' },
      body: JSON.stringify({
        category,
        text,
        location: places[round],
      }),
    });
  });
  await platform.stop();
  const parts = Object.entries({ lists, map, desk: desks }).map(([name, times]) => ({
    worst: Math.max(...Object.values(times)),
    told: `${name}: ${Object.entries(times)
      .map(([what, ms]) => `${what} ${ms.toFixed(0)}`)
      .join(', ')}`,
  }));
  const worst = Math.max(...parts.map((one) => one.worst));
  const note = `${parts.map((one) => one.told).join('; ')} (ms, p95 of ${ROUNDS})`;
  return [
    atMost('report-list-500k', 'ms (p95)', worst, 150, note),
    atMost('report-duplicates-500k', 'ms (p95)', nearby, 100, `${REPORTS.toLocaleString('en')} reports`),
  ];
}

export const reportSubmit: Measure = { names: ['report-submit'], run: async (run) => [await submitting(run)] };
export const reportLists: Measure = { names: ['report-list-500k', 'report-duplicates-500k'], run: reading };
