import { describe, expect, it } from 'vitest';
import { waitMs } from './outbox.ts';
import { letterOf, wordingOf } from './wording.ts';

const task = {
  number: 'SC-2026-000001',
  caseTitle: 'Khói dày quanh trạm Vũ Thư',
  title: 'Kiểm tra nguồn khói',
  text: 'Chụp ảnh nơi có khói.',
  dueAt: '2026-11-23T03:05:00.000Z',
};

describe('the words of a notification', () => {
  it('tell of a new task what, for which case, and until when in local time', () => {
    expect(wordingOf({ kind: 'task.assigned', subject: 't1', payload: task })).toEqual({
      title: { vi: 'Nhiệm vụ mới: Kiểm tra nguồn khói', en: 'New task: Kiểm tra nguồn khói' },
      text: {
        vi: 'SC-2026-000001 – Khói dày quanh trạm Vũ Thư\nChụp ảnh nơi có khói.\nHạn trả lời: 23/11/2026 10:05',
        en: 'SC-2026-000001 – Khói dày quanh trạm Vũ Thư\nChụp ảnh nơi có khói.\nDue: 23/11/2026 10:05',
      },
      subject: { kind: 'task', id: 't1' },
      mail: true,
    });
  });

  it('send an e-mail for a grave alert, not for a slight one', () => {
    const alert = (severity: number) =>
      wordingOf({
        kind: 'alert.opened',
        subject: 'a1',
        payload: { severity, title: { vi: 'Không khí xấu', en: 'Bad air' }, text: { vi: '163', en: '163' } },
      });
    expect([alert(3)?.mail, alert(4)?.mail]).toEqual([false, true]);
    expect(alert(4)?.title.vi).toBe('Cảnh báo mức 4: Không khí xấu');
  });

  it('lead from the rung of a clock to the task where it is the task’s', () => {
    const payload = { number: 'SC-2026-000001', rung: 100, text: { vi: 'Quá hạn: hồ sơ', en: 'Overdue: the case' } };
    const ofCase = wordingOf({ kind: 'clock.rung', subject: 'c1', payload });
    expect(ofCase).toMatchObject({ subject: { kind: 'case', id: 'c1' }, mail: true });
    expect(ofCase?.title.vi).toBe('SC-2026-000001: Quá hạn: hồ sơ');
    const ofTask = wordingOf({ kind: 'clock.rung', subject: 't1', payload: { ...payload, taskId: 't1', rung: 50 } });
    expect(ofTask).toMatchObject({ subject: { kind: 'task', id: 't1' }, mail: false });
  });

  it('are none for what nobody needs to be told of', () => {
    expect(wordingOf({ kind: 'case.changed', subject: 'c1', payload: {} })).toBeNull();
  });

  it('say in the subject of an e-mail that the data are simulated', () => {
    const words = { title: { vi: 'Cảnh báo\r\nBcc: x', en: 'Alert' }, text: { vi: 'a', en: 'b' } };
    expect(letterOf(words, 'simulated', 'https://x/alerts/a1').subject).toBe('[DỮ LIỆU MÔ PHỎNG] Cảnh báo Bcc: x');
    expect(letterOf(words, 'measured', null).body).not.toContain('MÔ PHỎNG');
  });
});

describe('the wait after a failed attempt', () => {
  it('doubles from a minute up to an hour', () => {
    expect([1, 2, 3, 7, 8].map((n) => waitMs(n) / 60_000)).toEqual([1, 2, 4, 60, 60]);
  });
});
