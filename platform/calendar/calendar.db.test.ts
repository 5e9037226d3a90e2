import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createHttp, type Http } from '../http/index.ts';
import { type Principal, systemPrincipal } from '../rights/index.ts';
import { type Calendar, createCalendar, type SetDay, serveCalendar } from './index.ts';

const now = new Date('2026-11-23T02:00:00Z');
const manager = systemPrincipal('test', ['calendar:manage']);
const reader: Principal = { kind: 'user', id: 'u1', name: 'Cán bộ', organisationId: 'so-nnmt', grants: [] };
const commune: Principal = {
  ...reader,
  grants: [{ permission: 'calendar:manage', scope: { all: false, organisations: ['ubnd-13141'], areas: ['13141'] } }],
};
const tet = (day: string): SetDay => ({
  day,
  kind: 'off',
  reason: 'tet',
  title: { vi: 'Nghỉ Tết Nguyên đán', en: 'Tết holiday' },
  source: 'Quyết định lịch nghỉ 2027',
  confirmedBy: 'Sở Nội vụ',
});

let database: TestDatabase;
let calendar: Calendar;
let http: Http;
let caller: Principal = reader;
const events: { kind: string; payload: Record<string, unknown> }[] = [];
const audited: string[] = [];
const create = () =>
  createCalendar({
    db: database.db,
    now: () => now,
    audit: { record: async (_tx, entry) => void audited.push(entry.action) },
    append: async (_tx, added) => void events.push(...added),
  });

beforeAll(async () => {
  database = await testDatabase();
  calendar = create();
  await calendar.seed();
  http = await createHttp({ logger: false, authenticators: [async () => caller], version: 'test' });
  serveCalendar(http, calendar);
});
afterAll(async () => {
  await http.app.close();
  await database.close();
});

describe('the calendar', () => {
  it('warns at start that Tết of next year is not entered', () => {
    expect(calendar.warnings().map((one) => `${one.year} ${one.code}`)).toContain('2027 tet-missing');
  });

  it('is edited by who manages it for the whole province only, with a ground', async () => {
    await expect(calendar.setDays(reader, [tet('2027-02-08')], 'x')).rejects.toThrow(/forbidden/);
    await expect(calendar.setDays(commune, [tet('2027-02-08')], 'x')).rejects.toThrow(/forbidden/);
    await expect(calendar.setDays(manager, [tet('2027-02-08')], ' ')).rejects.toThrow(/reason-missing/);
    await expect(
      calendar.setDays(manager, [tet('2027-02-30'), tet('2027-02-08'), tet('2027-02-08')], 'x'),
    ).rejects.toMatchObject({
      flaws: [{ at: '/days/0/day' }, { at: '/days/2/day' }],
    });
    expect(events).toEqual([]);
  });

  it('moves open deadlines when the days are entered, says so in the log and the audit, and stops warning', async () => {
    const clock = {
      kind: 'working',
      budget: 'P2D',
      startedAt: new Date('2027-02-04T08:30:00Z'),
      suspensions: [],
    } as const;
    // Thursday 4 February 15:30 + 16 h: 2 h, Friday 8 h, Monday 8th 6 h = 15:30 as if there were no Tết.
    expect(calendar.deadlineOf(clock)?.toISOString()).toBe('2027-02-08T08:30:00.000Z');
    expect(calendar.guessedYears(clock.startedAt, new Date('2027-02-08T08:30:00Z'))).toEqual([2027]);
    const days = calendar
      .proposal(2027)
      .filter((one) => one.reason === 'tet')
      .map((one) => tet(one.day));
    await calendar.setDays(manager, days, 'Quyết định lịch nghỉ 2027');
    // Off until Thursday 11: 2 h on the 4th, 8 h on Friday 12, 6 h on Monday 15 = 15:30.
    expect(calendar.deadlineOf(clock)?.toISOString()).toBe('2027-02-15T08:30:00.000Z');
    expect(events).toMatchObject([
      {
        kind: 'calendar.changed',
        subject: 'calendar:2027',
        payload: { why: 'Quyết định lịch nghỉ 2027', by: 'system:test' },
      },
    ]);
    expect(audited).toEqual(['calendar.set-days']);
    expect(calendar.warnings().map((one) => one.code)).not.toContain('tet-missing');
  });

  it('keeps an edit when it is seeded again, and another process reads it at refresh', async () => {
    const other = create();
    await other.seed();
    expect(other.working().view('2027-02-10').off).toBe(true);
    await calendar.removeDay(manager, '2027-02-10', 'Nhập nhầm');
    expect(calendar.working().view('2027-02-10').off).toBe(false);
    expect(other.working().view('2027-02-10').off).toBe(true);
    await other.refresh();
    expect(other.working().view('2027-02-10').off).toBe(false);
    await expect(calendar.removeDay(manager, '2027-02-10', 'Nhập nhầm')).rejects.toThrow(/not-found/);
  });

  it('takes a confirmed holiday into account from then on', async () => {
    const rule = calendar.working().data.rules.find((one) => one.code === 'culture-day');
    if (!rule) throw new Error('the rule is seeded');
    await calendar.setRule(manager, { ...rule, confirmedBy: 'Sở Nội vụ' }, 'Văn bản của Bộ Nội vụ');
    expect(calendar.working().view('2026-11-24').off).toBe(true);
  });

  it('refuses hours that overlap, by time of day or by validity', async () => {
    const [hours] = calendar.working().data.hours;
    if (!hours) throw new Error('the hours are seeded');
    await expect(
      calendar.setHours(
        manager,
        {
          ...hours,
          spans: [
            [480, 720],
            [700, 1000],
          ],
        },
        'x',
      ),
    ).rejects.toMatchObject({ flaws: [{ at: '/spans' }] });
    await expect(
      calendar.setHours(manager, { ...hours, id: 'summer', validFrom: '2027-04-19' }, 'x'),
    ).rejects.toMatchObject({ flaws: [{ at: '/validFrom' }] });
    await calendar.setHours(manager, { ...hours, validTo: '2027-04-19' }, 'Giờ mùa hè');
    await calendar.setHours(
      manager,
      {
        ...hours,
        id: 'summer',
        validFrom: '2027-04-19',
        spans: [
          [420, 660],
          [810, 1050],
        ],
      },
      'Giờ mùa hè',
    );
    expect(calendar.working().spansOn('2027-04-15')[0]).toEqual([450, 690]);
    expect(calendar.working().spansOn('2027-04-19')[0]).toEqual([420, 660]);
  });
});

describe('over HTTP', () => {
  const call = (method: 'GET' | 'POST', url: string, payload?: object) =>
    http.app.inject({ method, url, headers: { 'x-requested-with': 'dttm' }, ...(payload ? { payload } : {}) });

  it('is read by who signed in, edited by who may', async () => {
    caller = reader;
    const year = (await call('GET', '/api/calendar?year=2026')).json();
    expect(year.days.find((one: { day: string }) => one.day === '2026-02-17')).toMatchObject({
      off: true,
      by: 'decision',
    });
    expect(year.days.find((one: { day: string }) => one.day === '2026-04-30')).toMatchObject({
      off: true,
      by: 'rule',
      confirmedBy: null,
    });
    expect(year.may).toEqual([]);
    expect((await call('GET', '/api/calendar/proposal?year=2028')).statusCode).toBe(403);
    expect((await call('POST', '/api/calendar/days', { days: [tet('2028-01-26')], why: 'x' })).statusCode).toBe(403);
    caller = manager;
    expect((await call('GET', '/api/calendar')).json().may).toEqual(['edit']);
    expect((await call('POST', '/api/calendar/days', { days: [tet('2028-01-26')], why: 'QĐ 2028' })).statusCode).toBe(
      200,
    );
    const due = (await call('GET', '/api/calendar/deadline?start=2026-02-13T08:30:00Z&minutes=960')).json();
    expect(due).toEqual({ dueAt: '2026-02-24T08:30:00.000Z', guessedYears: [] });
  });
});
