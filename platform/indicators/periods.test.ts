import { describe, expect, it } from 'vitest';
import { csvHead, csvLines } from './csv.ts';
import { periodAt, periodBefore, periodOf } from './periods.ts';

describe('a period', () => {
  it('begins and ends at midnight in Vietnam', () => {
    expect(periodOf('2026-11')).toEqual({
      kind: 'month',
      key: '2026-11',
      from: new Date('2026-10-31T17:00:00Z'),
      to: new Date('2026-11-30T17:00:00Z'),
    });
    expect(periodOf('2026')).toMatchObject({ kind: 'year', from: new Date('2025-12-31T17:00:00Z') });
    expect(periodOf('2028-02-29').to).toEqual(new Date('2028-02-29T17:00:00Z'));
    expect(periodAt(new Date('2026-10-31T17:00:00Z'), 'month').key).toBe('2026-11');
    expect(periodAt(new Date('2026-10-31T16:59:59Z'), 'day').key).toBe('2026-10-31');
  });

  it('is followed back without a gap', () => {
    expect(periodBefore(periodOf('2026-01')).key).toBe('2025-12');
    expect(periodBefore(periodOf('2026-03-01')).key).toBe('2026-02-28');
    expect(periodBefore(periodOf('2026')).key).toBe('2025');
  });

  it('that does not exist is refused', () => {
    for (const key of ['2026-13', '2026-02-30', '2026-00', '26', 'x', '2026-1', '2026-11-23T00']) {
      expect(() => periodOf(key), key).toThrow(/bad-period/);
    }
  });
});

describe('CSV', () => {
  const columns = [
    { key: 'name', title: { vi: 'Tên', en: 'Name' } },
    { key: 'value', title: { vi: 'Giá trị', en: 'Value' }, unit: 'µg/m³' },
  ];

  it('says where each row comes from, and quotes what needs it', () => {
    const provenance = { source: 'alerts.opened' };
    expect(csvHead(columns, provenance, 'vi')).toBe('\uFEFFTên,Giá trị (µg/m³),source\r\n');
    expect(
      csvLines(
        columns,
        [
          { name: 'Trạm "A", số 1', value: 12.5 },
          { name: 'B', value: null },
        ],
        provenance,
      ),
    ).toBe('"Trạm ""A"", số 1",12.5,alerts.opened\r\nB,,alerts.opened\r\n');
  });

  it('never hands a spreadsheet a formula', () => {
    expect(csvLines(columns, [{ name: '=HYPERLINK("x")', value: -3 }], {})).toBe('"\'=HYPERLINK(""x"")",-3\r\n');
  });
});
