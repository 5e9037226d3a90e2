import { Readable } from 'node:stream';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { type RawBuilder, sql } from 'kysely';
import { entityRows, type Provenance } from '../context/index.ts';
import type { Db } from '../database/index.ts';
import { allSeries, stored } from '../events/index.ts';
import type { Http } from '../http/index.ts';
import { csvCell, refuse } from '../words/index.ts';
import { provenanceWords } from './export.ts';
import { DAY_MS } from './local-time.ts';
import { everything, type Retention } from './retention.ts';
import { retentionApi } from './retention-api.ts';

/** Rows of one file: some 60 MB of memory. */
const MOST_ROWS = 1_000_000;

export function serveRetention(http: Http, db: Db, retention: Retention): void {
  http.serve('retention', retentionApi, {
    'GET /api/retention': async ({ principal }) => {
      const { classes, held } = await retention.list(principal);
      return {
        classes: classes.map((one) => ({
          ...one,
          covers: [...one.covers],
          changedAt: one.changedAt.toISOString(),
          effectiveAt: one.effectiveAt.toISOString(),
        })),
        held: held.map((one) => ({ ...one, measuredAt: one.measuredAt.toISOString() })),
      };
    },
    'POST /api/retention/:id/preview': async ({ principal, params, body }) => {
      const found = await retention.preview(principal, params.id, body);
      return { ...found, effectiveAt: found.effectiveAt.toISOString() };
    },
    'PUT /api/retention/:id': async ({ principal, params, body }) => {
      await retention.set(principal, params.id, body);
      return { ok: true as const };
    },
    'DELETE /api/retention/:id': async ({ principal, params }) => {
      await retention.remove(principal, params.id);
      return { ok: true as const };
    },
    'GET /api/retention/:id/export.csv': async ({ principal, params, query, reply }) => {
      const rows = await rawRows(db, await retention.seriesOfClass(principal, params.id), query);
      reply.header('content-type', 'text/csv; charset=utf-8');
      reply.header('content-disposition', `attachment; filename="${params.id}_${query.from}.csv"`);
      return reply.send(Readable.from(csvLines(rows)));
    },
    'GET /api/retention/:id/export.parquet': async ({ principal, params, query, reply }) => {
      const rows = await rawRows(db, await retention.seriesOfClass(principal, params.id), query);
      reply.header('content-type', 'application/vnd.apache.parquet');
      reply.header('content-disposition', `attachment; filename="${params.id}_${query.from}.parquet"`);
      return reply.send(rawParquet(rows));
    },
  });
}

type RawRow = { entity: string; provenance: Provenance; property: string; at: number; value: number; quality: number };

/** Single values of [from, to) as they are stored, qualities and all, by series and time. */
async function rawRows(db: Db, series: RawBuilder<unknown>, query: { from: string; to: string }): Promise<RawRow[]> {
  const within = { from: new Date(`${query.from}T00:00:00Z`), to: new Date(`${query.to}T00:00:00Z`) };
  const days = (within.to.getTime() - within.from.getTime()) / DAY_MS;
  if (!(days > 0 && days <= 3660)) throw badSpan();
  const found = await sql<RawRow>`select s.entity_id as entity, e.provenance, s.property,
      extract(epoch from o.observed_at)::float8 * 1000 as at, o.value, o.quality
    from ${allSeries} s join ${entityRows(everything)} e on e.id = s.entity_id cross join lateral ${stored({
      series: sql`s.id`,
      from: sql`${within.from}::timestamptz`,
      to: sql`${within.to}::timestamptz`,
      within,
    })} o where s.id in (${series}) order by s.entity_id, s.property, o.observed_at limit ${MOST_ROWS + 1}`.execute(db);
  if (found.rows.length > MOST_ROWS) throw tooMany();
  return found.rows;
}

function* csvLines(rows: readonly RawRow[]): Generator<string> {
  yield 'entity,property,time,value,quality,provenance\r\n';
  for (const { entity, property, at, value, quality, provenance } of rows) {
    yield `${csvCell(entity)},${csvCell(property)},${new Date(at).toISOString()},${value},${quality},${provenanceWords[provenance]}\r\n`;
  }
}

function rawParquet(rows: readonly RawRow[]): Buffer {
  return Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: 'entity', data: rows.map((row) => row.entity), type: 'STRING', nullable: false },
        { name: 'property', data: rows.map((row) => row.property), type: 'STRING', nullable: false },
        { name: 'time', data: rows.map((row) => new Date(row.at)), type: 'TIMESTAMP', nullable: false },
        { name: 'value', data: rows.map((row) => row.value), type: 'DOUBLE', nullable: false },
        { name: 'quality', data: rows.map((row) => row.quality), type: 'INT32', nullable: false },
        {
          name: 'provenance',
          data: rows.map((row) => provenanceWords[row.provenance]),
          type: 'STRING',
          nullable: false,
        },
      ],
    }),
  );
}

const badSpan = () =>
  refuse(400, 'bad-range', {
    vi: 'Khoảng thời gian phải từ trước đến sau và không quá 10 năm.',
    en: 'The range must go forward and be at most ten years.',
  });
const tooMany = () =>
  refuse(400, 'too-many-rows', {
    vi: 'Khoảng này có hơn 1.000.000 giá trị; hãy tải từng khoảng ngắn hơn.',
    en: 'The range holds more than 1,000,000 values; download shorter ones.',
  });
