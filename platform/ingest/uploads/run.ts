import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Selectable, sql } from 'kysely';
import type { Audit } from '../../audit/index.ts';
import type { Context } from '../../context/index.ts';
import { type Db, inTransaction, type Tx } from '../../database/index.ts';
import type { Log, Observation } from '../../events/index.ts';
import type { Principal } from '../../rights/index.ts';
import { csvCell, type Language, Refusal } from '../../words/index.ts';
import type { Intake } from '../intake.ts';
import { ADDED } from './columns.ts';
import { type Facts, rowsOf } from './file.ts';
import { createRowReader, type Piece, type RefusedRow, UPLOAD } from './rows.ts';
import type { Person, UploadTables } from './tables.ts';
import type { TableRow } from './text-table.ts';
import { isBlank } from './values.ts';

export type RunParts = {
  db: Db;
  log: Log;
  context: Context;
  audit: Pick<Audit, 'record'>;
  intake: Intake;
  now: () => Date;
  /** where a file lies, and the file of what is refused of it */
  pathOf: (id: string, which: 'sent' | 'refused') => string;
};

type Row = Selectable<UploadTables['uploads']>;

/** Rows that are read, checked and committed at once. */
const PIECE = 10_000;
const PREVIEW = 20;
const FLAWS = 50;
const BUSY_MS = 500;

const principalOf = ({ id, name, organisationId, scope }: Person): Principal => ({
  kind: 'user',
  id,
  name,
  organisationId,
  grants: [{ permission: UPLOAD, scope }],
});

/**
 * Reads a file to its end, from where the last run of it stopped: checks its rows ('checking'), or takes them ('taking').
 * Piece by piece: a piece is committed before the next is read, and only then is it written down as done. What is taken
 * twice because the server died between the two changes nothing. Ends at `signal` and leaves the rest for another run.
 */
export async function runUpload(parts: RunParts, id: string, signal: AbortSignal): Promise<void> {
  const { db, now } = parts;
  const row = await db
    .withTables<UploadTables>()
    .selectFrom('uploads')
    .selectAll()
    .where('id', '=', id)
    .where('state', 'in', ['checking', 'taking'])
    .executeTakeFirst();
  if (!row) return;
  const refusedFile = await open(parts.pathOf(id, 'refused'), row.rows_done === 0 ? 'w' : 'r+');
  try {
    await readOn(parts, row, refusedFile, signal);
  } catch (error) {
    if (signal.aborted || error instanceof TakenOver) return;
    if (!(error instanceof Refusal) || error.status >= 500) throw error;
    await db
      .withTables<UploadTables>()
      .updateTable('uploads')
      .set({ state: 'failed', reason: JSON.stringify(error.text), ended_at: now() })
      .where('id', '=', id)
      .where('run', '=', row.run)
      .execute();
  } finally {
    await refusedFile.close();
  }
}

class TakenOver extends Error {}

async function readOn(parts: RunParts, row: Row, refusedFile: FileHandle, signal: AbortSignal): Promise<void> {
  const { mapping, facts, person } = row;
  const principal = principalOf(person);
  const read = createRowReader({ ...parts, principal, mapping, headings: facts.headings });
  let done = row.rows_done;
  let length = row.refused_bytes;
  // What was written behind the last piece that counts is written again.
  await refusedFile.truncate(length);

  const settle = async (rows: readonly TableRow[], isLast: boolean): Promise<void> => {
    const piece = await read(rows);
    if (row.state === 'taking') await offer(parts.log, piece.good, signal);
    const lines = Buffer.from(
      refusedLines(facts, person.language, piece.refused, length === 0 && piece.refused.length > 0),
    );
    await refusedFile.write(lines, 0, lines.length, length);
    length += lines.length;
    await inTransaction(parts.db, async (tx) => {
      const before = done;
      done += rows.length;
      await writeDown(tx, row, { before, done, length, piece });
      if (isLast) await end(parts, tx, row, principal, done);
    });
  };

  let waiting: TableRow[] = [];
  let passed = 0;
  for await (const one of rowsOf(parts.pathOf(row.id, 'sent'), facts, mapping.sheet)) {
    if (one.line <= mapping.headerLine || one.cells.every(isBlank)) continue;
    passed += 1;
    if (passed <= row.rows_done) continue;
    waiting.push(one);
    if (waiting.length < PIECE) continue;
    signal.throwIfAborted();
    await settle(waiting, false);
    waiting = [];
  }
  signal.throwIfAborted();
  await settle(waiting, true);
}

/** Waits while the log takes no more, rather than fill the memory. */
async function offer(log: Log, good: readonly Observation[], signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await log.offer(good);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 429) throw error;
      await sleep(BUSY_MS, undefined, { signal });
    }
  }
}

async function writeDown(
  tx: Tx,
  row: Row,
  step: { before: number; done: number; length: number; piece: Piece },
): Promise<void> {
  const { good, of, refused, understood } = step.piece;
  const flaws = refused.slice(0, FLAWS).map((one) => ({ line: one.line, reason: one.reasons[0] }));
  const isFirst = step.before === 0;
  const written = await sql`update uploads set rows_done = ${step.done}, accepted = accepted + ${good.length},
      refused = refused + ${refused.length}, refused_bytes = ${step.length},
      preview = case when ${isFirst} then ${JSON.stringify(understood.slice(0, PREVIEW))}::jsonb else preview end,
      flaws = case when jsonb_array_length(flaws) < ${FLAWS} then
        jsonb_path_query_array(flaws || ${JSON.stringify(flaws)}::jsonb, ${`$[0 to ${FLAWS - 1}]`}::jsonpath) else flaws end
    where id = ${row.id} and run = ${row.run} and rows_done = ${step.before}`.execute(tx);
  // Asked for anew, or another process goes on with it: what both took is there once, and only one counts.
  if (written.numAffectedRows !== 1n) throw new TakenOver();
  if (row.state !== 'taking' || good.length === 0) return;
  const series = new Map<string, { entity: string; property: string; n: number; first: number; last: number }>();
  good.forEach(({ at }, index) => {
    const { entity = '', property = '' } = of[index] ?? {};
    const key = `${entity}\n${property}`;
    const one = series.get(key) ?? { entity, property, n: 0, first: at, last: at };
    one.n += 1;
    one.first = Math.min(one.first, at);
    one.last = Math.max(one.last, at);
    series.set(key, one);
  });
  const all = [...series.values()];
  await sql`insert into upload_series (upload_id, entity_id, property, n, first_at, last_at)
    select ${row.id}::uuid, * from unnest(${all.map((one) => one.entity)}::text[], ${all.map((one) => one.property)}::text[],
      ${all.map((one) => one.n)}::int[], ${all.map((one) => new Date(one.first).toISOString())}::timestamptz[],
      ${all.map((one) => new Date(one.last).toISOString())}::timestamptz[])
    on conflict (upload_id, entity_id, property) do update set n = upload_series.n + excluded.n,
      first_at = least(upload_series.first_at, excluded.first_at),
      last_at = greatest(upload_series.last_at, excluded.last_at)`.execute(tx);
}

async function end(parts: RunParts, tx: Tx, row: Row, principal: Principal, rows: number): Promise<void> {
  const state = row.state === 'taking' ? 'done' : 'checked';
  const ended = await tx
    .withTables<UploadTables>()
    .updateTable('uploads')
    .set({ state, rows_total: rows, ended_at: parts.now() })
    .where('id', '=', row.id)
    .returning(['accepted', 'refused'])
    .executeTakeFirstOrThrow();
  if (state !== 'done') return;
  await parts.audit.record(tx, {
    principal,
    action: 'upload.taken',
    subject: `upload:${row.id}`,
    organisationId: principal.organisationId,
    detail: { name: row.name, rows, accepted: ended.accepted, refusedRows: ended.refused },
  });
}

/**
 * The file of refused rows, with the separator of the file that was sent and UTF-8's mark, which spreadsheets need to read
 * Vietnamese; two columns more say the line and the reason.
 */
function refusedLines(facts: Facts, language: Language, rows: readonly RefusedRow[], isFirst: boolean): string {
  const headings = withoutAdded(facts.headings);
  const line = (cells: readonly string[]): string => `${cells.map(csvCell).join(facts.separator ?? ',')}\r\n`;
  const lines = rows.map((row) =>
    line([
      ...headings.map((_, index) => String(row.cells[index] ?? '')),
      String(row.line),
      row.reasons.map((one) => one[language]).join('; '),
    ]),
  );
  return `${isFirst ? `\uFEFF${line([...headings, ...ADDED[language]])}` : ''}${lines.join('')}`;
}

/** A file of refused rows that is refused in part again gets no second pair of these columns. */
function withoutAdded(headings: readonly string[]): readonly string[] {
  const [line, reason] = headings.slice(-2);
  const isAdded = [ADDED.vi, ADDED.en].some((pair) => pair[0] === line && pair[1] === reason);
  return isAdded ? headings.slice(0, -2) : headings;
}
