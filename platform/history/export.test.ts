import { parse } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { curveCsv, curveParquet } from './export.ts';

/** 23 November 2026, 00:00 in Vietnam. */
const midnight = Date.UTC(2026, 10, 22, 17);
const exported = (name: string, provenance: 'measured' | 'simulated' = 'measured') => ({
  entity: { id: 'g1', name, provenance },
  property: 'level',
  curve: {
    unit: 'm',
    everySeconds: 600,
    cut: false,
    shades: [],
    points: [
      { at: midnight, value: 1.25, min: 1.25, max: 1.25, n: 1, share: 1 },
      { at: midnight + 600_000, value: null, min: null, max: null, n: 0, share: 0 },
      { at: midnight + 1_200_000, value: -3, min: -3, max: -3, n: 1, share: 1 },
    ],
  },
});

describe('export of a curve', () => {
  it('is CSV of RFC 4180 in local time, with the mark for Excel where it is asked for', () => {
    expect(curveCsv(exported('Cống Trà Linh'), false)).toBe(
      [
        'time,entity,name,property,unit,value,min,max,n,completeness,provenance',
        '2026-11-23 00:00:00,g1,Cống Trà Linh,level,m,1.25,1.25,1.25,1,1.000,so lieu do',
        '2026-11-23 00:10:00,g1,Cống Trà Linh,level,m,,,,0,0.000,so lieu do',
        '2026-11-23 00:20:00,g1,Cống Trà Linh,level,m,-3,-3,-3,1,1.000,so lieu do',
        '',
      ].join('\r\n'),
    );
    expect(curveCsv(exported('x'), true).charCodeAt(0)).toBe(0xfeff);
  });

  it('says on every line that data are simulated', () => {
    const lines = curveCsv(exported('x', 'simulated'), false).trimEnd().split('\r\n').slice(1);
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toContain('DU LIEU MO PHONG');
  });

  it.each([
    ['=HYPERLINK("http://xau.vn","mời")', `'=HYPERLINK("http://xau.vn","mời")`],
    ['+84', `'+84`],
    ['@SUM(A1)', `'@SUM(A1)`],
    ['-1+2', `'-1+2`],
    ['\t=1', `'\t=1`],
    ['Trạm "A", tuyến\nđê', 'Trạm "A", tuyến\nđê'],
  ])('gives the name %j back as the text %j, never as a formula', (name, read) => {
    const rows = parse(curveCsv(exported(name), true), { bom: true, columns: true }) as { name: string }[];
    expect(rows.map((row) => row.name)).toEqual([read, read, read]);
  });

  it('is Parquet that another reader gives back with its types and nulls', async () => {
    const bytes = curveParquet(exported('Cống Trà Linh', 'simulated'));
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    const rows = await parquetReadObjects({ file });
    expect(rows).toHaveLength(3);
    expect(rows[0]).toEqual({
      time: new Date(midnight),
      entity: 'g1',
      name: 'Cống Trà Linh',
      property: 'level',
      unit: 'm',
      value: 1.25,
      min: 1.25,
      max: 1.25,
      n: 1,
      completeness: 1,
      provenance: 'DU LIEU MO PHONG',
    });
    expect(rows[1]?.value ?? null).toBeNull();
    expect(rows[2]?.value).toBe(-3);
  });
});
