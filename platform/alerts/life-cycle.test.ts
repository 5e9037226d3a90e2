import { describe, expect, it } from 'vitest';
import { acknowledged, cleared, closed, defaultTerms, due, type Move, raised, snoozed } from './life-cycle.ts';
import type { Alert, NewAlert, Severity } from './types.ts';

const minute = (n: number): Date => new Date(Date.UTC(2026, 10, 23, 1, n));
const fresh = (id: string) => ({ id, entityName: 'Trạm Lê Lợi', entityType: null });
const lan = { id: 'u-lan', name: 'Trần Thị Lan' };
const minh = { id: 'u-minh', name: 'Phạm Văn Minh' };

const seen = (at: Date, value: number, severity: Severity = 3): NewAlert => ({
  key: 'rule:aqi:tram-1',
  source: 'rule:aqi',
  entityId: 'tram-1',
  title: { vi: 'Không khí xấu', en: 'Bad air' },
  text: { vi: `VN_AQI ${value}`, en: `VN_AQI ${value}` },
  severity,
  value,
  happenedAt: at,
  areaCode: '12433',
  organisationId: 'so-nnmt',
  provenance: 'measured',
});

const open = (): Alert => raised(null, seen(minute(0), 160), minute(1), defaultTerms, fresh('a')).alert;
const again = (alert: Alert, at: number, value: number, severity: Severity = 3): Move =>
  raised(alert, seen(minute(at), value, severity), minute(at), defaultTerms, fresh('b'));

describe('the life of an alert', () => {
  it('keeps apart when it happened and when we knew', () => {
    const alert = open();
    expect([alert.happenedAt, alert.knownAt]).toEqual([minute(0), minute(1)]);
  });

  it('counts on, keeps the worst value, and only grows graver', () => {
    const first = again(open(), 2, 210, 4);
    expect(first.told).toEqual(['updated']);
    const second = again(first.alert, 3, 170, 3);
    expect(second.alert).toMatchObject({ id: 'a', count: 3, value: 170, peak: 210, severity: 4, lastAt: minute(3) });
  });

  it('keeps the smallest value as the worst where lower is worse', () => {
    const low = (at: number, value: number): NewAlert => ({ ...seen(minute(at), value), worse: 'lower' });
    const first = raised(null, low(0, 3), minute(0), defaultTerms, fresh('a')).alert;
    const second = raised(first, low(1, 1.5), minute(1), defaultTerms, fresh('a')).alert;
    const third = raised(second, low(2, 2.5), minute(2), defaultTerms, fresh('a')).alert;
    expect(third).toMatchObject({ value: 2.5, peak: 1.5 });
  });

  it('counts every sighting that one raise stands for, and the worst of their values', () => {
    const many = { ...seen(minute(60), 155), times: 60, peak: 240 };
    expect(raised(open(), many, minute(60), defaultTerms, fresh('a')).alert).toMatchObject({
      count: 61,
      value: 155,
      peak: 240,
    });
  });

  it('does not let an older value known late replace the newest one', () => {
    const newer = again(open(), 10, 170).alert;
    const late = raised(newer, seen(minute(5), 300), minute(11), defaultTerms, fresh('a')).alert;
    expect(late).toMatchObject({ value: 170, peak: 300, lastAt: minute(10), count: 3 });
  });

  it('tells the log of a mere value at most once a minute', () => {
    const alert = open();
    const soon = raised(alert, seen(minute(1), 161), new Date(minute(1).getTime() + 30_000), defaultTerms, fresh('a'));
    expect(soon.told).toEqual([]);
    const later = raised(soon.alert, seen(minute(2), 162), minute(2), defaultTerms, fresh('a'));
    expect(later.told).toEqual(['updated']);
  });

  it('leaves an alert that nobody saw in the queue when its condition ends', () => {
    const over = cleared(open(), minute(30), minute(31));
    expect(over.alert).toMatchObject({ state: 'open', condition: 'over', overAt: minute(30) });
    expect(over.told).toEqual(['cleared']);
  });

  it('closes by itself an alert that somebody has when its condition ends', () => {
    const taken = acknowledged(open(), lan, null, minute(5)).alert;
    const over = cleared(taken, minute(30), minute(31));
    expect(over.alert).toMatchObject({ state: 'closed', condition: 'over', closed: { id: 'system:alerts' } });
    expect(over.told).toEqual(['cleared', 'closed']);
  });

  it('closes at once when somebody acknowledges what is over already', () => {
    const over = cleared(open(), minute(30), minute(31)).alert;
    const done = acknowledged(over, lan, 'đã xem', minute(40));
    expect(done.alert.state).toBe('closed');
    expect(done.told).toEqual(['acknowledged', 'closed']);
  });

  it('tells the second who acknowledges who has it', () => {
    const taken = acknowledged(open(), lan, null, minute(5)).alert;
    expect(() => acknowledged(taken, minh, null, minute(6))).toThrow(/Trần Thị Lan/);
    expect(acknowledged(taken, lan, null, minute(6)).told).toEqual([]);
  });

  it('opens the same alert again when the condition returns within half an hour, to be acknowledged anew', () => {
    const done = cleared(acknowledged(open(), lan, null, minute(5)).alert, minute(10), minute(10)).alert;
    const back = again(done, 40, 180);
    expect(back.alert).toMatchObject({ id: 'a', state: 'open', condition: 'on', acknowledged: null, reopened: 1 });
    expect(back.told).toEqual(['opened']);
  });

  it('is a new alert when the condition returns later', () => {
    const done = cleared(acknowledged(open(), lan, null, minute(5)).alert, minute(10), minute(10)).alert;
    expect(again(done, 41, 180).alert).toMatchObject({ id: 'b', count: 1, reopened: 0 });
  });

  it('stays quiet after a person closed it while the condition held', () => {
    const shut = closed(open(), lan, 'thiết bị đang thử', minute(5)).alert;
    const still = again(shut, 6, 170);
    expect(still.told).toEqual([]);
    expect(still.alert).toMatchObject({ id: 'a', state: 'closed', count: 2 });
  });

  it('wakes though closed by a person when it grows graver or holds for more than a day', () => {
    const shut = closed(open(), lan, 'thiết bị đang thử', minute(5)).alert;
    expect(again(shut, 6, 400, 5).alert).toMatchObject({ id: 'a', state: 'open', severity: 5 });
    expect(again(shut, 5 + 24 * 60, 170).alert).toMatchObject({ id: 'a', state: 'open' });
    expect(again(shut, 4 + 24 * 60, 170).alert.state).toBe('closed');
  });

  it('takes the end of the condition of an alert closed by hand as the end from which a return counts', () => {
    const shut = closed(open(), lan, 'báo giả', minute(5)).alert;
    const over = cleared(shut, minute(8), minute(8));
    expect(over.told).toEqual([]);
    expect(again(over.alert, 20, 170).alert).toMatchObject({ id: 'a', state: 'open' });
    expect(again(over.alert, 50, 170).alert.id).toBe('b');
  });

  it('cannot be closed twice', () => {
    const shut = closed(open(), lan, 'báo giả', minute(5)).alert;
    expect(() => closed(shut, minh, 'báo giả', minute(6))).toThrow(/báo giả/);
  });
});

describe('reminders until somebody has it', () => {
  const opened = (severity: Severity): Alert =>
    raised(null, seen(minute(0), 160, severity), minute(0), defaultTerms, fresh('a')).alert;

  it('come after 5, 10, 20, 40 and then every 40 minutes at level 5', () => {
    let alert = opened(5);
    const at: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const next = alert.remindAt ?? minute(0);
      at.push((next.getTime() - minute(0).getTime()) / 60_000);
      const move = due(alert, next);
      expect(move.told).toEqual(['reminded']);
      alert = move.alert;
    }
    // 5, then 10, 20, 40 and 40 minutes later.
    expect(at).toEqual([5, 15, 35, 75, 115]);
    expect(alert.reminders).toBe(5);
  });

  it('come after 15 minutes at level 4, an hour at level 3, never below', () => {
    const first = ([4, 3, 2, 1] as const).map((severity) => opened(severity).remindAt);
    expect(first).toEqual([minute(15), minute(60), null, null]);
  });

  it('end when somebody takes it, closes it, or its condition is over; and begin anew when that comes back', () => {
    expect(acknowledged(opened(5), lan, null, minute(1)).alert.remindAt).toBeNull();
    expect(closed(opened(5), lan, 'báo giả', minute(1)).alert.remindAt).toBeNull();
    const over = cleared(opened(5), minute(2), minute(2)).alert;
    expect(over.remindAt).toBeNull();
    expect(again(over, 4, 160, 5).alert.remindAt).toEqual(minute(9));
  });

  it('of one that grows graver begin anew', () => {
    expect(again(opened(3), 10, 200, 5).alert).toMatchObject({ remindAt: minute(15), reminders: 0 });
  });
});

describe('putting off', () => {
  const off = snoozed(open(), lan, minute(31), 'chờ thợ đến', minute(1)).alert;

  it('keeps it out of the way until its time, and then says so', () => {
    expect(off).toMatchObject({ state: 'open', snoozed: { name: lan.name, until: minute(31) }, remindAt: null });
    const woken = due(off, minute(31));
    expect(woken.alert).toMatchObject({ snoozed: null, reminders: 1 });
    expect([woken.told, woken.steps.map((step) => step.kind)]).toEqual([['reminded'], ['woken']]);
  });

  it('lasts while it merely goes on, and ends when it grows graver or somebody takes it', () => {
    expect(again(off, 5, 170).alert.snoozed?.until).toEqual(minute(31));
    expect(again(off, 5, 260, 4).alert).toMatchObject({ snoozed: null, remindAt: minute(20) });
    expect(acknowledged(off, minh, null, minute(5)).alert.snoozed).toBeNull();
  });

  it('is refused for more than a day, into the past, and where somebody has it', () => {
    for (const until of [minute(1), minute(0), minute(1 + 24 * 60 + 1)]) {
      expect(() => snoozed(open(), lan, until, 'chờ thợ đến', minute(1))).toThrow('bad-snooze');
    }
    const taken = acknowledged(open(), minh, null, minute(1)).alert;
    expect(() => snoozed(taken, lan, minute(31), 'chờ thợ đến', minute(2))).toThrow('already-acknowledged');
  });

  describe('that flaps (more than 4 beginnings within an hour; over when quiet for half an hour)', () => {
    /** Begins at 0, 10, 20, ... and is over 5 minutes later, so many times. */
    const flap = (alert: Alert, from: number, to: number): { alert: Alert; moves: Move[] } => {
      const moves: Move[] = [];
      let now = alert;
      for (let n = from; n < to; n++) {
        for (const move of [
          () => again(now, n * 10, 160),
          () => cleared(now, minute(n * 10 + 5), minute(n * 10 + 5)),
        ]) {
          const made = move();
          moves.push(made);
          now = made.alert;
        }
      }
      return { alert: now, moves };
    };
    const first = () => cleared(open(), minute(5), minute(5)).alert;

    it('is one alert from its fifth beginning on, with one line and no word for each turn', () => {
      const four = flap(first(), 1, 4);
      expect(four.alert.flapping).toBeNull();
      expect(four.moves.flatMap((move) => move.steps).filter((step) => step.kind === 'returned')).toHaveLength(3);
      const { alert, moves } = flap(four.alert, 4, 7);
      expect(alert.flapping).toEqual({ since: minute(0), times: 7, quietMs: 1_800_000 });
      expect(moves.flatMap((move) => move.steps).map((step) => step.kind)).toEqual(['flapping']);
      expect(moves.flatMap((move) => move.told).every((told) => told === 'updated')).toBe(true);
      // Over at 65; half an hour later it has been quiet.
      expect(alert.quietAt).toEqual(minute(95));
    });

    it('stays with whoever has it through every turn, and ends when it has been quiet', () => {
      const { alert } = flap(first(), 1, 5);
      const taken = acknowledged(alert, minh, null, minute(46)).alert;
      expect(taken).toMatchObject({ state: 'acknowledged', condition: 'over' });
      const later = flap(taken, 5, 8).alert;
      expect(later).toMatchObject({ state: 'acknowledged', flapping: { times: 8 } });
      const done = due(later, minute(105));
      expect(done.steps.map((step) => [step.kind, step.note])).toEqual([
        ['quiet', '8'],
        ['closed', 'Hết điều kiện và đã tiếp nhận'],
      ]);
      expect(done.alert).toMatchObject({ state: 'closed', flapping: null, quietAt: null });
    });

    it('stays closed where somebody closed it, however it flaps on', () => {
      const { alert } = flap(first(), 1, 5);
      const shut = closed(alert, minh, 'cảm biến lỏng', minute(47)).alert;
      const { alert: after, moves } = flap(shut, 5, 9);
      expect(after.state).toBe('closed');
      expect(moves.flatMap((move) => move.told)).toEqual([]);
    });

    it('is what a rule says it is', () => {
      let alert = first();
      const flapping = { times: 1, withinMs: 3_600_000, quietMs: 60_000 };
      alert = raised(alert, { ...seen(minute(10), 160), flapping }, minute(10), defaultTerms, fresh('b')).alert;
      expect(alert.flapping).toMatchObject({ times: 2, quietMs: 60_000 });
    });
  });
});
