import { mkdir, mkdtemp, readdir, rm, stat, symlink, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type SFTPWrapper } from 'ssh2';
import Type from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../../audit/index.ts';
import { createContext, type EntityType } from '../../context/index.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import { createLog, type Log } from '../../events/index.ts';
import { systemPrincipal } from '../../rights/index.ts';
import { createIngest, type FileDoor, type Ingest } from '../index.ts';
import type { SftpDoor } from './sftp.ts';

const now = () => new Date('2026-11-23T03:00:00Z');
const admin = systemPrincipal('test', ['entity:write', 'device:manage', 'ingest:manage']);
const Station: EntityType = {
  title: { vi: 'Trạm', en: 'Station' },
  schema: Type.Object({}),
  observes: {
    pm25: { title: { vi: 'PM2.5', en: 'PM2.5' }, unit: 'µg/m³', everySeconds: 60, range: [0, 1000], rollUp: 'mean' },
  },
  columns: [],
  visible: 'unit',
  marker: 'circle',
};

/** Lines `minute;value`; files are named `<station>_<anything>.txt`, and lie in the folder `F<station>`. */
const door: FileDoor = {
  id: 'lines',
  by: 'file',
  sample: { name: 'S1_1.txt', text: '1;10\n' },
  folderOf: (station) => `F${station}`,
  parse(bytes, name) {
    const text = new TextDecoder().decode(bytes);
    const station = name.split('_')[0] ?? '';
    const good = text.split('\n').flatMap((line, index) => {
      const [minute = Number.NaN, value = Number.NaN] = line.split(';').map(Number);
      if (!line || Number.isNaN(value)) return [];
      const at = new Date(Date.UTC(2026, 10, 23, 1, minute));
      return [{ property: 'pm25', at, value, quality: 0 as const, line: index + 1 }];
    });
    return { station, folder: `F${station}`, good, bad: [], unfinished: !text.endsWith('\n') };
  },
};

const { STATUS_CODE } = ssh2.utils.sftp;
const DAY = '/FS1/2026/11/23';

describe('the SFTP door', () => {
  let database: TestDatabase;
  let log: Log;
  let ingest: Ingest;
  let directory: string;
  let sftp: SftpDoor;
  let key: string;
  const clients: ssh2.Client[] = [];
  const errors: unknown[] = [];

  beforeEach(async () => {
    errors.length = 0;
    database = await testDatabase();
    const { db, pool } = database;
    log = createLog({ db, pool, now, onError: (_name, error) => errors.push(error) });
    const audit = createAudit({ db, now });
    const systems = [{ name: 'test', entities: { Station } }];
    const context = createContext({ db, log, audit, now, systems, areaOf: () => '13192' });
    ingest = createIngest({
      db,
      log,
      context,
      audit,
      now,
      doors: [door],
      onError: (_what, error) => errors.push(error),
    });
    log.start();
    await db.transaction().execute(async (tx) => {
      for (const id of ['s1', 's2']) {
        const location = { lon: 106.3, lat: 20.4 };
        await context.save(tx, admin, {
          id,
          type: 'Station',
          name: id,
          organisationId: 'so-nnmt',
          provenance: 'measured',
          location,
        });
      }
      await ingest.alias(tx, 'lines', 'S1', 's1');
      await ingest.alias(tx, 'lines', 'S2', 's2');
    });
    ({ key } = await ingest.registerDevice(admin, 'logger-1', 'Bộ ghi 1', ['s1']));
    directory = await mkdtemp(join(tmpdir(), 'sftp-'));
    sftp = await ingest.sftp('127.0.0.1', 0, directory, directory);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await sftp.stop();
    await log.stop();
    await database.close();
    await rm(directory, { recursive: true });
  });

  const connect = (username = 'logger-1', password = key): Promise<ssh2.Client> =>
    new Promise((resolve, reject) => {
      const client = new ssh2.Client();
      clients.push(client);
      client.on('ready', () => resolve(client)).on('error', reject);
      client.connect({ host: '127.0.0.1', port: sftp.port, username, password, readyTimeout: 20_000 });
    });
  const open = async (client?: ssh2.Client): Promise<SFTPWrapper> => {
    const connection = client ?? (await connect());
    return new Promise((resolve, reject) => connection.sftp((error, made) => (error ? reject(error) : resolve(made))));
  };
  /** The protocol's code of an act: 0 where it was done. */
  const code = (act: (done: (error?: Error | null) => void) => void): Promise<number> =>
    new Promise((resolve) => act((error) => resolve(error ? ((error as Error & { code: number }).code ?? -1) : 0)));
  const mkdirs = async (session: SFTPWrapper): Promise<void> => {
    for (const path of ['/FS1', '/FS1/2026', '/FS1/2026/11', DAY]) await code((done) => session.mkdir(path, done));
  };
  const put = (session: SFTPWrapper, path: string, text: string) => code((done) => session.writeFile(path, text, done));
  const handleOf = (session: SFTPWrapper, path: string, flags: 'w' | 'r+'): Promise<Buffer> =>
    new Promise((resolve, reject) =>
      session.open(path, flags, (error, handle) => (error ? reject(error) : resolve(handle))),
    );
  const write = (session: SFTPWrapper, handle: Buffer, text: string, at: number) =>
    code((done) => session.write(handle, Buffer.from(text), 0, text.length, at, done));
  const inbox = () => readdir(join(directory, 'inbox'), { recursive: true });
  const values = async () => {
    const rows = await database.pool.query('select value from observations order by observed_at');
    return rows.rows.map((one) => one.value);
  };

  it('lets a device in by its key only, and keeps the key by which it is known', async () => {
    await expect(connect('logger-1', 'wrong')).rejects.toThrow('authentication');
    await expect(connect('nobody', key)).rejects.toThrow('authentication');
    await expect(connect('logger-1', '')).rejects.toThrow('authentication');
    await connect();
    await connect('logger-1', key.slice('logger-1.'.length));
    const file = join(directory, 'sftp-host-ed25519.key');
    const before = await stat(file);
    expect(before.mode & 0o777).toBe(0o600);
    await sftp.stop();
    sftp = await ingest.sftp('127.0.0.1', 0, directory, directory);
    expect((await stat(file)).mtimeMs).toBe(before.mtimeMs);
    await ingest.devices.setActive(admin, 'logger-1', false);
    await expect(connect()).rejects.toThrow('authentication');
    expect(errors).toEqual([]);
  });

  it('takes a file, under its name or renamed to it, and it becomes observations though nothing took it for a while', async () => {
    const session = await open();
    await mkdirs(session);
    expect(await put(session, `${DAY}/S1_a.txt`, '1;10\n')).toBe(0);
    expect(await put(session, `${DAY}/S1_b.txt.tmp`, '2;20\n')).toBe(0);
    const seen = () =>
      new Promise<string[]>((resolve, reject) =>
        session.readdir(DAY, (error, found) =>
          error ? reject(error) : resolve(found.map((one) => one.filename).toSorted()),
        ),
      );
    expect(await seen()).toEqual(['S1_a.txt', 'S1_b.txt.tmp']);
    expect((await inbox()).filter((path) => path.endsWith('.txt'))).toEqual([`lines${DAY}/S1_a.txt`]);
    expect(await code((done) => session.rename(`${DAY}/S1_b.txt.tmp`, `${DAY}/S1_b.txt`, done))).toBe(0);
    // The server is gone between the upload and the taking; the next start finds what it had acknowledged.
    await sftp.stop();
    sftp = await ingest.sftp('127.0.0.1', 0, directory, directory);
    expect(await values()).toEqual([]);
    const watcher = await ingest.watch(directory, 50);
    await expect.poll(values, { timeout: 20_000 }).toEqual([10, 20]);
    await watcher.idle();
    await watcher.stop();
    expect(
      (await readdir(join(directory, 'archive'), { recursive: true })).filter((path) => path.endsWith('.txt')),
    ).toHaveLength(2);
    expect(errors).toEqual([]);
  });

  it('shows a device its own folders only: no other station’s, nothing above, no other names, no links', async () => {
    const session = await open();
    const names = await new Promise<string[]>((resolve, reject) =>
      session.readdir('/', (error, found) => (error ? reject(error) : resolve(found.map((one) => one.filename)))),
    );
    expect(names).toEqual(['FS1']);
    await mkdirs(session);
    const { NO_SUCH_FILE, PERMISSION_DENIED } = STATUS_CODE;
    for (const [path, expected] of [
      ['/FS2/S2_a.txt', NO_SUCH_FILE],
      ['/FS1/../FS2/S2_a.txt', NO_SUCH_FILE],
      ['../../../../etc/cron.d/x', NO_SUCH_FILE],
      ['/FS1/..\\..\\S1_a.txt', NO_SUCH_FILE],
      ['/S1_a.txt', NO_SUCH_FILE],
      ['/FS1/1/2/3/4/5/S1_a.txt', NO_SUCH_FILE],
      ['/FS1/S2_a.txt', PERMISSION_DENIED],
      ['/FS1/.S1_a.txt', PERMISSION_DENIED],
      ['/FS1/S1_\u0000.txt', PERMISSION_DENIED],
    ] as const) {
      expect([path, await put(session, path, '1;1\n')]).toEqual([path, expected]);
    }
    expect(await code((done) => session.symlink('/etc/passwd', '/FS1/S1_l.txt', done))).toBe(PERMISSION_DENIED);
    expect(await code((done) => session.mkdir('/FS2', done))).toBe(NO_SUCH_FILE);
    // A link that lies there by another's hand leads nowhere.
    await mkdir(join(directory, 'outside'));
    await symlink(join(directory, 'outside'), join(directory, 'inbox/lines/FS1/away'));
    expect(await put(session, '/FS1/away/S1_a.txt', '1;1\n')).toBe(PERMISSION_DENIED);
    await symlink(join(directory, 'outside/x'), join(directory, 'inbox/lines/FS1/.S1_x.txt.part'));
    expect(await put(session, '/FS1/S1_x.txt', '1;1\n')).toBe(0);
    expect(await readdir(join(directory, 'outside'))).toEqual([]);
  });

  it('can do nothing but write: no command, no shell, no port, no reading, no removing of what was handed in', async () => {
    const client = await connect();
    const tried = (act: (done: (error: Error | undefined) => void) => unknown) =>
      new Promise((resolve) => act((error) => resolve(error ? 'refused' : 'done')));
    expect(await tried((done) => client.exec('id', done))).toBe('refused');
    expect(await tried((done) => client.shell(done))).toBe('refused');
    expect(await tried((done) => client.subsys('netconf', done))).toBe('refused');
    expect(await tried((done) => client.forwardOut('127.0.0.1', 1, '127.0.0.1', 5432, done))).toBe('refused');
    expect(await tried((done) => client.forwardIn('127.0.0.1', 0, done))).toBe('refused');
    const session = await open(client);
    await mkdirs(session);
    expect(await put(session, `${DAY}/S1_a.txt`, '1;10\n')).toBe(0);
    const { PERMISSION_DENIED, NO_SUCH_FILE } = STATUS_CODE;
    expect(await code((done) => session.readFile(`${DAY}/S1_a.txt`, done))).toBe(PERMISSION_DENIED);
    expect(await code((done) => session.unlink(`${DAY}/S1_a.txt`, done))).toBe(PERMISSION_DENIED);
    expect(await code((done) => session.rename(`${DAY}/S1_a.txt`, `${DAY}/S1_c.txt`, done))).toBe(NO_SUCH_FILE);
    expect(await code((done) => session.rmdir(DAY, done))).toBe(PERMISSION_DENIED);
    // Over a connection that was open before, a blocked device has no folder any more.
    await ingest.devices.setActive(admin, 'logger-1', false);
    expect(await put(session, `${DAY}/S1_b.txt`, '1;10\n')).toBe(NO_SUCH_FILE);
  });

  it('hides a half-written file from the door, goes on with it after a cut, and lets it be sent again', async () => {
    const watcher = await ingest.watch(directory, 50);
    const first = await connect();
    const session = await open(first);
    await mkdirs(session);
    const path = `${DAY}/S1_a.txt`;
    const handle = await handleOf(session, path, 'w');
    expect(await write(session, handle, '1;10\n2;2', 0)).toBe(0);
    first.destroy();
    const again = await open();
    // What lies there is told, so that a logger can go on from it.
    const size = await new Promise((resolve, reject) =>
      again.stat(path, (error, stats) => (error ? reject(error) : resolve(stats.size))),
    );
    expect(size).toBe(8);
    const second = await handleOf(again, path, 'r+');
    // With a gap before them these bytes are no file.
    expect(await write(again, second, '9;9', 100)).toBe(0);
    expect(await code((done) => again.close(second, done))).toBe(STATUS_CODE.FAILURE);
    expect(await values()).toEqual([]);
    const third = await handleOf(again, path, 'r+');
    expect(await write(again, third, '0\n', 8)).toBe(0);
    // Sent anew by another connection while this one is still thought to be writing: the older one is told so.
    const other = await open();
    const fourth = await handleOf(other, path, 'w');
    expect(await write(again, third, '3;3\n', 10)).toBe(STATUS_CODE.FAILURE);
    expect(await write(other, fourth, '1;10\n2;20\n', 0)).toBe(0);
    expect(await code((done) => other.close(fourth, done))).toBe(0);
    expect(await code((done) => again.close(third, done))).toBe(STATUS_CODE.FAILURE);
    await expect.poll(values, { timeout: 20_000 }).toEqual([10, 20]);
    await watcher.idle();
    await watcher.stop();
    expect((await ingest.quarantined(admin, 10, 0)).total).toBe(0);
    expect(errors).toEqual([]);
  });

  it('refuses a file that is too long, and hands in what was left unfinished for an hour', async () => {
    const session = await open();
    await mkdirs(session);
    const path = `${DAY}/S1_long.txt`;
    const handle = await handleOf(session, path, 'w');
    const piece = '1;1\n'.repeat(7_500);
    // 333 pieces of 30,000 bytes are 9,990,000; the next would end beyond 10,000,000. Several at once, in no order.
    const told = await Promise.all(
      Array.from({ length: 333 }, (_, n) => write(session, handle, piece, n * piece.length)),
    );
    expect(told.filter((one) => one !== 0)).toEqual([]);
    expect(await write(session, handle, piece, 333 * piece.length)).toBe(STATUS_CODE.FAILURE);
    expect(await code((done) => session.close(handle, done))).toBe(STATUS_CODE.FAILURE);
    await rm(join(directory, 'inbox/lines', DAY, '.S1_long.txt.part'));
    expect(await put(session, `${DAY}/S1_left.txt.tmp`, '5;50\n')).toBe(0);
    const old = new Date(Date.now() - 2 * 3_600_000);
    await utimes(join(directory, 'inbox/lines', DAY, '.S1_left.txt.tmp.part'), old, old);
    await sftp.stop();
    sftp = await ingest.sftp('127.0.0.1', 0, directory, directory);
    expect((await inbox()).filter((one) => one.includes('S1_'))).toEqual([`lines${DAY}/S1_left.txt`]);
  });
});
