/**
 * The SFTP door: stations put their files into the folder that the file door watches. A device signs in with its id and
 * key, sees its own stations' folders only and can do nothing but write there: no shell, no command, no port, no reading.
 * Promise: a file is acknowledged (its CLOSE, or the RENAME that gives it its name) when it lies whole and forced to the disk
 * where the file door takes it; it stays there until its rows are committed.
 */
import type { FileHandle } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import ssh2, { type AuthContext, type Connection, type SFTPWrapper } from 'ssh2';
import type { Db } from '../../database/index.ts';
import type { Devices } from '../devices.ts';
import type { FileDoor } from '../file-door.ts';
import type { IngestTables } from '../tables.ts';
import {
  cleaned,
  Denied,
  type Folder,
  handIn,
  handInOld,
  isUnfinished,
  list,
  look,
  makeFolder,
  openStaged,
  placeOf,
  renameStaged,
  stagedOf,
  waitingBytes,
} from './folders.ts';
import { hostKeys } from './host-keys.ts';

export type SftpDoor = { port: number; stop(): Promise<void> };

export type SftpOptions = {
  host: string;
  port: number;
  /** where the host keys are kept */
  directory: string;
  /** the watched inbox */
  inbox: string;
  db: Db;
  devices: Devices;
  doors: readonly FileDoor[];
  onError: (what: string, error: unknown) => void;
};

/** A station's file of five minutes has a few kB; one of a whole day, some hundred. */
const MOST_BYTES = 10_000_000;
const MOST_WAITING = 100_000_000;
const MOST_CONNECTIONS = 500;
const MOST_OPEN = 16;
const MOST_AHEAD = 4_000_000;
const IDLE_MS = 120_000;
const SIGN_IN_MS = 30_000;
const TRIES = 3;
const PAUSE_MS = 1_000;
const RESTED_MS = 3_600_000;
const SWEEP_MS = 600_000;

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;
const STATUS = { none: STATUS_CODE.NO_SUCH_FILE, denied: STATUS_CODE.PERMISSION_DENIED, failed: STATUS_CODE.FAILURE };
const FOLDER_MODE = 0o40700;

type Open = {
  file: FileHandle;
  staged: string;
  path: string;
  name: string;
  /** bytes sent without a gap: only these are written, so that what lies on the disk is always a beginning of the file */
  size: number;
  /** pieces after a gap, by their place: clients send several at once, in no order */
  ahead: Map<number, Buffer>;
  appends: boolean;
  /** what was asked for so far, one after another */
  work: Promise<void>;
  /** a write failed, or another connection began the file anew */
  lost: boolean;
};

/** The piece that can be written now. */
function nextOf(one: Open): { place: number; bytes: Buffer } | null {
  for (const [place, bytes] of one.ahead) if (place <= one.size) return { place, bytes };
  return null;
}

export async function startSftp(options: SftpOptions): Promise<SftpDoor> {
  const { inbox, db, devices, doors, onError } = options;
  const writing = new Map<string, Open>();
  const sockets = new Set<Socket>();

  const foldersOf = async (deviceId: string): Promise<Folder[]> => {
    // A blocked device has none, also over a connection that it opened before.
    const device = await devices.get(deviceId);
    if (!device || device.entities.size === 0) return [];
    const aliases = await db
      .withTables<IngestTables>()
      .selectFrom('door_aliases')
      .selectAll()
      .where('entity_id', 'in', [...device.entities])
      .orderBy('alias')
      .execute();
    const found = new Map<string, Folder>();
    for (const { door: id, alias } of aliases) {
      const door = doors.find((one) => one.id === id);
      if (!door) continue;
      const folder = door.folderOf ? door.folderOf(alias) : alias;
      const known = found.get(folder);
      if (known?.door === id) known.names.push(alias);
      else if (!known) found.set(folder, { door: id, folder, names: [alias] });
    }
    return [...found.values()];
  };

  const serve = (deviceId: string, sftp: SFTPWrapper): void => {
    const opened = new Map<number, Open>();
    const listings = new Map<number, { name: string; mode: number; size: number; mtime: number }[]>();
    let last = 0;
    const numbered = (n: number): Buffer => {
      const handle = Buffer.alloc(4);
      handle.writeUInt32BE(n);
      return handle;
    };
    const numberOf = (handle: Buffer): number => (handle.length === 4 ? handle.readUInt32BE() : 0);
    /** Answers OK, or by what went wrong. */
    const answer = (request: number, work: Promise<unknown>): void => {
      work.then(
        () => sftp.status(request, STATUS_CODE.OK),
        (error) => {
          if (!(error instanceof Denied)) onError(`sftp ${deviceId}`, error);
          sftp.status(request, error instanceof Denied ? STATUS[error.why] : STATUS.failed, String(error.message));
        },
      );
    };
    const refuse = (request: number): void => sftp.status(request, STATUS_CODE.PERMISSION_DENIED, 'writing files only');
    const attributes = async (request: number, given: string): Promise<void> => {
      const own = await foldersOf(deviceId);
      const path = cleaned(given);
      // Its folders are there before anything lies in them.
      if (path === '/' || own.some((one) => `/${one.folder}` === path)) {
        sftp.attrs(request, { mode: FOLDER_MODE, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 });
        return;
      }
      const { mode, size, mtimeMs } = await look(placeOf(inbox, own, given).path);
      const seconds = Math.floor(mtimeMs / 1000);
      sftp.attrs(request, { mode, uid: 0, gid: 0, size, atime: seconds, mtime: seconds });
    };
    /** Like `answer`, where the work itself has answered. */
    const told = (request: number, work: Promise<void>): void => {
      work.catch((error) => answer(request, Promise.reject(error)));
    };

    const openFile = async (request: number, given: string, flags: number): Promise<void> => {
      if (!(flags & OPEN_MODE.WRITE)) throw new Denied('denied', 'writing files only');
      if (opened.size >= MOST_OPEN) throw new Denied('failed', 'too many open files');
      const own = await foldersOf(deviceId);
      const place = placeOf(inbox, own, given);
      if (!place.own.names.some((name) => place.name.startsWith(name))) {
        throw new Denied('denied', `names of this folder begin with ${place.own.names.join(', ')}`);
      }
      if ((await waitingBytes(inbox, own)) > MOST_WAITING) throw new Denied('failed', 'too much waits to be taken');
      await makeFolder(inbox, place.directory);
      const staged = stagedOf(place);
      const fresh = (flags & OPEN_MODE.TRUNC) !== 0;
      const before = writing.get(staged);
      if (before) {
        // A connection that is cut is noticed late: who comes again has it.
        before.lost = true;
        await before.work;
        await before.file.close().catch((error: unknown) => onError('closing an unfinished file', error));
      }
      const file = await openStaged(staged, fresh);
      const { size } = await file.stat();
      const one: Open = {
        file,
        staged,
        path: place.path,
        name: place.name,
        size,
        ahead: new Map(),
        appends: (flags & OPEN_MODE.APPEND) !== 0,
        work: Promise.resolve(),
        lost: false,
      };
      writing.set(staged, one);
      opened.set(++last, one);
      sftp.handle(request, numbered(last));
    };

    const write = (request: number, handle: Buffer, offset: number, data: Buffer): void => {
      const one = opened.get(numberOf(handle));
      if (!one || one.lost) {
        answer(request, Promise.reject(new Denied('failed', 'the file was begun anew')));
        return;
      }
      const at = one.appends ? one.size : offset;
      if (at + data.length > MOST_BYTES) {
        one.lost = true;
        answer(request, Promise.reject(new Denied('failed', `a file has at most ${MOST_BYTES} bytes`)));
        return;
      }
      one.ahead.set(at, Buffer.from(data));
      if ([...one.ahead.values()].reduce((sum, piece) => sum + piece.length, 0) > MOST_AHEAD) one.lost = true;
      for (let next = nextOf(one); next; next = nextOf(one)) {
        const { place, bytes } = next;
        one.ahead.delete(place);
        one.size = Math.max(one.size, place + bytes.length);
        one.work = one.work.then(async () => {
          if (one.lost) return;
          const { bytesWritten } = await one.file.write(bytes, 0, bytes.length, place);
          // A full disk may take a part of it.
          if (bytesWritten !== bytes.length) one.lost = true;
        });
        one.work = one.work.catch((error) => {
          one.lost = true;
          onError(`sftp ${deviceId}`, error);
        });
      }
      const { work } = one;
      answer(
        request,
        work.then(() => {
          if (one.lost) throw new Denied('failed', 'not written');
        }),
      );
    };

    const close = async (handle: Buffer): Promise<void> => {
      const n = numberOf(handle);
      if (listings.delete(n)) return;
      const one = opened.get(n);
      if (!one) throw new Denied('failed', 'no such handle');
      opened.delete(n);
      await one.work;
      if (writing.get(one.staged) === one) writing.delete(one.staged);
      // No holes: what is handed in was sent.
      if (one.lost || one.ahead.size > 0) {
        await one.file.close().catch((error: unknown) => onError('closing an unfinished file', error));
        throw new Denied('failed', 'the file is not whole');
      }
      try {
        await one.file.sync();
      } finally {
        await one.file.close();
      }
      if (!isUnfinished(one.name)) await handIn(one.staged, one.path);
    };

    const rename = async (from: string, to: string): Promise<void> => {
      const own = await foldersOf(deviceId);
      const source = placeOf(inbox, own, from);
      const target = placeOf(inbox, own, to);
      if (!target.own.names.some((name) => target.name.startsWith(name))) throw new Denied('denied', 'another name');
      if (writing.has(stagedOf(source))) throw new Denied('failed', 'close the file first');
      // What was handed in is the door's: it is not taken back.
      await look(stagedOf(source));
      await makeFolder(inbox, target.directory);
      if (isUnfinished(target.name)) await renameStaged(stagedOf(source), stagedOf(target));
      else await handIn(stagedOf(source), target.path);
    };

    const readFolder = async (request: number, given: string): Promise<void> => {
      const own = await foldersOf(deviceId);
      const path = cleaned(given);
      const found =
        path === '/'
          ? own.map(({ folder }) => ({ name: folder, mode: FOLDER_MODE, size: 0, mtime: 0 }))
          : (await list(placeOf(inbox, own, given).path)).map(({ name, stats }) => ({
              name,
              mode: stats.mode,
              size: stats.size,
              mtime: Math.floor(stats.mtimeMs / 1000),
            }));
      listings.set(++last, found);
      sftp.handle(request, numbered(last));
    };

    sftp
      .on('OPEN', (request, given, flags) => told(request, openFile(request, given, flags)))
      .on('WRITE', write)
      .on('CLOSE', (request, handle) => answer(request, close(handle)))
      .on('RENAME', (request, from, to) => answer(request, rename(from, to)))
      .on('OPENDIR', (request, given) => told(request, readFolder(request, given)))
      .on('READDIR', (request, handle) => {
        const found = listings.get(numberOf(handle));
        if (!found || found.length === 0) return void sftp.status(request, STATUS_CODE.EOF);
        const entries = found.splice(0, 100).map(({ name, mode, size, mtime }) => ({
          filename: name,
          longname: `${mode === FOLDER_MODE || mode & 0o40000 ? 'd' : '-'}rw------- 1 - - ${size} ${name}`,
          attrs: { mode, uid: 0, gid: 0, size, atime: mtime, mtime },
        }));
        sftp.name(request, entries);
      })
      .on('REALPATH', (request, given) => {
        const filename = cleaned(given);
        const attrs = { mode: FOLDER_MODE, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };
        sftp.name(request, [{ filename, longname: filename, attrs }]);
      })
      .on('STAT', (request, given) => told(request, attributes(request, given)))
      .on('LSTAT', (request, given) => told(request, attributes(request, given)))
      .on('FSTAT', (request, handle) => {
        const one = opened.get(numberOf(handle));
        if (!one) return void sftp.status(request, STATUS_CODE.FAILURE);
        sftp.attrs(request, { mode: 0o100600, uid: 0, gid: 0, size: one.size, atime: 0, mtime: 0 });
      })
      .on('MKDIR', (request, given) =>
        answer(
          request,
          foldersOf(deviceId).then((own) => makeFolder(inbox, placeOf(inbox, own, given).path)),
        ),
      )
      // Times and modes that clients set after an upload mean nothing here, and are no reason to send again.
      .on('SETSTAT', (request) => void sftp.status(request, STATUS_CODE.OK))
      .on('FSETSTAT', (request) => void sftp.status(request, STATUS_CODE.OK))
      .on('READ', refuse)
      .on('REMOVE', refuse)
      .on('RMDIR', refuse)
      .on('READLINK', refuse)
      .on('SYMLINK', refuse)
      .on('EXTENDED', (request: number) => void sftp.status(request, STATUS_CODE.OP_UNSUPPORTED))
      .on('close', () => {
        // What was not closed stays unfinished: the device goes on with it or sends it again.
        for (const one of opened.values()) {
          one.work
            .then(() => one.file.close())
            .catch((error: unknown) => onError('closing an unfinished file', error))
            .finally(() => {
              if (writing.get(one.staged) === one) writing.delete(one.staged);
            });
        }
        opened.clear();
      });
  };

  const signIn = (client: Connection): void => {
    let deviceId: string | null = null;
    let tries = 0;
    const late = setTimeout(() => client.end(), SIGN_IN_MS);
    const judge = async (context: AuthContext): Promise<void> => {
      if (context.method !== 'password') return context.reject(['password']);
      const { username: id, password } = context;
      const secret = password.startsWith(`${id}.`) ? password.slice(id.length + 1) : password;
      const device = await devices.check(id, secret);
      if (device) {
        deviceId = id;
        return context.accept();
      }
      await sleep(PAUSE_MS);
      if (++tries >= TRIES) client.end();
      else context.reject(['password']);
    };
    client
      .on('authentication', (context) => {
        judge(context).catch((error) => {
          onError('sftp', error);
          context.reject();
        });
      })
      .on('ready', () => {
        clearTimeout(late);
        // Nothing else is listened to: what is not listened to (a shell, a command, a port) is refused.
        client.on('session', (accept) => {
          accept().on('sftp', (take) => {
            if (deviceId !== null) serve(deviceId, take());
          });
        });
      })
      .on('error', () => undefined)
      .on('close', () => clearTimeout(late));
  };

  const ssh = new ssh2.Server({ hostKeys: await hostKeys(options.directory), ident: 'dttm' }, signIn);
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    ssh.injectSocket(socket);
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, options.host, resolve);
  });

  const sweep = async (): Promise<void> => {
    const ids = doors.map((one) => one.id);
    await handInOld(inbox, ids, Date.now() - RESTED_MS, new Set(writing.keys()));
  };
  const timer = setInterval(() => sweep().catch((error) => onError('sftp', error)), SWEEP_MS);
  await sweep().catch((error) => onError('sftp', error));

  const address = server.address();
  return {
    port: address !== null && typeof address !== 'string' ? address.port : options.port,
    async stop() {
      clearInterval(timer);
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      await Promise.all([...writing.values()].map((one) => one.work));
    },
  };
}
