/** A back-up of a running server, restored into an empty place to moments that are chosen, and compared. */
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Embedded, openToAll, startEmbedded } from '../platform/database/index.ts';
import { archiveFolder, expire, listBackUps, makeBackUp, mirrorFiles, restoreBackUp } from './back-ups.ts';

let top: string;
const running: Embedded[] = [];
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'dttm-back-up-'));
  await openToAll(top);
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  await rm(top, { recursive: true, force: true });
});

async function start(data: string, root?: string): Promise<Embedded> {
  await mkdir(data, { recursive: true });
  const server = await startEmbedded({
    directory: join(data, 'postgres'),
    ...(root ? { archive: await archiveFolder(root, data) } : {}),
  });
  running.push(server);
  return server;
}
async function stop(server: Embedded): Promise<void> {
  running.splice(running.indexOf(server), 1);
  await server.stop();
}
async function query<R extends object>(url: string, text: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(text)).rows;
  } finally {
    await client.end();
  }
}
const clock = async (url: string): Promise<Date> => {
  const [row] = await query<{ at: Date }>(url, 'select clock_timestamp() as at');
  await sleep(20);
  return row?.at ?? new Date(Number.NaN);
};
const content = 'select n, length(what) as length, md5(what) as hash from things order by n';
/** Closes the running segment and waits until the archive has it. */
const archived = async (url: string): Promise<void> => {
  const [row] = await query<{ name: string }>(url, 'select pg_walfile_name(pg_switch_wal()) as name');
  for (let tries = 0; ; tries++) {
    const [state] = await query<{ last: string | null; failed: number }>(
      url,
      'select last_archived_wal as last, failed_count::int as failed from pg_stat_archiver',
    );
    if ((state?.last ?? '') >= (row?.name ?? '~')) return;
    if (tries > 600) throw new Error(`not archived: ${JSON.stringify(state)}`);
    await sleep(50);
  }
};

it('goes back to any moment after the base back-up, with the files; writers were never stopped', async () => {
  const [data, root] = [join(top, 'data'), join(top, 'back-ups')];
  const server = await start(data, root);
  await query(
    server.url,
    'create table things as select n, repeat(md5(n::text), 40) as what from generate_series(1, 20000) n',
  );
  await mkdir(join(data, 'files', 'sha256'), { recursive: true });
  await writeFile(join(data, 'files', 'sha256', 'first'), 'ảnh 1');

  // Writers go on while the copy is made: a copy of moving files is right only with its WAL.
  let writing = true;
  const writer = (async () => {
    for (let n = 100_000; writing; n++) {
      await query(
        server.url,
        `insert into things select ${n}, repeat(md5('${n}'), 40);
        update things set what = reverse(what) where n = ${(n % 20_000) + 1}`,
      );
    }
  })();
  await sleep(300);
  const made = await makeBackUp({ root, dataDirectory: data, url: server.url });
  writing = false;
  await writer;
  expect(made.manifest.files.length).toBeGreaterThan(100);

  await query(server.url, "delete from things where n % 3 = 0; insert into things values (-1, 'sau bản sao lưu')");
  const before = await query(server.url, content);
  const good = await clock(server.url);
  await query(server.url, "delete from things where n < 15000; insert into things values (-2, 'sai lầm')");
  const mistake = await query(server.url, content);
  await writeFile(join(data, 'files', 'sha256', 'second'), 'ảnh 2');
  expect(await mirrorFiles(root, data)).toBe(1);
  await archived(server.url);
  await stop(server);

  const there = join(top, 'restored');
  const done = await restoreBackUp({ root, at: good, dataDirectory: there });
  expect(done.from.name).toBe(made.name);
  const restored = await start(there);
  expect(await query(restored.url, content)).toEqual(before);
  expect(await readFile(join(there, 'files', 'sha256', 'second'), 'utf8')).toBe('ảnh 2');
  // It is a whole server: it writes, and its history is another line than the one that it came from.
  await query(restored.url, 'create table more as select 1 as one');
  await stop(restored);
  expect(await archiveFolder(root, there)).not.toContain(done.from.line);

  const latest = join(top, 'latest');
  await restoreBackUp({ root, at: null, dataDirectory: latest });
  expect(await query((await start(latest)).url, content)).toEqual(mistake);

  await expect(restoreBackUp({ root, at: good, dataDirectory: there })).rejects.toMatchObject({
    code: 'restore-not-empty',
  });
}, 120_000);

it('stands alone without an archive, refuses moments that it has not, and damage', async () => {
  const [data, root] = [join(top, 'data'), join(top, 'back-ups')];
  const server = await start(data);
  await query(server.url, 'create table things as select n, md5(n::text) as what from generate_series(1, 100) n');
  const expected = await query(server.url, content);
  const early = await clock(server.url);
  const made = await makeBackUp({ root, dataDirectory: data, url: server.url });
  await stop(server);

  const restore = (name: string, at: Date | null) => restoreBackUp({ root, at, dataDirectory: join(top, name) });
  await expect(restore('early', early)).rejects.toMatchObject({ code: 'no-back-up' });
  await expect(restore('late', new Date(Date.now() + 3_600_000))).rejects.toMatchObject({
    code: 'back-up-ends-before',
  });
  expect(await readdir(join(top, 'late'))).not.toContain('postgres');
  await restore('alone', null);
  expect(await query((await start(join(top, 'alone'))).url, content)).toEqual(expected);

  // One byte of one file, packed again so that only the hash can tell.
  await writeFile(join(made.folder, 'global', 'pg_control.gz'), gzipSync(Buffer.alloc(8192, 7)));
  await expect(restore('damaged', null)).rejects.toMatchObject({ code: 'back-up-damaged' });
  await rm(join(made.folder, 'manifest.json'));
  await expect(restore('half', null)).rejects.toMatchObject({ code: 'no-back-up' });
}, 120_000);

it('archives a segment once and whole, and never over another one of its name', async () => {
  const [data, root] = [join(top, 'data'), join(top, 'back-ups')];
  // What a crash in the middle of copying leaves: a part, which is no segment.
  const server = await start(data, root);
  const [next] = await query<{ name: string }>(server.url, 'select pg_walfile_name(pg_current_wal_lsn()) as name');
  const name = next?.name ?? '';
  const folder = await archiveFolder(root, data);
  await writeFile(join(folder, `${name}.part`), 'half', { mode: 0o666 });
  await query(server.url, 'create table things (n int)');
  await archived(server.url);
  const names = await readdir(folder);
  expect(names).toContain(`${name}.gz`);
  expect(names.filter((one) => one.endsWith('.part'))).toEqual([]);

  // Another server's segment lies there already: refused, said by the server's own view, and not written over.
  const [after] = await query<{ name: string }>(server.url, 'select pg_walfile_name(pg_current_wal_lsn()) as name');
  const foreign = join(folder, `${after?.name}.gz`);
  await writeFile(foreign, gzipSync('of another server'));
  await query(server.url, 'insert into things values (1); select pg_switch_wal()');
  for (let tries = 0; ; tries++) {
    const [state] = await query<{ name: string | null }>(
      server.url,
      'select last_failed_wal as name from pg_stat_archiver',
    );
    if (state?.name === after?.name) break;
    if (tries > 600) throw new Error('the server did not notice');
    await sleep(50);
  }
  expect(await readFile(foreign)).toEqual(gzipSync('of another server'));
}, 60_000);

it('takes away what is older than the days to keep, and never what a kept moment needs', async () => {
  const root = join(top, 'back-ups');
  const base = async (line: string, name: string, endedAt: string, firstWal: string): Promise<void> => {
    const folder = join(root, 'lines', line, 'base', name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ endedAt, firstWal, files: [], directories: [] }));
  };
  const segment = (n: number) => `0000000100000000${n.toString(16).toUpperCase().padStart(8, '0')}`;
  await base('a', '1', '2026-11-01T00:00:00.000Z', segment(2));
  await base('a', '2', '2026-11-10T00:00:00.000Z', segment(20));
  await base('b', '3', '2026-11-12T00:00:00.000Z', segment(3));
  await base('b', '4', '2026-11-20T00:00:00.000Z', segment(10));
  for (const [line, numbers] of [
    ['a', [2, 19, 20, 21]],
    ['b', [2, 3, 9, 10]],
  ] as const) {
    await mkdir(join(root, 'lines', line, 'wal'), { recursive: true });
    for (const n of numbers) await writeFile(join(root, 'lines', line, 'wal', `${segment(n)}.gz`), '');
  }
  // A back-up that died half made long ago, and one that is being made.
  for (const [name, day] of [
    ['old.part', '2026-11-19'],
    ['now.part', '2026-11-21'],
  ] as const) {
    const folder = join(root, 'lines', 'b', 'base', name);
    await mkdir(folder);
    await utimes(folder, new Date(day), new Date(day));
  }
  // Ten days before 21 November: the one of the 10th is needed for the 11th; the one of the 1st is not.
  expect(await expire(root, 10, new Date('2026-11-21T00:00:00Z'))).toEqual({ bases: 1, segments: 3 });
  expect((await listBackUps(root)).map((one) => one.name)).toEqual(['2', '3', '4']);
  expect(await readdir(join(root, 'lines', 'b', 'base'))).toEqual(['3', '4', 'now.part']);
  expect(await readdir(join(root, 'lines', 'a', 'wal'))).toEqual([`${segment(20)}.gz`, `${segment(21)}.gz`]);
  expect(await readdir(join(root, 'lines', 'b', 'wal'))).toEqual([3, 9, 10].map((n) => `${segment(n)}.gz`));
});
