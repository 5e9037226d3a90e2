import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createHttp, type Http } from '../http/index.ts';
import { covers, type Principal, systemPrincipal } from '../rights/index.ts';
import {
  createIndicators,
  type IndicatorDeclaration,
  type Indicators,
  periodOf,
  type Source,
  serveIndicators,
} from './index.ts';

type Alert = { id: string; at: Date; inTime: boolean; areaCode: string };

/** The records behind the figures: a list that the test changes. */
const alerts: Alert[] = [];
const source = (name: string, vi: string, en: string, wanted: (alert: Alert) => boolean): Source => {
  const seen: (...args: Parameters<Source['figure']>) => Alert[] = (principal, period, areaCode) =>
    alerts.filter(
      (one) =>
        wanted(one) &&
        one.at >= period.from &&
        one.at < period.to &&
        (areaCode === undefined || one.areaCode === areaCode) &&
        covers(principal, 'alert:read', { areaCode: one.areaCode, organisationId: null }),
    );
  return {
    name,
    title: { vi, en },
    unit: '',
    figure: async (...args) => seen(...args).length,
    rows: async (principal, period, areaCode, { limit, offset }) => {
      const found = seen(principal, period, areaCode);
      return {
        columns: [
          { key: 'id', title: { vi: 'Mã', en: 'Id' } },
          { key: 'at', title: { vi: 'Thời điểm', en: 'Time' } },
        ],
        items: found.slice(offset, offset + limit).map((one) => ({ id: one.id, at: one.at.toISOString() })),
        total: found.length,
      };
    },
  };
};

const law = { vi: 'Quy chế vận hành, Điều 5', en: 'Operating rules, article 5' };
const inTime: IndicatorDeclaration = {
  code: 'operations.in-time',
  title: { vi: 'Tỷ lệ cảnh báo tiếp nhận đúng hạn', en: 'Alerts taken up in time' },
  formula: 'share(alerts.in_time, alerts.opened)',
  unit: '%',
  period: 'month',
  better: 'higher',
  target: 90,
  law,
};
const opened: IndicatorDeclaration = {
  code: 'operations.opened',
  title: { vi: 'Cảnh báo trong ngày', en: 'Alerts of the day' },
  formula: 'alerts.opened',
  unit: 'cảnh báo',
  period: 'day',
  better: 'lower',
};

const everything = systemPrincipal('leader', ['indicator:read', 'alert:read']);
const officer: Principal = {
  kind: 'user',
  id: 'u1',
  name: 'Cán bộ xã',
  organisationId: 'ubnd-13141',
  grants: (['indicator:read', 'alert:read'] as const).map((permission) => ({
    permission,
    scope: { all: false, organisations: [], areas: ['13141'] },
  })),
};
const october = periodOf('2026-10');
const november = periodOf('2026-11');

let database: TestDatabase;
let http: Http;
let clock = new Date('2026-10-05T02:00:00Z');
let caller: Principal = everything;
const audited: { action: string; subject?: string | null }[] = [];

const create = async (declarations: IndicatorDeclaration[], withInTime = true): Promise<Indicators> => {
  const indicators = createIndicators({
    db: database.db,
    now: () => clock,
    declarations,
    audit: { record: async (_tx, entry) => void audited.push(entry) },
  });
  indicators.registerSource(source('alerts.opened', 'cảnh báo đã mở', 'alerts opened', () => true));
  if (withInTime)
    indicators.registerSource(source('alerts.in_time', 'cảnh báo đúng hạn', 'alerts in time', (one) => one.inTime));
  await indicators.prepare();
  return indicators;
};
let indicators: Indicators;

beforeAll(async () => {
  database = await testDatabase();
  const add = (id: string, at: string, taken: boolean, areaCode: string) =>
    alerts.push({ id, at: new Date(at), inTime: taken, areaCode });
  // October: 4 alerts, 3 in time. The last is at 0:00 on 1 November in Vietnam.
  add('a1', '2026-09-30T17:00:00Z', true, '13141');
  add('a2', '2026-10-10T02:00:00Z', true, '12532');
  add('a3', '2026-10-20T02:00:00Z', false, '13141');
  add('a4', '2026-10-31T16:59:59Z', true, '12532');
  add('b1', '2026-10-31T17:00:00Z', true, '12532');
  indicators = await create([inTime, opened]);
  http = await createHttp({ logger: false, authenticators: [async () => caller], version: 'test' });
  serveIndicators(http, indicators);
});
afterAll(async () => {
  await http.app.close();
  await database.close();
});

describe('figures', () => {
  it('are computed by formula over the rows of their period, with inputs and target', async () => {
    // 3 of 4 = 75 %, below 90.
    expect(await indicators.figures(everything, october)).toMatchObject([
      {
        code: 'operations.in-time',
        value: 75,
        met: false,
        version: 1,
        complete: false,
        previous: null,
        inputs: [
          { name: 'alerts.in_time', value: 3 },
          { name: 'alerts.opened', value: 4 },
        ],
        snapshot: null,
      },
    ]);
    expect(await indicators.figures(everything, periodOf('2026-10-20'))).toMatchObject([
      { code: 'operations.opened', value: 1, target: null, met: null, previous: 0 },
    ]);
  });

  it('count only what the reader may see, and only the area asked for', async () => {
    expect((await indicators.figures(officer, october))[0]).toMatchObject({ value: 50 }); // a1 of a1 and a3
    expect((await indicators.figures(everything, october, '12532'))[0]).toMatchObject({ value: 100 });
    expect((await indicators.figures(officer, october, '12532'))[0]).toMatchObject({ value: null });
    const rows = await indicators.rows(officer, inTime.code, 'alerts.opened', october, undefined, {
      limit: 10,
      offset: 0,
    });
    expect([rows.items.map((one) => one.id), rows.total]).toEqual([['a1', 'a3'], 2]);
  });

  it('say why: formula in words with values, version, law, inputs, and their rows in pages', async () => {
    const why = await indicators.explain(everything, inTime.code, october);
    expect(why).toMatchObject({ formula: inTime.formula, law, version: 1, versions: [{ version: 1 }] });
    expect(why.words.vi).toContain('cảnh báo đúng hạn');
    expect(why.words.vi).toContain('3');
    expect(why.words.en).toContain('alerts opened');
    const page = await indicators.rows(everything, inTime.code, 'alerts.opened', october, undefined, {
      limit: 3,
      offset: 3,
    });
    expect(page).toMatchObject({ total: 4, items: [{ id: 'a4' }] });
    await expect(indicators.explain(everything, 'nothing', october)).rejects.toThrow(/not-found/);
    await expect(
      indicators.rows(everything, opened.code, 'alerts.in_time', october, undefined, { limit: 1, offset: 0 }),
    ).rejects.toThrow(/not-found/);
  });
});

describe('a closed period', () => {
  it('is stored once, for those who see everything; late data show as a difference', async () => {
    clock = new Date('2026-11-01T18:20:00Z'); // 1:20 on 2 November
    // October; and of the days 1 November back to 26 October.
    expect(await indicators.snapshot()).toBe(1 + 7);
    expect(await indicators.snapshot()).toBe(0);
    const closed = { value: 75, version: 1, computedAt: clock, differs: false };
    expect((await indicators.figures(everything, october))[0]).toMatchObject({
      value: 75,
      complete: true,
      snapshot: closed,
    });
    expect((await indicators.figures(officer, october))[0]?.snapshot).toBeNull();
    expect((await indicators.figures(everything, october, '13141'))[0]?.snapshot).toBeNull();
    alerts.push({ id: 'late', at: new Date('2026-10-25T02:00:00Z'), inTime: true, areaCode: '12532' });
    // 4 of 5 = 80 % now, 75 % when it was closed.
    expect((await indicators.explain(everything, inTime.code, october)).snapshot).toEqual({ ...closed, differs: true });
    expect((await indicators.explain(everything, inTime.code, october)).value).toBe(80);
  });

  it('keeps the formula and the law of its time when they change', async () => {
    clock = new Date('2026-11-15T02:00:00Z');
    const changed = {
      ...inTime,
      formula: '100 [%] - share(alerts.in_time, alerts.opened)',
      law: { vi: 'Quy chế mới', en: 'New rules' },
    };
    const next = await create([changed, opened]);
    expect(await next.explain(everything, inTime.code, october)).toMatchObject({
      version: 1,
      value: 80,
      formula: inTime.formula,
      law,
    });
    // November: b1 in time, so 100 - 100 = 0; October before it by its own formula.
    expect(await next.explain(everything, inTime.code, november)).toMatchObject({
      version: 2,
      value: 0,
      previous: 80,
      law: changed.law,
      versions: [{ version: 1 }, { version: 2 }],
    });
    // The same declarations again make no new version.
    expect((await (await create([changed, opened])).explain(everything, inTime.code, november)).versions).toHaveLength(
      2,
    );
  });

  it('still shows its closed figure, and says what is missing, when a source of its formula is gone', async () => {
    const without = await create([{ ...inTime, formula: 'alerts.opened * 100 [%]' }], false);
    const [figure] = await without.figures(everything, october);
    expect(figure).toMatchObject({ value: null, inputs: [], snapshot: { value: 75, differs: false } });
    expect(figure?.problem?.en).toContain('version 1');
    expect((await without.explain(everything, inTime.code, october)).words.vi).toContain('không dùng được');
  });

  it('is made up for by the nightly job, which has a name', async () => {
    clock = new Date('2026-12-01T18:20:00Z');
    const job = indicators.job();
    expect(job).toMatchObject({
      name: 'indicators.snapshot',
      cron: '20 1 * * *',
      principal: { id: 'system:indicators' },
    });
    await job.run({ ids: {}, principal: job.principal, attempt: 1, signal: new AbortController().signal });
    expect((await indicators.figures(everything, november))[0]?.snapshot).toMatchObject({ value: 100, version: 1 });
  });
});

describe('a formula that cannot be used', () => {
  it('stops the start with its place', async () => {
    await expect(create([{ ...inTime, code: 'x', formula: 'share(alerts.in_time, nothing)' }])).rejects.toThrow(
      /bad-formula.*indicator x/,
    );
    await expect(create([{ ...inTime, code: 'x', formula: 'alerts.opened > 3' }])).rejects.toThrow(/must be a number/);
    await expect(create([{ ...inTime, code: 'x', unit: 'µg/m³' }])).rejects.toThrow(/declares µg/);
    await expect(create([opened, opened])).rejects.toThrow(/declared twice/);
  });
});

describe('over HTTP', () => {
  it('figures, why, rows and CSV with provenance, for who may see indicators', async () => {
    caller = officer;
    const list = (await http.app.inject('/api/indicators?period=2026-10')).json();
    expect(list).toMatchObject({
      total: 1,
      period: { key: '2026-10', kind: 'month' },
      items: [{ value: 50, snapshot: null }],
    });
    expect((await http.app.inject('/api/indicators/operations.in-time?period=2026-10')).json()).toMatchObject({
      law,
      may: ['export'],
    });
    expect((await http.app.inject('/api/indicators?period=2026-13')).statusCode).toBe(400);
    const rows = '/api/indicators/operations.in-time/rows?period=2026-10&source=alerts.opened';
    expect((await http.app.inject(`${rows}&limit=1`)).json()).toMatchObject({ total: 2, items: [{ id: 'a1' }] });
    const csv = await http.app.inject(rows.replace('/rows?', '/rows.csv?'));
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
    const lines = csv.body.split('\r\n');
    expect(lines[0]).toBe('\uFEFFMã,Thời điểm,indicator,indicator_version,period,area,source,exported_at,exported_by');
    expect(lines[1]).toBe(
      `a1,2026-09-30T17:00:00.000Z,operations.in-time,1,2026-10,,alerts.opened,${clock.toISOString()},u1`,
    );
    expect(lines).toHaveLength(4);
    expect(audited).toMatchObject([{ action: 'indicator.export', subject: 'indicator:operations.in-time' }]);
    expect(
      (await http.app.inject('/api/indicators/none/rows.csv?period=2026-10&source=alerts.opened')).statusCode,
    ).toBe(404);
    caller = systemPrincipal('stranger', []);
    expect((await http.app.inject('/api/indicators')).statusCode).toBe(403);
  });
});
