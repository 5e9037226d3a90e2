import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Selectable, sql } from 'kysely';
import { inTransaction } from '../../database/index.ts';
import { type Principal, scopeOf, type Visible } from '../../rights/index.ts';
import { type Language, notFound, Refusal, refuse } from '../../words/index.ts';
import { fold, type Mapping, propose, type Role } from './columns.ts';
import { type Facts, type FileKind, firstRows, kindOf } from './file.ts';
import { demandWhole, UPLOAD } from './rows.ts';
import { type RunParts, runUpload } from './run.ts';
import type { UploadTables } from './tables.ts';

export type Upload = Selectable<UploadTables['uploads']>;

type Brought = { id: string; name: string; by: string; at: Date; n: number; from: Date; to: Date };

/** Files of observations that people hand in: looked at, checked, then taken. */
export type Uploads = {
  /** Keeps the file and says what it seems to be. Nothing of it is stored as an observation. */
  send(principal: Principal, file: { name: string; content: Readable; language: Language }): Promise<Upload>;
  get(principal: Principal, id: string): Promise<Upload>;
  list(principal: Principal, limit: number, offset: number): Promise<{ items: Upload[]; total: number }>;
  /** Says what the columns are; the whole file is checked by that. Another sheet or head line is looked at anew first. */
  map(principal: Principal, id: string, mapping: Mapping): Promise<Upload>;
  /** Takes what is good of a checked file. */
  take(principal: Principal, id: string): Promise<Upload>;
  /** The refused rows as a file to correct. */
  refused(principal: Principal, id: string): Promise<{ name: string; content: Readable }>;
  /** Files that brought values of a series observed within [from, to), newest first. */
  of(rights: Visible, entityId: string, property: string, from: Date, to: Date): Promise<Brought[]>;
  /** Goes on with what was asked for here or elsewhere. @returns the function that stops it, between two pieces */
  start(): () => Promise<void>;
  /** Takes away files whose days are over, and what was never taken. */
  tidy(): Promise<number>;
};

export const MOST_BYTES = 200 * 1024 * 1024;
const KEEP_MS = 7 * 86_400_000;
const LOOK_MS = 2_000;
const AT_ONCE = 2;

export function createUploads(
  parts: Omit<RunParts, 'pathOf'> & { directory: string; onError: (what: string, error: unknown) => void },
): Uploads {
  const { db, context, audit, now, directory } = parts;
  const tables = () => db.withTables<UploadTables>();
  const pathOf = (id: string, which: 'sent' | 'refused'): string => join(directory, `${id}.${which}`);
  const typesOf = () => context.types();
  const runs = createRuns({ ...parts, pathOf });

  const seen = (principal: Principal) =>
    scopeOf(principal, UPLOAD)?.all ? sql<boolean>`true` : sql<boolean>`person_id = ${principal.id}`;
  const get = async (principal: Principal, id: string): Promise<Upload> => {
    const row = await tables()
      .selectFrom('uploads')
      .selectAll()
      .where('id', '=', id)
      .where(seen(principal))
      .executeTakeFirst();
    if (!row) throw notFound({ vi: 'tệp đã nạp này', en: 'file of this number' });
    return row;
  };
  /** Only who sent a file goes on with it. */
  const own = async (principal: Principal, id: string): Promise<Upload> => {
    const row = await get(principal, id);
    if (row.person_id !== principal.id) throw notFound({ vi: 'tệp của bạn', en: 'file of yours' });
    return row;
  };
  const scope = (principal: Principal) =>
    scopeOf(principal, UPLOAD) ?? { all: false as const, organisations: [], areas: [] };

  /** What the file is by its first rows, and which column seems to be what; as the person had it last time. */
  const look = async (
    path: string,
    kind: FileKind,
    personId: string,
    asked: { sheet: string | null; headerLine: number | null },
  ): Promise<{ facts: Facts; mapping: Mapping }> => {
    const sheet = asked.sheet ?? kind.sheets[0] ?? null;
    const rows = await firstRows(path, kind, sheet);
    const candidates = asked.headerLine === null ? rows : rows.filter((row) => row.line >= (asked.headerLine ?? 0));
    const head = asked.headerLine === null ? candidates : candidates.slice(0, 1);
    const usual = kind.separator === ';' ? ',' : '.';
    const guessed = propose(head, candidates, typesOf(), sheet, usual);
    const headings = (rows.find((row) => row.line === guessed.headerLine)?.cells ?? []).map(String);
    if (headings.length === 0) throw nothingIn();
    const kept = await tables()
      .selectFrom('upload_columns')
      .select('columns')
      .where('person_id', '=', personId)
      .where('headings_sha256', '=', shaOf(headings))
      .executeTakeFirst();
    const columns = kept ? headings.map((_, index) => (kept.columns[index] ?? '') as Role) : guessed.columns;
    return { facts: { ...kind, headings, sample: rows.slice(0, 20) }, mapping: { ...guessed, columns } };
  };

  return {
    async send(principal, { name, content, language }) {
      await mkdir(directory, { recursive: true });
      const id = randomUUID();
      const path = pathOf(id, 'sent');
      try {
        const { bytes, sha256 } = await keep(content, path);
        const kind = await kindOf(path, name);
        const { facts, mapping } = await look(path, kind, principal.id, { sheet: null, headerLine: null });
        return await inTransaction(db, async (tx) => {
          const row = await tx
            .withTables<UploadTables>()
            .insertInto('uploads')
            .values({
              id,
              name: name.slice(-200),
              bytes,
              sha256,
              facts: JSON.stringify(facts),
              mapping: JSON.stringify(mapping),
              state: 'new',
              reason: null,
              person_id: principal.id,
              person: JSON.stringify({
                id: principal.id,
                name: principal.name,
                organisationId: principal.organisationId,
                scope: scope(principal),
                language,
              }),
              sent_at: now(),
              ended_at: null,
              rows_total: null,
            })
            .returningAll()
            .executeTakeFirstOrThrow();
          const detail = { name: row.name, bytes, sha256: sha256.toString('hex') };
          await audit.record(tx, { principal, action: 'upload.send', subject: `upload:${id}`, detail });
          return row;
        });
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
    },

    get,

    async list(principal, limit, offset) {
      const base = tables().selectFrom('uploads').where(seen(principal));
      const [items, count] = await Promise.all([
        base.selectAll().orderBy('sent_at', 'desc').orderBy('id').limit(limit).offset(offset).execute(),
        base.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
      ]);
      return { items, total: count.n };
    },

    async map(principal, id, mapping) {
      const row = await own(principal, id);
      if (row.state === 'taking' || row.state === 'done') throw alreadyTaken();
      let state: Upload['state'] = 'checking';
      let facts = row.facts;
      let settled = mapping;
      if (mapping.sheet !== row.mapping.sheet || mapping.headerLine !== row.mapping.headerLine) {
        if (mapping.sheet !== null && !facts.sheets.includes(mapping.sheet)) throw noSheet(mapping.sheet);
        const headerLine = mapping.sheet === row.mapping.sheet ? mapping.headerLine : null;
        const asked = { sheet: mapping.sheet, headerLine };
        ({ facts, mapping: settled } = await look(pathOf(id, 'sent'), facts, principal.id, asked).catch(gone));
        state = 'new';
      } else demandWhole(mapping);
      const changed = await tables()
        .updateTable('uploads')
        .set({
          ...fresh,
          run: sql<number>`run + 1`,
          state,
          facts: JSON.stringify(facts),
          mapping: JSON.stringify(settled),
          person: JSON.stringify({ ...row.person, scope: scope(principal) }),
          rows_total: null,
        })
        .where('id', '=', id)
        .where('state', 'not in', ['taking', 'done'])
        .returningAll()
        .executeTakeFirst();
      if (!changed) throw alreadyTaken();
      runs.soon();
      return changed;
    },

    async take(principal, id) {
      const row = await own(principal, id);
      if (row.state === 'taking' || row.state === 'done') return row;
      if (row.state !== 'checked') throw checkFirst();
      if (row.accepted === 0) throw nothingGood();
      const taken = await inTransaction(db, async (tx) => {
        const changed = await tx
          .withTables<UploadTables>()
          .updateTable('uploads')
          .set({
            ...fresh,
            run: row.run + 1,
            state: 'taking',
            person: JSON.stringify({ ...row.person, scope: scope(principal) }),
          })
          .where('id', '=', id)
          .where('state', '=', 'checked')
          .returningAll()
          .executeTakeFirst();
        if (!changed) throw checkFirst();
        await sql`insert into upload_columns (person_id, headings_sha256, columns)
          values (${principal.id}, ${shaOf(row.facts.headings)}, ${row.mapping.columns}::text[])
          on conflict (person_id, headings_sha256) do update set columns = excluded.columns`.execute(tx);
        const detail = { name: row.name, rows: row.rows_total, sha256: row.sha256.toString('hex') };
        await audit.record(tx, { principal, action: 'upload.take', subject: `upload:${id}`, detail });
        return changed;
      });
      runs.soon();
      return taken;
    },

    async refused(principal, id) {
      const row = await get(principal, id);
      const path = pathOf(id, 'refused');
      // What is being written is not whole; with its length it is at least rows that are whole.
      const length = row.refused_bytes;
      if (length === 0) throw noRefused();
      await stat(path).catch(gone);
      const content = createReadStream(path, { end: length - 1 });
      return { name: `${row.name.replace(/\.[^.]*$/, '')}-can-sua.csv`, content };
    },

    async of(rights, entityId, property, from, to) {
      await context.get(rights, entityId);
      const rows =
        await sql<Brought>`select u.id, u.name, u.person->>'name' as by, coalesce(u.ended_at, u.sent_at) as at,
          s.n, s.first_at as "from", s.last_at as "to"
        from upload_series s join uploads u on u.id = s.upload_id
        where s.entity_id = ${entityId} and s.property = ${property} and s.last_at >= ${from} and s.first_at < ${to}
        order by at desc limit 100`.execute(db);
      return rows.rows;
    },

    start: runs.start,

    async tidy() {
      const before = new Date(now().getTime() - KEEP_MS);
      await tables()
        .deleteFrom('uploads')
        .where('sent_at', '<', before)
        .where('state', 'in', ['new', 'checking', 'checked', 'failed'])
        .where(sql<boolean>`not exists (select 1 from upload_series s where s.upload_id = uploads.id)`)
        .execute();
      const names = (await readdir(directory).catch(ifThere)) ?? [];
      let gone = 0;
      for (const name of names) {
        const path = join(directory, name);
        const about = await stat(path).catch(ifThere);
        if (!about || about.mtime >= before) continue;
        await rm(path, { force: true });
        gone += 1;
      }
      return gone;
    },
  };
}

/** Counters of a run that begins. */
const fresh = {
  reason: null,
  rows_done: 0,
  accepted: 0,
  refused: 0,
  refused_bytes: 0,
  preview: '[]',
  flaws: '[]',
  ended_at: null,
} as const;

/** Headings without the two that a file of refused rows has besides: it is the same file. */
function shaOf(headings: readonly string[]): Buffer {
  const folded = headings
    .map(fold)
    .join('\n')
    .replace(/\n(dong\nlydokhongnhan|line\nreasonrefused)$/, '');
  return createHash('sha256').update(folded).digest();
}

async function keep(content: Readable, path: string): Promise<{ bytes: number; sha256: Buffer }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      if (bytes > MOST_BYTES) done(tooLarge());
      else done(null, chunk);
    },
  });
  await pipeline(content, measure, createWriteStream(path, { mode: 0o600 }));
  return { bytes, sha256: hash.digest() };
}

/**
 * Runs what stands as 'checking' or 'taking', a few at once. A file is one process's at a time: its lock is of a session,
 * so that it ends with the process, however that ended, and another goes on.
 */
function createRuns(parts: RunParts & { onError: (what: string, error: unknown) => void }) {
  const { db } = parts;
  const running = new Map<string, Promise<void>>();
  const pauses = new Map<string, { failures: number; until: number }>();
  let stopping: AbortController | null = null;
  let looking: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const run = (id: string, signal: AbortSignal): Promise<void> =>
    db.connection().execute(async (session) => {
      const lock = sql`hashtext('ingest.upload'), hashtext(${id})`;
      const got = await sql<{ got: boolean }>`select pg_try_advisory_lock(${lock}) as got`.execute(session);
      if (!got.rows[0]?.got) return;
      try {
        await runUpload(parts, id, signal);
      } finally {
        await sql`select pg_advisory_unlock(${lock})`.execute(session);
      }
    });

  const look = async (): Promise<void> => {
    const signal = stopping?.signal;
    if (!signal || signal.aborted || running.size >= AT_ONCE) return;
    const rows = await db
      .withTables<UploadTables>()
      .selectFrom('uploads')
      .select('id')
      .where('state', 'in', ['checking', 'taking'])
      .orderBy('sent_at')
      .limit(50)
      .execute();
    for (const { id } of rows) {
      if (running.size >= AT_ONCE || signal.aborted) return;
      if (running.has(id) || (pauses.get(id)?.until ?? 0) > Date.now()) continue;
      running.set(
        id,
        run(id, signal)
          .then(() => void pauses.delete(id))
          .catch((error) => {
            const failures = (pauses.get(id)?.failures ?? 0) + 1;
            pauses.set(id, { failures, until: Date.now() + Math.min(300_000, 1000 * 2 ** failures) });
            if (!signal.aborted) parts.onError(`upload ${id}`, error);
          })
          .finally(() => {
            running.delete(id);
            soon();
          }),
      );
    }
  };
  const soon = (): void => {
    if (!stopping || stopping.signal.aborted) return;
    clearTimeout(timer);
    looking = looking.then(look).catch((error) => parts.onError('uploads', error));
    timer = setTimeout(soon, LOOK_MS);
  };

  return {
    soon,
    start() {
      stopping = new AbortController();
      const stopped = stopping;
      soon();
      return async () => {
        stopped.abort();
        clearTimeout(timer);
        await looking;
        await Promise.all(running.values());
      };
    },
  };
}

/** Null for what another process took away meanwhile, or what was never made; anything else that failed is told. */
function ifThere(error: unknown): null {
  if ((error as { code?: string }).code === 'ENOENT') return null;
  throw error;
}

function gone(error: unknown): never {
  if ((error as { code?: string }).code !== 'ENOENT') throw error;
  throw refuse(410, 'file-gone', {
    vi: 'Tệp đã quá bảy ngày và không còn được giữ; hãy gửi lại.',
    en: 'The file is older than seven days and no longer kept; send it again.',
  });
}

function nothingIn() {
  return refuse(422, 'no-rows', {
    vi: 'Tệp (hoặc trang tính) không có dòng nào.',
    en: 'The file (or sheet) has no rows.',
  });
}

function noSheet(sheet: string) {
  return refuse(422, 'no-sheet', { vi: `Không có trang tính “${sheet}”.`, en: `There is no sheet “${sheet}”.` });
}

function alreadyTaken() {
  return refuse(409, 'already-taken', {
    vi: 'Tệp này đã được nạp; muốn nạp cách khác thì gửi lại tệp.',
    en: 'This file was taken already; to take it otherwise, send it again.',
  });
}

function checkFirst() {
  return refuse(409, 'check-first', {
    vi: 'Hãy kiểm tra tệp và đợi kiểm tra xong rồi mới nạp.',
    en: 'Check the file first, and wait until that is done.',
  });
}

function nothingGood() {
  return refuse(422, 'nothing-good', {
    vi: 'Không có giá trị nào nhận được; hãy sửa cột hoặc tệp.',
    en: 'There is no value to take; correct the columns or the file.',
  });
}

function noRefused() {
  return refuse(404, 'none-refused', {
    vi: 'Không có dòng nào bị từ chối, hoặc tệp đã quá bảy ngày.',
    en: 'No row was refused, or the file is older than seven days.',
  });
}

function tooLarge() {
  const megabytes = MOST_BYTES / 1024 / 1024;
  return new Refusal(413, 'file-too-large', {
    vi: `Tệp lớn hơn ${megabytes} MB; hãy chia nhỏ rồi gửi từng phần.`,
    en: `The file is larger than ${megabytes} MB; split it and send its parts.`,
  });
}
