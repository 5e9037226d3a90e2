/**
 * A database written out as text and read into another server, of another version or another machine: every table
 * by COPY in one snapshot, partitions, sequences, all or nothing. No client tools are needed, and no superuser.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { refuse } from '../words/index.ts';
import { writeWhole } from './back-up.ts';

/**
 * Columns whose value means something on one server only, such as transaction numbers: table -> column -> the SQL
 * expression (over the table under its own name) that is exported in its place.
 */
export type Translations = Record<string, Record<string, string>>;

type Table = {
  name: string;
  columns: string[];
  /** of a partition: what it is a part of, and which part */
  parent: string | null;
  bound: string | null;
  /** of a partition that is divided further */
  key: string | null;
};

export type ExportedTable = Table & { file: string | null; rows: number; sha256: string };

export type Exported = {
  format: 1;
  at: string;
  postgres: number;
  about: Record<string, string>;
  migrations: { scope: string; number: number; checksum: string }[];
  tables: ExportedTable[];
  sequences: { name: string; last: string; called: boolean }[];
};

const MANIFEST = 'manifest.json';
const MIGRATIONS = 'schema_migrations';

const tablesQuery = `select c.relname as name, c.relkind as kind, p.relname as parent,
    pg_get_expr(c.relpartbound, c.oid) as bound,
    case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as key,
    coalesce((select array_agg(a.attname::text order by a.attnum) from pg_attribute a where a.attrelid = c.oid
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''), '{}') as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
  where c.relkind in ('r', 'p')
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  order by c.oid`;

/**
 * Writes the schema `public` into a new folder. Writers may go on; what commits after the beginning is not in it.
 * @param about what the importer should know, such as the mode
 */
export async function exportDatabase(given: {
  url: string;
  to: string;
  translations: Translations;
  about: Record<string, string>;
}): Promise<Exported> {
  const { to, translations } = given;
  if ((await readdir(to).catch(() => [])).length > 0) throw folderInUse(to);
  await mkdir(to, { recursive: true, mode: 0o700 });
  const client = await connect(given.url);
  try {
    await client.query('begin transaction isolation level repeatable read read only');
    const { rows: found } = await client.query<Table & { kind: string }>(tablesQuery);
    await demandTranslated(client, translations);
    const tables: ExportedTable[] = [];
    for (const { kind, ...table } of found) {
      if (table.name === MIGRATIONS) continue;
      if (kind === 'p') tables.push({ ...table, file: null, rows: 0, sha256: '' });
      else {
        const file = `${String(tables.length).padStart(4, '0')}-${table.name}.copy.gz`;
        tables.push({ ...table, file, ...(await writeTable(client, table, join(to, file), translations[table.name])) });
      }
    }
    const sequences = await client.query<{ name: string; last: string | null }>(
      `select sequencename as name, last_value::text as last from pg_sequences where schemaname = 'public' order by 1`,
    );
    const migrations = await client.query<Exported['migrations'][number]>(
      `select scope, number, checksum from ${MIGRATIONS} order by scope, number`,
    );
    const state = await client.query<{ at: Date; version: number }>(
      `select now() as at, current_setting('server_version_num')::int / 10000 as version`,
    );
    const made: Exported = {
      format: 1,
      at: (state.rows[0]?.at ?? new Date()).toISOString(),
      postgres: state.rows[0]?.version ?? 0,
      about: given.about,
      migrations: migrations.rows,
      tables,
      sequences: sequences.rows.map(({ name, last }) => ({ name, last: last ?? '1', called: last !== null })),
    };
    await writeWhole(join(to, MANIFEST), JSON.stringify(made, null, 1));
    return made;
  } finally {
    await client.end();
  }
}

/** What an export says of itself. */
export async function readExport(folder: string): Promise<Exported> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw noExport(folder);
    throw error;
  });
  return JSON.parse(text) as Exported;
}

/**
 * Reads an export into a database that has been migrated by the same version of the program and holds nothing yet.
 * One transaction: a failure leaves the database as it was.
 * @returns rows read
 */
export async function importDatabase(given: { url: string; from: string; exported: Exported }): Promise<number> {
  const { exported, from } = given;
  const client = await connect(given.url);
  try {
    await demandSameSchema(client, exported);
    await client.query('begin');
    for (const table of exported.tables) await ensurePartition(client, table);
    const { rows: here } = await client.query<Table & { kind: string }>(tablesQuery);
    for (const table of exported.tables)
      demandSameTable(
        table,
        here.find((one) => one.name === table.name),
      );
    const names = exported.tables.map((table) => table.name);
    const giveBack = await disableTriggers(client, names);
    await client.query(`truncate ${names.map(quote).join(', ')}`);
    let rows = 0;
    for (const table of await parentsFirst(client, exported.tables)) {
      if (table.file) rows += await readTable(client, table, join(from, table.file));
    }
    for (const { name, last, called } of exported.sequences) {
      await client.query('select setval($1::regclass, $2::bigint, $3)', [`public.${quote(name)}`, last, called]);
    }
    await giveBack();
    await client.query('commit');
    await client.query('analyze');
    return rows;
  } finally {
    await client.end();
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'dttm-move' });
  client.on('error', () => undefined);
  await client.connect();
  // What is written must mean the same where it is read: times, floats to their last bit, bytes, intervals.
  await client.query(`set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres';
    set extra_float_digits = 1; set bytea_output = 'hex'; set statement_timeout = 0;
    set idle_in_transaction_session_timeout = 0`);
  return client;
}

async function writeTable(
  client: pg.Client,
  table: Table,
  path: string,
  translated: Record<string, string> = {},
): Promise<{ rows: number; sha256: string }> {
  const columns = table.columns.map((column) => `${translated[column] ?? quote(column)} as ${quote(column)}`);
  const stream = client.query(copyTo(`copy (select ${columns.join(', ')} from ${quote(table.name)}) to stdout`));
  const { measure, sha256 } = hashing();
  await pipeline(stream, measure, createGzip({ level: 1 }), createWriteStream(path, { mode: 0o600, flush: true }));
  return { rows: stream.rowCount, sha256: sha256() };
}

async function readTable(client: pg.Client, table: ExportedTable, path: string): Promise<number> {
  const stream = client.query(
    copyFrom(`copy ${quote(table.name)} (${table.columns.map(quote).join(', ')}) from stdin`),
  );
  const { measure, sha256 } = hashing();
  await pipeline(createReadStream(path), createGunzip(), measure, stream);
  if (sha256() !== table.sha256 || stream.rowCount !== table.rows) throw damagedExport(table.name);
  return stream.rowCount;
}

function hashing() {
  const hash = createHash('sha256');
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  return { measure, sha256: () => hash.digest('hex') };
}

async function ensurePartition(client: pg.Client, table: Table): Promise<void> {
  if (table.parent === null || table.bound === null) return;
  const there = await client.query('select to_regclass($1) is not null as there', [`public.${quote(table.name)}`]);
  if (there.rows[0]?.there) return;
  const divided = table.key ? ` partition by ${table.key}` : '';
  await client.query(`create table ${quote(table.name)} partition of ${quote(table.parent)} ${table.bound}${divided}`);
}

/** Triggers must not do their work again over rows that were made with them. @returns puts them back as they were */
async function disableTriggers(client: pg.Client, tables: readonly string[]): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ table: string; name: string; enabled: string }>(
    `select c.relname as table, t.tgname as name, t.tgenabled as enabled
     from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where not t.tgisinternal and t.tgparentid = 0 and t.tgenabled <> 'D' and c.relname = any($1)
       and c.relnamespace = 'public'::regnamespace`,
    [tables],
  );
  const set = async (how: (enabled: string) => string) => {
    for (const { table, name, enabled } of rows) {
      await client.query(`alter table ${quote(table)} ${how(enabled)} trigger ${quote(name)}`);
    }
  };
  await set(() => 'disable');
  return () => set((enabled) => ({ A: 'enable always', R: 'enable replica' })[enabled] ?? 'enable');
}

/** In an order in which each table comes after those that it refers to. */
async function parentsFirst(client: pg.Client, tables: readonly ExportedTable[]): Promise<ExportedTable[]> {
  const { rows } = await client.query<{ child: string; parent: string }>(
    `select a.relname as child, b.relname as parent from pg_constraint k
     join pg_class a on a.oid = k.conrelid join pg_class b on b.oid = k.confrelid
     where k.contype = 'f' and a.oid <> b.oid`,
  );
  const left = new Set(tables);
  const ordered: ExportedTable[] = [];
  while (left.size > 0) {
    const waitingFor = new Set([...left].map((one) => one.name));
    const ready = [...left].filter(
      (one) => !rows.some((row) => [one.name, one.parent].includes(row.child) && waitingFor.has(row.parent)),
    );
    if (ready.length === 0) throw new Error(`tables refer to each other in a circle: ${[...waitingFor].join(', ')}`);
    for (const one of ready) {
      left.delete(one);
      ordered.push(one);
    }
  }
  return ordered;
}

/** A transaction number that nobody has thought about would silently lose or repeat events on another server. */
async function demandTranslated(client: pg.Client, translations: Translations): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string }>(
    `select c.relname as table, a.attname as column from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
       and a.atttypid in ('xid8'::regtype, 'xid'::regtype, 'pg_snapshot'::regtype, 'pg_lsn'::regtype)`,
  );
  const unknown = rows.filter(({ table, column }) => !translations[table]?.[column]);
  if (unknown.length > 0) {
    throw new Error(
      `no translation for ${unknown.map(({ table, column }) => `${table}.${column}`).join(', ')} to another server`,
    );
  }
}

async function demandSameSchema(client: pg.Client, exported: Exported): Promise<void> {
  const { rows } = await client.query<Exported['migrations'][number]>(
    `select scope, number, checksum from ${MIGRATIONS} order by scope, number`,
  );
  const spell = (all: readonly Exported['migrations'][number][]) =>
    all.map(({ scope, number, checksum }) => `${scope}/${number}/${checksum}`).sort();
  if (JSON.stringify(spell(rows)) !== JSON.stringify(spell(exported.migrations))) throw otherVersion();
}

function demandSameTable(table: ExportedTable, here: Table | undefined): void {
  const same = here && JSON.stringify([...here.columns].sort()) === JSON.stringify([...table.columns].sort());
  if (!same) throw new Error(`table ${table.name} of the export is not that of this database`);
}

const quote = (name: string): string => pg.escapeIdentifier(name);

function folderInUse(folder: string) {
  return refuse(409, 'export-not-empty', {
    vi: `Thư mục ${folder} không trống. Hãy chọn thư mục mới.`,
    en: `The folder ${folder} is not empty. Choose a new one.`,
  });
}

function noExport(folder: string) {
  return refuse(404, 'no-export', {
    vi: `Trong ${folder} không có bản xuất trọn vẹn (thiếu manifest.json).`,
    en: `There is no whole export in ${folder} (manifest.json is missing).`,
  });
}

function damagedExport(table: string) {
  return refuse(422, 'export-damaged', {
    vi: `Dữ liệu của bảng ${table} trong bản xuất bị hỏng. Chưa có gì được nhập.`,
    en: `The data of table ${table} in the export are damaged. Nothing was imported.`,
  });
}

function otherVersion() {
  return refuse(409, 'export-other-version', {
    vi: 'Bản xuất thuộc phiên bản khác của nền tảng. Hãy chạy `migrate` ở nơi cũ bằng phiên bản này rồi xuất lại.',
    en: 'The export is of another version of the platform. Run `migrate` at the old place with this version, and export again.',
  });
}
