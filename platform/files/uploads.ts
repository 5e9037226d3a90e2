import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type Db, inTransaction, type Tx } from '../database/index.ts';
import type { Principal } from '../rights/index.ts';
import { notFound, refuse } from '../words/index.ts';
import { MOST_BYTES, tooLarge } from './examine.ts';
import type { About, StoredFile } from './index.ts';
import type { FilesTables } from './tables.ts';
import { MOST_VIDEO_BYTES, videoTooLarge } from './video.ts';

export type Upload = {
  id: string;
  offset: number;
  bytes: number;
  fileId: string | null;
  /** of the finished file, by its content */
  mediaType: string | null;
};

/**
 * Uploads in pieces, over lines that break: begun with the length, continued at the offset that is there, after any
 * death of either side. Whoever has the id (random) may go on with it. Whole, a content is examined like any other.
 */
export type Uploads = {
  /** @param given a video may be larger than all else; whether it is one is seen when it is whole */
  begin(given: { name: string; bytes: number; video?: boolean }): Promise<Upload>;
  get(id: string, tx?: Tx): Promise<Upload>;
  /** Adds what comes at the offset; refuses with 409 another offset than the one that is there. */
  append(principal: Principal, id: string, offset: number, content: Readable, about: AboutUpload): Promise<Upload>;
  /** Removes what was begun before and never finished or taken; returns how many. */
  sweep(before: Date): Promise<number>;
  /** Removes what was finished before and, in the month since, used by nobody: `used` answers which files are. */
  sweepUnused(before: Date, used: (fileIds: readonly string[]) => Promise<ReadonlySet<string>>): Promise<number>;
};

/** Where the finished file belongs; the subject gets the upload's id. */
export type AboutUpload = Omit<About, 'name' | 'subject'> & { kind: string };

type Row = FilesTables['file_uploads'] & { media_type: string | null };
type Take = (principal: Principal, content: Buffer, about: About) => Promise<StoredFile>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Unfinished uploads together; a stranger must not fill the disk. */
const MOST_WAITING = 2_000;
const MONTH_MS = 30 * 24 * 3600_000;

export function createUploads(options: { db: Db; now: () => Date; directory: string; take: Take }): Uploads {
  const { db, now, take } = options;
  const folder = join(options.directory, 'uploads');
  const pathOf = (id: string): string => join(folder, id);
  const tables = () => db.withTables<FilesTables>();
  /** Uploads that a request is writing now: a second one would mix its bytes in. */
  const writing = new Set<string>();

  const row = async (id: string, from: Db | Tx = db): Promise<Row> => {
    const found = UUID.test(id)
      ? await from
          .withTables<FilesTables>()
          .selectFrom('file_uploads')
          .leftJoin('files', 'files.id', 'file_uploads.file_id')
          .selectAll('file_uploads')
          .select('files.media_type')
          .where('file_uploads.id', '=', id)
          .executeTakeFirst()
      : undefined;
    if (!found) throw notFound({ vi: 'lần tải lên này', en: 'upload' });
    return found;
  };
  const offsetOf = async ({ id, bytes, file_id }: Row): Promise<number> => {
    if (file_id !== null) return bytes;
    return stat(pathOf(id)).then(
      ({ size }) => size,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return 0;
        throw error;
      },
    );
  };
  const view = async (one: Row): Promise<Upload> => ({
    id: one.id,
    offset: await offsetOf(one),
    bytes: one.bytes,
    fileId: one.file_id,
    mediaType: one.media_type,
  });
  const drop = async (id: string): Promise<void> => {
    await tables().deleteFrom('file_uploads').where('id', '=', id).execute();
    await rm(pathOf(id), { force: true });
  };

  return {
    async begin({ name, bytes, video = false }) {
      if (video && bytes > MOST_VIDEO_BYTES) throw videoTooLarge();
      if (!video && bytes > MOST_BYTES) throw tooLarge();
      const waiting = await tables()
        .selectFrom('file_uploads')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .where('file_id', 'is', null)
        .executeTakeFirstOrThrow();
      if (waiting.n >= MOST_WAITING) throw busy();
      const one = { id: randomUUID(), name, bytes, created_at: now(), file_id: null };
      await tables().insertInto('file_uploads').values(one).execute();
      return view({ ...one, media_type: null });
    },

    get: async (id, tx) => view(await row(id, tx)),

    async append(principal, id, offset, content, { kind, ...place }) {
      const one = await row(id);
      if (one.file_id !== null) return view(one);
      if (writing.has(id)) throw anotherWrites();
      writing.add(id);
      try {
        const there = await offsetOf(one);
        if (offset !== there) throw wrongOffset(there);
        await write(pathOf(id), content, one.bytes - there);
        const now = await view(one);
        if (now.offset < one.bytes) return now;
        try {
          const about = { name: one.name, subject: `${kind}:${id}`, ...place };
          const file = await take(principal, await readFile(pathOf(id)), about);
          await tables().updateTable('file_uploads').set({ file_id: file.id }).where('id', '=', id).execute();
          await rm(pathOf(id), { force: true });
          return { ...now, fileId: file.id, mediaType: file.mediaType };
        } catch (error) {
          // What its content shows to be no photo stays none; what failed for want of room can be tried again.
          if ((error as { status?: number }).status !== 503) await drop(id);
          throw error;
        }
      } finally {
        writing.delete(id);
      }
    },

    async sweep(before) {
      const old = await tables()
        .selectFrom('file_uploads')
        .select('id')
        .where('created_at', '<', before)
        .where('file_id', 'is', null)
        .execute();
      for (const { id } of old) if (!writing.has(id)) await drop(id);
      for (const name of await readdir(folder).catch(() => [])) {
        if (!UUID.test(name)) continue;
        const known = await tables().selectFrom('file_uploads').select('id').where('id', '=', name).executeTakeFirst();
        if (!known) await rm(pathOf(name), { force: true });
      }
      return old.length;
    },

    async sweepUnused(before, used) {
      const finished = await tables()
        .selectFrom('file_uploads')
        .select(['id', 'file_id'])
        .where('created_at', '<', before)
        .where('created_at', '>=', new Date(before.getTime() - MONTH_MS))
        .where('file_id', 'is not', null)
        .execute();
      const ids = finished.flatMap((one) => one.file_id ?? []);
      if (ids.length === 0) return 0;
      const wanted = await used(ids);
      const unused = finished.filter((one) => one.file_id !== null && !wanted.has(one.file_id));
      for (const { id, file_id } of unused) {
        await inTransaction(db, async (tx) => {
          const own = tx.withTables<FilesTables>();
          await own.deleteFrom('file_uploads').where('id', '=', id).execute();
          await own.deleteFrom('files').where('id', '=', file_id).execute();
        });
      }
      return unused.length;
    },
  };

  /** Appends at most `room` bytes and forces them to disk; what came before the line broke stays. */
  async function write(path: string, content: Readable, room: number): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file: FileHandle = await open(path, 'a', 0o600);
    let left = room;
    try {
      for await (const chunk of content) {
        const part = Buffer.from(chunk);
        if (part.byteLength > left) throw tooMuch();
        await file.writeFile(part);
        left -= part.byteLength;
      }
    } finally {
      await file.sync();
      await file.close();
    }
  }
}

function wrongOffset(there: number) {
  return refuse(409, 'wrong-offset', {
    vi: `Máy chủ đã nhận ${there} byte. Hãy gửi tiếp từ vị trí đó.`,
    en: `The server has ${there} bytes. Go on from there.`,
  });
}

function anotherWrites() {
  return refuse(409, 'upload-busy', {
    vi: 'Một kết nối khác đang gửi tệp này. Hãy hỏi lại vị trí rồi gửi tiếp.',
    en: 'Another connection is sending this file. Ask for the offset again, then go on.',
  });
}

function tooMuch() {
  return refuse(413, 'more-than-promised', {
    vi: 'Dữ liệu nhiều hơn độ dài đã báo khi bắt đầu. Hãy bắt đầu lại.',
    en: 'More data than the length promised at the beginning. Begin again.',
  });
}

function busy() {
  return refuse(503, 'busy', {
    vi: 'Máy chủ đang nhận nhiều tệp. Hãy thử lại sau ít phút.',
    en: 'The server is taking many files. Try again in a few minutes.',
  });
}
