import { describe, expect, it } from 'vitest';
import {
  budgetMinutes,
  type Clock,
  deadlineOf,
  durationMinutes,
  resume,
  rungsDue,
  suspend,
  usedAt,
  usedUpAt,
} from './clocks.ts';
import { firstCalendar } from './data.ts';
import { guessedYears, proposalFor, warningsFor } from './proposal.ts';
import { addWorking, createWorkingCalendar, workingBetween } from './working.ts';

const calendar = createWorkingCalendar(firstCalendar);
/** An instant by its local time in Vietnam. */
const at = (text: string) => new Date(`${text.replace(' ', 'T')}:00+07:00`);
const reason = { vi: 'Chờ bổ sung giấy tờ', en: 'Waiting for papers' };

/** A small generator of its own (Park-Miller), so that the same cases come each run. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

describe('working time', () => {
  it('stands still at night, at noon and over the weekend', () => {
    // Friday 6 March 2026: 16:30 + 1 h = 17:30; + 2 h = Monday 8:30; + 6 h = 7:30-11:30 (4) and 13:30 + 1 = 14:30.
    expect(addWorking(at('2026-03-06 16:30'), 60, calendar)).toEqual(at('2026-03-06 17:30'));
    expect(addWorking(at('2026-03-06 16:30'), 120, calendar)).toEqual(at('2026-03-09 08:30'));
    expect(addWorking(at('2026-03-06 16:30'), 360, calendar)).toEqual(at('2026-03-09 14:30'));
    // Received on Sunday: begins on Monday at 7:30.
    expect(addWorking(at('2026-03-08 22:00'), 30, calendar)).toEqual(at('2026-03-09 08:00'));
    expect(workingBetween(at('2026-03-06 16:30'), at('2026-03-09 14:30'), calendar)).toBe(360);
    expect(workingBetween(at('2026-03-07 00:00'), at('2026-03-09 07:30'), calendar)).toBe(0);
  });

  it('crosses Tết 2026 by hand computation', () => {
    // Off: 14 and 15 February (weekend), 16 to 20 (Tết by decision), 21 and 22 (weekend).
    // Friday 13 February 15:30 + 16 h: 2 h on the 13th, 8 h on Monday 23rd, 6 h on Tuesday 24th = 15:30.
    expect(addWorking(at('2026-02-13 15:30'), 16 * 60, calendar)).toEqual(at('2026-02-24 15:30'));
    expect(workingBetween(at('2026-02-13 17:30'), at('2026-02-23 07:30'), calendar)).toBe(0);
  });

  it('knows the day in lieu, the swapped days and the holidays of 2026', () => {
    const off = (day: string) => calendar.view(day).off;
    expect(off('2026-04-26')).toBe(true); // lunar 10/3, a Sunday
    expect(off('2026-04-27')).toBe(true); // Monday in lieu
    expect([off('2026-04-30'), off('2026-05-01'), off('2026-05-04')]).toEqual([true, true, false]);
    // 31 August off, made up for on Saturday 22; 1 and 2 September off.
    expect(['2026-08-22', '2026-08-31', '2026-09-01', '2026-09-02', '2026-09-03'].map(off)).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(workingBetween(at('2026-08-22 00:00'), at('2026-08-23 00:00'), calendar)).toBe(480);
  });

  it('counts a holiday that was only announced as a working day until it is confirmed', () => {
    expect(calendar.view('2026-11-24').off).toBe(false);
    const confirmed = {
      ...firstCalendar,
      rules: firstCalendar.rules.map((rule) =>
        rule.code === 'culture-day' ? { ...rule, confirmedBy: 'Sở Nội vụ' } : rule,
      ),
    };
    expect(createWorkingCalendar(confirmed).view('2026-11-24').off).toBe(true);
    expect(createWorkingCalendar(confirmed).view('2025-11-24').off).toBe(false); // not valid yet
  });

  it('between(start, add(start, n)) is n, and add never goes back, whatever the start', () => {
    const random = randoms(20261123);
    const first = at('2025-01-01 00:00').getTime();
    for (let i = 0; i < 2000; i++) {
      const start = new Date(first + Math.floor(random() * 2 * 365 * 1440) * 60_000);
      const minutes = Math.floor(random() * 5000);
      const more = minutes + Math.floor(random() * 500);
      const end = addWorking(start, minutes, calendar);
      expect(workingBetween(start, end, calendar), `${start.toISOString()} + ${minutes}`).toBe(minutes);
      expect(end.getTime()).toBeGreaterThanOrEqual(start.getTime() + minutes * 60_000);
      expect(addWorking(start, more, calendar).getTime()).toBeGreaterThanOrEqual(end.getTime());
      // A later start never ends earlier.
      const later = new Date(start.getTime() + Math.floor(random() * 3000) * 60_000);
      expect(addWorking(later, minutes, calendar).getTime()).toBeGreaterThanOrEqual(
        minutes === 0 ? later.getTime() : end.getTime(),
      );
      // Time in two parts is time in one.
      expect(
        workingBetween(start, later, calendar) +
          workingBetween(later, end, calendar) -
          workingBetween(end, later, calendar),
      ).toBe(minutes);
    }
  });

  it('refuses to go backwards, and a calendar without hours', () => {
    expect(() => addWorking(at('2026-03-06 16:30'), -1, calendar)).toThrow(RangeError);
    expect(() =>
      addWorking(at('2026-03-06 16:30'), 1, createWorkingCalendar({ hours: [], rules: [], days: [] })),
    ).toThrow(RangeError);
  });
});

describe('a clock', () => {
  const clock: Clock = { kind: 'working', budget: 'P2D', startedAt: at('2026-03-05 13:30'), suspensions: [] };

  it('reads its budget in working days of 8 hours or in days of 24', () => {
    expect(budgetMinutes(clock, calendar)).toBe(960);
    expect(budgetMinutes({ ...clock, kind: 'calendar' }, calendar)).toBe(2880);
    expect(durationMinutes('P1WT1H30M', 480, 5)).toBe(5 * 480 + 90);
    for (const bad of ['', 'P', 'PT', '2 days', 'P1Y', 'PT0M', 'P-1D'])
      expect(() => durationMinutes(bad, 480, 5), bad).toThrow(/bad-duration/);
  });

  it('tells 50, 80 and 100 % at the right instants', () => {
    // Thursday 13:30; 480 used at Friday 11:30; 768 used: Thu 240, Fri 480, 48 min of Monday = 8:18; 960: Mon 11:30.
    expect(rungsDue(clock, at('2026-03-06 11:29'), calendar)).toEqual([]);
    expect(rungsDue(clock, at('2026-03-06 11:30'), calendar)).toEqual([{ rung: 50, at: at('2026-03-06 11:30') }]);
    expect(rungsDue(clock, at('2026-03-10 00:00'), calendar)).toEqual([
      { rung: 50, at: at('2026-03-06 11:30') },
      { rung: 80, at: at('2026-03-09 08:18') },
      { rung: 100, at: at('2026-03-09 11:30') },
    ]);
  });

  it('stands while suspended, has no deadline then, and goes on where it was', () => {
    const paused = suspend(clock, at('2026-03-05 15:30'), reason); // 120 used
    expect(deadlineOf(paused, calendar)).toBeNull();
    expect(usedAt(paused, at('2026-03-20 12:00'), calendar)).toBe(120);
    expect(rungsDue(paused, at('2026-03-20 12:00'), calendar)).toEqual([]);
    const resumed = resume(paused, at('2026-03-12 07:30'));
    // 840 left from Thursday 12th 7:30: 480 that day, 360 on Friday = 15:30.
    expect(deadlineOf(resumed, calendar)).toEqual(at('2026-03-13 15:30'));
    expect(resumed.suspensions).toEqual([{ from: at('2026-03-05 15:30'), to: at('2026-03-12 07:30'), reason }]);
  });

  it('counts suspensions that overlap once, and none before its start', () => {
    const twice: Clock = {
      ...clock,
      kind: 'calendar',
      budget: 'PT10H',
      startedAt: at('2026-03-05 08:00'),
      suspensions: [
        { from: at('2026-03-05 07:00'), to: at('2026-03-05 09:00') },
        { from: at('2026-03-05 10:00'), to: at('2026-03-05 12:00') },
        { from: at('2026-03-05 11:00'), to: at('2026-03-05 13:00') },
      ],
    };
    // Runs 9:00-10:00 and from 13:00: ten hours at 22:00.
    expect(deadlineOf(twice, calendar)).toEqual(at('2026-03-05 22:00'));
  });

  it('that stopped in time is never late', () => {
    const stopped = { ...clock, stoppedAt: at('2026-03-06 15:30') };
    expect(usedAt(stopped, at('2026-04-01 00:00'), calendar)).toBe(240 + 360);
    expect(usedUpAt(stopped, 50, calendar)).toEqual(at('2026-03-06 11:30'));
    expect(deadlineOf(stopped, calendar)).toBeNull();
  });

  it('cannot be suspended twice, nor resumed while it runs', () => {
    const paused = suspend(clock, at('2026-03-05 15:30'), reason);
    expect(() => suspend(paused, at('2026-03-05 16:00'), reason)).toThrow(/clock-state/);
    expect(() => resume(clock, at('2026-03-05 16:00'))).toThrow(/clock-state/);
    expect(() => resume(paused, at('2026-03-05 15:00'))).toThrow(/clock-state/);
    expect(() => suspend({ ...clock, stoppedAt: at('2026-03-06 15:30') }, at('2026-03-06 16:00'), reason)).toThrow(
      /clock-state/,
    );
  });

  it('moves its deadline when the calendar is edited', () => {
    const edited = createWorkingCalendar({
      ...firstCalendar,
      days: [
        ...firstCalendar.days,
        {
          day: '2026-03-06',
          kind: 'off',
          reason: 'other',
          title: { vi: 'Nghỉ bão', en: 'Storm' },
          source: 'x',
          confirmedBy: null,
        },
      ],
    });
    expect(deadlineOf(clock, calendar)).toEqual(at('2026-03-09 11:30'));
    expect(deadlineOf(clock, edited)).toEqual(at('2026-03-10 11:30'));
  });
});

describe('the proposal of a year', () => {
  it('for 2027: Tết from Friday 5 to Tuesday 9 February, its weekend in lieu, Saturday 1 May and National Day', () => {
    const days = proposalFor(firstCalendar, 2027).map((one) => `${one.day} ${one.reason}`);
    expect(days).toEqual([
      '2027-02-05 tet', // last day of the lunar year
      '2027-02-06 tet', // Saturday, lunar New Year
      '2027-02-07 tet', // Sunday
      '2027-02-08 tet',
      '2027-02-09 tet',
      '2027-02-10 tet', // in lieu of Saturday
      '2027-02-11 tet', // in lieu of Sunday
      '2027-05-03 compensatory', // 1 May is a Saturday
      '2027-09-03 national-day', // 2 September is a Thursday: with Friday it joins the weekend
    ]);
  });

  it('for 2026 meets what was announced, where that followed the common pattern', () => {
    const proposed = proposalFor(firstCalendar, 2026);
    expect(proposed.filter((one) => !one.entered)).toEqual([]);
    expect(proposed.map((one) => one.day)).toContain('2026-04-27');
  });

  it('is not needed to see what is missing: 2027 is warned about, 2026 is not but for 24 November', () => {
    expect(warningsFor(firstCalendar, 2026).map((one) => one.code)).toEqual(['rule-unconfirmed']);
    expect(warningsFor(firstCalendar, 2027).map((one) => one.code)).toEqual([
      'tet-missing',
      'national-day-missing',
      'compensation-missing',
      'rule-unconfirmed',
    ]);
    const [hours] = firstCalendar.hours;
    if (!hours) throw new Error('the first calendar has hours');
    const [first] = warningsFor({ ...firstCalendar, hours: [{ ...hours, validTo: '2027-04-01' }] }, 2027);
    expect([first?.code, first?.text.en]).toEqual(['hours-missing', expect.stringContaining('2027-04-01')]);
    expect(guessedYears(firstCalendar, at('2027-01-20 08:00'), at('2027-02-20 08:00'))).toEqual([2027]);
    expect(guessedYears(firstCalendar, at('2026-01-20 08:00'), at('2027-01-20 08:00'))).toEqual([]);
  });
});
