import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { type CaseSystem, collect, isDuration } from './declared.ts';
import { timelineCsv } from './export-csv.ts';
import type { CaseType } from './types.ts';

const step = { title: { vi: 'Bước', en: 'Step' }, may: 'case:act' } as const;
const good: CaseType = {
  title: { vi: 'Sự cố', en: 'Incident' },
  prefix: 'SC',
  form: Type.Object({ place: Type.String() }),
  start: 'open',
  steps: { open: { ...step, to: ['done'], within: 'PT2H' }, done: { ...step, to: [], closed: true } },
};
const declare = (type: CaseType) => collect([{ name: 'operations', cases: { incident: type } }]);

describe('a declaration of cases', () => {
  it('is taken where it is right, and its form judges with places', () => {
    const declared = declare(good);
    expect(declared.types.get('incident')).toMatchObject({ name: 'incident', system: 'operations' });
    expect(declared.flawsOf('incident', { place: 'Vũ Thư' })).toEqual([]);
    expect(declared.flawsOf('incident', { place: 7 }).map((flaw) => flaw.at)).toEqual(['/form/place']);
  });

  it('is refused at start with everything that is wrong', () => {
    const wrong: CaseType = {
      ...good,
      prefix: 'sc1',
      start: 'begin',
      clock: { budget: '2 hours', kind: 'calendar' },
      steps: { open: { ...step, to: ['gone'], within: 'P1M' }, island: { ...step, to: [] } },
    };
    const told = () => declare(wrong);
    for (const part of [
      'start “begin” is no step',
      'clock: “2 hours” is no duration',
      'step “open”: “P1M” is no duration',
      'leads to “gone”',
      'nothing leads to step “island”',
      'no step closes it',
      'prefix must be 2 to 4 capital letters',
    ]) {
      expect(told).toThrow(part);
    }
  });

  it('is refused where two systems take one prefix or a procedure names what is not there', () => {
    const two: CaseSystem[] = [
      { name: 'a', cases: { incident: good } },
      { name: 'b', cases: { report: good }, procedures: [procedure('nothing', ['x', 'x'])] },
    ];
    expect(() => collect(two)).toThrow('the prefix SC is that of “incident”');
    expect(() => collect(two)).toThrow('there is no case type “nothing”');
    expect(() => collect(two)).toThrow('item “x” stands twice');
  });

  it('counts in weeks, days, hours and minutes only', () => {
    expect(['PT2H', 'P1D', 'P1DT4H', 'P2W', 'PT90M'].map(isDuration)).toEqual([true, true, true, true, true]);
    expect(['P', 'PT', 'P1M', 'PT0H', '2H', 'PT5S', ''].map(isDuration)).toEqual(Array(7).fill(false));
  });
});

describe('the exported timeline', () => {
  it('gives both times, and is no formula in a spreadsheet', () => {
    const text = timelineCsv(
      {
        number: 'SC-2026-000001',
        provenance: 'measured',
        timeline: [
          {
            id: 1,
            taskId: null,
            happenedAt: new Date('2026-11-23T01:40:00Z'),
            knownAt: new Date('2026-11-23T01:50:00Z'),
            who: 'u-tho',
            whoName: 'Vũ Thọ',
            what: 'note',
            text: { vi: '=HYPERLINK("x")', en: '=HYPERLINK("x")' },
            fileIds: ['f1', 'f2'],
            version: 1,
          },
        ],
      },
      'vi',
    );
    expect(text.split('\r\n')[1]).toBe(
      `23/11/2026 08:40,23/11/2026 08:50,Vũ Thọ,note,"'=HYPERLINK(""x"")",f1 f2,SC-2026-000001,Thực tế`,
    );
  });
});

function procedure(caseType: string, ids: string[]) {
  const items = ids.map((id) => ({ id, text: { vi: 'Việc', en: 'Thing' }, required: true }));
  return { id: 'p', caseType, version: 1, title: { vi: 'Quy trình', en: 'Procedure' }, items };
}
