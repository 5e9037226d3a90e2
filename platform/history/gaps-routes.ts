import type { Context } from '../context/index.ts';
import type { Db } from '../database/index.ts';
import type { Http } from '../http/index.ts';
import { visible } from '../rights/index.ts';
import { csvCell, refuse } from '../words/index.ts';
import { provenanceWords } from './export.ts';
import { type GapQuery, type GapRow, gapsOf } from './gaps.ts';
import { gapsApi } from './gaps-api.ts';
import { DAY_MS, HOUR_MS, LOCAL_OFFSET_MS } from './local-time.ts';

/** A file of a province: 5,000 stations have some 25,000 series. */
const MOST_ROWS = 200_000;
const LONGEST_MS = 366 * DAY_MS;

type Asked = { from: string; to: string; type?: string; organisationId?: string; areaCode?: string; q?: string };

export function serveGaps(http: Http, options: { db: Db; context: Context; now: () => Date }): void {
  http.serve('history', gapsApi, {
    'GET /api/gaps': ({ principal, query }) =>
      gapsOf(options, visible(principal, 'entity:read'), { ...asked(query), limit: query.limit, offset: query.offset }),
    'GET /api/gaps.csv': async ({ principal, query, reply }) => {
      const found = await gapsOf(options, visible(principal, 'entity:read'), {
        ...asked(query),
        limit: MOST_ROWS,
        offset: 0,
      });
      if (found.total > MOST_ROWS) throw tooMany();
      reply.header('content-type', 'text/csv; charset=utf-8');
      reply.header('content-disposition', `attachment; filename="so-lieu-thieu_${query.from}_${query.to}.csv"`);
      return reply.send(`${query.bom ? '\uFEFF' : ''}${gapsCsv(found.items)}`);
    },
  });
}

function asked(query: Asked): Omit<GapQuery, 'limit' | 'offset'> {
  const from = new Date(Date.parse(`${query.from}T00:00:00Z`) - LOCAL_OFFSET_MS);
  const to = new Date(Date.parse(`${query.to}T00:00:00Z`) - LOCAL_OFFSET_MS + DAY_MS);
  const length = to.getTime() - from.getTime();
  if (length <= 0 || length > LONGEST_MS) throw badPeriod();
  return { from, to, type: query.type, organisationId: query.organisationId, areaCode: query.areaCode, q: query.q };
}

export function gapsCsv(rows: readonly GapRow[]): string {
  const local = (at: number): string => new Date(at + LOCAL_OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');
  const heads =
    'entity,name,type,property,unit_code,area_code,expected,received,valid,missing,longest_hours,gap_from,gap_to,provenance';
  const lines = rows.map((row) =>
    [
      csvCell(row.entityId),
      csvCell(row.name),
      csvCell(row.type),
      csvCell(row.property),
      csvCell(row.organisationId ?? ''),
      csvCell(row.areaCode ?? ''),
      row.expected,
      row.received,
      row.good,
      row.missing.toFixed(4),
      row.longest ? Math.round((row.longest.to - row.longest.from) / HOUR_MS) : 0,
      row.longest ? local(row.longest.from) : '',
      row.longest ? local(row.longest.to) : '',
      provenanceWords[row.provenance],
    ].join(','),
  );
  return [heads, ...lines, ''].join('\r\n');
}

const badPeriod = () =>
  refuse(400, 'bad-range', {
    vi: 'Khoảng thời gian phải từ trước đến sau và không quá 366 ngày.',
    en: 'The range must go forward and be at most 366 days.',
  });
const tooMany = () =>
  refuse(400, 'too-many-rows', {
    vi: 'Báo cáo có hơn 200.000 dòng; hãy chọn loại, đơn vị hoặc địa bàn.',
    en: 'The report has more than 200,000 rows; choose a type, a unit or an area.',
  });
