import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { atom, csv, geoJson, rss } from './feeds.ts';
import type { PublicReport } from './public.ts';

const one: PublicReport = {
  number: 'PA-2026-000001',
  category: 'roads.pothole',
  categoryTitle: { vi: 'Ổ gà, mặt đường hư hỏng', en: 'Pothole' },
  text: '=HYPERLINK("http://x") & <b>đậm</b>\nhai dòng',
  step: 'published',
  lon: 106.2677,
  lat: 20.4447,
  blurred: false,
  areaCode: '13192',
  organisationName: { vi: 'UBND xã Vũ Thư', en: 'Vũ Thư' },
  publishedAt: new Date('2026-11-23T01:00:00Z'),
  answeredAt: new Date('2026-11-24T02:00:00Z'),
  dueAt: null,
  late: false,
  meToo: 2,
  rating: null,
  photo: null,
  provenance: 'simulated',
  cursor: 'x',
};
const feed = {
  title: 'Phản ánh',
  base: 'https://dttm.example',
  self: 'https://dttm.example/api/reports/feed?a=1&b=2',
  at: new Date('2026-11-25T00:00:00Z'),
  areaName: () => 'Xã Vũ Thư',
};

/** The names of elements and the texts in them; throws where the document is not well formed. */
function read(xml: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const parser = new SaxesParser({ xmlns: true });
  const open: string[] = [];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => open.push(name));
  parser.on('closetag', () => open.pop());
  parser.on('text', (said) => {
    const name = open.at(-1);
    if (name) found[name] = [...(found[name] ?? []), said];
  });
  parser.write(xml).close();
  return found;
}

describe('a feed', () => {
  it('of GeoJSON holds a point for each report, longitude first (RFC 7946)', () => {
    expect(JSON.parse(geoJson(feed, [one]))).toMatchObject({
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          id: 'PA-2026-000001',
          geometry: { type: 'Point', coordinates: [106.2677, 20.4447] },
          properties: {
            areaName: 'Xã Vũ Thư',
            provenance: 'simulated',
            link: 'https://dttm.example/reports/PA-2026-000001',
          },
        },
      ],
    });
  });

  it('of CSV holds no formula, and every row as many cells as the head', () => {
    const text = csv(feed, [{ ...one, text: '=1+1' }]);
    expect(text.startsWith('\ufeffnumber,category,')).toBe(true);
    const [head = '', row = ''] = text.slice(1).split('\r\n');
    expect(row).toContain(",'=1+1,");
    expect(row.replace(/"[^"]*"/g, 'x').split(',')).toHaveLength(head.split(',').length);
    expect(csv(feed, [one])).toContain('"\'=HYPERLINK(""http://x"") & <b>đậm</b>\nhai dòng"');
  });

  it('of RSS and Atom is well-formed whatever was written, says what is simulated, and dates each entry', () => {
    const asRss = read(rss(feed, [one]));
    expect(asRss.pubDate).toEqual(['Mon, 23 Nov 2026 01:00:00 GMT']);
    expect(asRss['georss:point']).toEqual(['20.4447 106.2677']);
    expect(asRss.guid).toEqual(['https://dttm.example/reports/PA-2026-000001']);
    const asAtom = read(atom(feed, [one]));
    expect(asAtom.updated).toEqual(['2026-11-24T02:00:00.000Z', '2026-11-24T02:00:00.000Z']);
    expect(asAtom.published).toEqual(['2026-11-23T01:00:00.000Z']);
    for (const { title = [] } of [asRss, asAtom])
      expect(title[1]).toBe('[MÔ PHỎNG] Ổ gà, mặt đường hư hỏng: =HYPERLINK("http://x") & <b>đậm</b> hai dòng');
  });
});
