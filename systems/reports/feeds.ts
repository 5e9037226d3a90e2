/** Published reports for other programs: GeoJSON, CSV, RSS 2.0 and Atom. Pure. */
import { csvCell } from '../../platform/words/index.ts';
import { stepWords } from './life.ts';
import { reportPath } from './links.ts';
import type { PublicReport } from './public.ts';
import { element, XML_HEAD, xmlText } from './xml.ts';

export type Feed = {
  title: string;
  /** of this site */
  base: string;
  /** of the feed itself */
  self: string;
  at: Date;
  areaName: (code: string) => string;
};

const made: Record<PublicReport['provenance'], string> = { measured: '', simulated: 'MÔ PHỎNG', replayed: 'PHÁT LẠI' };
const linkOf = (feed: Feed, one: PublicReport): string => feed.base + reportPath(one.number);
const titleOf = (one: PublicReport): string =>
  `${made[one.provenance] ? `[${made[one.provenance]}] ` : ''}${one.categoryTitle.vi}: ${one.text.replace(/\s+/g, ' ').slice(0, 90)}`;
/** When it last became something else for the public. */
const changedAt = (one: PublicReport): Date => one.answeredAt ?? one.publishedAt;
const text = (name: string, value: string, attributes = {}): string => element(name, xmlText(value), attributes);

export function geoJson(feed: Feed, items: readonly PublicReport[]): string {
  return JSON.stringify({
    type: 'FeatureCollection',
    features: items.map((one) => ({
      type: 'Feature',
      id: one.number,
      geometry: { type: 'Point', coordinates: [one.lon, one.lat] },
      properties: {
        number: one.number,
        category: one.category,
        categoryTitle: one.categoryTitle.vi,
        text: one.text,
        step: one.step,
        blurred: one.blurred,
        areaCode: one.areaCode,
        areaName: feed.areaName(one.areaCode),
        organisation: one.organisationName?.vi ?? null,
        publishedAt: one.publishedAt.toISOString(),
        answeredAt: one.answeredAt?.toISOString() ?? null,
        dueAt: one.dueAt?.toISOString() ?? null,
        late: one.late,
        meToo: one.meToo,
        rating: one.rating,
        provenance: one.provenance,
        link: linkOf(feed, one),
      },
    })),
  });
}

const columns: readonly [string, (one: PublicReport, feed: Feed) => string | number | null][] = [
  ['number', (one) => one.number],
  ['category', (one) => one.category],
  ['category_title', (one) => one.categoryTitle.vi],
  ['text', (one) => one.text],
  ['step', (one) => one.step],
  ['area_code', (one) => one.areaCode],
  ['area_name', (one, feed) => feed.areaName(one.areaCode)],
  ['organisation', (one) => one.organisationName?.vi ?? null],
  ['lon', (one) => one.lon],
  ['lat', (one) => one.lat],
  ['blurred', (one) => String(one.blurred)],
  ['published_at', (one) => one.publishedAt.toISOString()],
  ['answered_at', (one) => one.answeredAt?.toISOString() ?? null],
  ['due_at', (one) => one.dueAt?.toISOString() ?? null],
  ['late', (one) => String(one.late)],
  ['me_too', (one) => one.meToo],
  ['rating', (one) => one.rating],
  ['provenance', (one) => one.provenance],
  ['link', (one, feed) => linkOf(feed, one)],
];

/** RFC 4180, with a mark of UTF-8 so that spreadsheets read Vietnamese; no cell is a formula. */
export function csv(feed: Feed, items: readonly PublicReport[]): string {
  const rows = items.map((one) =>
    columns
      .map(([, of]) => {
        const value = of(one, feed);
        return value === null ? '' : typeof value === 'number' ? String(value) : csvCell(value);
      })
      .join(','),
  );
  return `\ufeff${[columns.map(([name]) => name).join(','), ...rows].join('\r\n')}\r\n`;
}

export function rss(feed: Feed, items: readonly PublicReport[]): string {
  const channel = [
    text('title', feed.title),
    text('link', feed.base),
    text('description', feed.title),
    text('language', 'vi'),
    text('lastBuildDate', feed.at.toUTCString()),
    element('atom:link', '', { href: feed.self, rel: 'self', type: 'application/rss+xml' }),
    ...items.map((one) =>
      element(
        'item',
        [
          text('title', titleOf(one)),
          text('link', linkOf(feed, one)),
          text('guid', linkOf(feed, one), { isPermaLink: 'true' }),
          text('category', one.categoryTitle.vi),
          text('description', `${one.text}\n\n${stepWords[one.step].vi}`),
          text('pubDate', one.publishedAt.toUTCString()),
          text('georss:point', `${one.lat} ${one.lon}`),
        ].join(''),
      ),
    ),
  ].join('');
  return (
    XML_HEAD +
    element('rss', element('channel', channel), {
      version: '2.0',
      'xmlns:atom': 'http://www.w3.org/2005/Atom',
      'xmlns:georss': 'http://www.georss.org/georss',
    })
  );
}

export function atom(feed: Feed, items: readonly PublicReport[]): string {
  const newest = new Date(Math.max(0, ...items.map((one) => changedAt(one).getTime())));
  const inside = [
    text('title', feed.title),
    text('id', feed.self),
    text('updated', (items.length > 0 ? newest : feed.at).toISOString()),
    element('link', '', { href: feed.self, rel: 'self' }),
    element('link', '', { href: feed.base }),
    element('author', text('name', 'Đô thị thông minh Thái Bình')),
    ...items.map((one) =>
      element(
        'entry',
        [
          text('title', titleOf(one)),
          text('id', linkOf(feed, one)),
          element('link', '', { href: linkOf(feed, one) }),
          text('published', one.publishedAt.toISOString()),
          text('updated', changedAt(one).toISOString()),
          element('category', '', { term: one.category, label: one.categoryTitle.vi }),
          text('summary', `${one.text}\n\n${stepWords[one.step].vi}`),
          text('georss:point', `${one.lat} ${one.lon}`),
        ].join(''),
      ),
    ),
  ].join('');
  return (
    XML_HEAD +
    element('feed', inside, {
      xmlns: 'http://www.w3.org/2005/Atom',
      'xml:lang': 'vi',
      'xmlns:georss': 'http://www.georss.org/georss',
    })
  );
}
