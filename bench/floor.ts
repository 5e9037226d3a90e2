/**
 * The floor: bare Fastify with the same validation and a grouped COPY into the same table, nothing else. What the
 * platform adds (authentication, rights, state, roll-ups, derived values, rules, live) is measured against it.
 */
import { once } from 'node:events';
import fastify from 'fastify';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Static } from 'typebox';
import { observationBody } from '../platform/ingest/api.ts';

type Body = Static<typeof observationBody>;

const pool = new pg.Pool({ connectionString: process.env.FLOOR_DATABASE_URL, max: 4 });
const series = new Map<string, number>();
const queue: { rows: Body['observations']; resolve: () => void; reject: (error: unknown) => void }[] = [];
let running = false;

/** Numbers of series are handed out in memory: the floor pays for the rows only. */
function numberOf(entity: string, property: string): number {
  const key = `${entity}\n${property}`;
  const known = series.get(key);
  if (known !== undefined) return known;
  series.set(key, series.size + 1_000_000);
  return series.size + 999_999;
}

async function drain(): Promise<void> {
  while (queue.length > 0) {
    const group = queue.splice(0, 200);
    const client = await pool.connect();
    try {
      await client.query('begin');
      const stream = client.query(
        copyFrom('copy observations (series_id, observed_at, value, quality, batch) from stdin'),
      );
      let text = '';
      for (const { rows } of group) {
        for (const row of rows) {
          text += `${numberOf(row.entity, row.property)}\t${new Date(Date.parse(row.observedAt)).toISOString()}\t${row.value}\t${row.quality ?? 0}\t0\n`;
        }
      }
      const done = once(stream, 'finish');
      stream.end(text);
      await done;
      await client.query('commit');
      for (const one of group) one.resolve();
    } catch (error) {
      await client.query('rollback');
      for (const one of group) one.reject(error);
    } finally {
      client.release();
    }
  }
  running = false;
}

const app = fastify({
  bodyLimit: 4 * 1024 * 1024,
  ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true, strict: false } },
});
app.post<{ Body: Body }>('/api/ingest/observations', { schema: { body: observationBody } }, async (request) => {
  await new Promise<void>((resolve, reject) => {
    queue.push({ rows: request.body.observations, resolve, reject });
    if (!running) {
      running = true;
      void drain();
    }
  });
  return { accepted: request.body.observations.length, refused: [] };
});
await app.listen({ host: '127.0.0.1', port: Number(process.env.FLOOR_PORT) });
process.send?.('ready');
process.on('disconnect', () => process.exit(0));
