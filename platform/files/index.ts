/**
 * Files: photos and documents that people hand in, content-addressed on disk. Promise: what a thing is follows from
 * its content, never from its name; images are encoded anew and videos packed anew, so that no location, comment or hidden script stays;
 * everything else is served as an inert download; a file is seen only by those whom the room of its subject lets see
 * it, and by nobody where no room says so; a row's content is on disk before the row is committed.
 */
import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Audit } from '../audit/index.ts';
import { type Db, inTransaction, type Tx } from '../database/index.ts';
import type { Principal } from '../rights/index.ts';
import { notFound, refuse } from '../words/index.ts';
import { createContentStore } from './content-store.ts';
import { examine, MOST_BYTES, safeName, tooLarge } from './examine.ts';
import type { FilesTables } from './tables.ts';
import { createUploads, type Uploads } from './uploads.ts';

export { IMAGE_SIDE, MOST_BYTES, MOST_PIXELS, THUMBNAIL_SIDE } from './examine.ts';
export { serveFiles } from './routes.ts';
export { sendFile } from './send.ts';
export { readUpload, type Upload } from './upload.ts';
export type { AboutUpload, Upload as ResumableUpload, Uploads } from './uploads.ts';
export { MOST_VIDEO_BYTES, MOST_VIDEO_SECONDS } from './video.ts';

export type StoredFile = {
  id: string;
  name: string;
  mediaType: string;
  bytes: number;
  width: number | null;
  height: number | null;
  /** whether there is a thumbnail, and the file may be shown in a page */
  isImage: boolean;
  /** short, packed anew; may be played in a page */
  isVideo: boolean;
  subject: string;
  areaCode: string | null;
  organisationId: string | null;
  uploadedBy: string;
  createdAt: Date;
};

/** Where a file belongs. The caller has checked that the principal may add to the subject. */
export type About = {
  name: string;
  subject: string;
  areaCode: string | null;
  organisationId: string | null;
  /** Takes a short video too; documents and images are always taken. */
  video?: boolean;
};

export type Opened = { file: StoredFile; etag: string; mediaType: string; content: FileHandle; bytes: number };

export type Files = {
  /** Examines, stores and records a file; in the caller's transaction where one is given. */
  take(principal: Principal, content: Buffer | Readable, about: About, tx?: Tx): Promise<StoredFile>;
  /** Says who may see the files of a kind of subject; the room that owns the kind calls it once at start. */
  registerSubject(kind: string, maySee: (principal: Principal, id: string) => Promise<boolean>): void;
  /** Files of a subject, oldest first; the caller has checked that the subject may be seen. */
  of(subject: string): Promise<StoredFile[]>;
  /** The file's row, or `notFound`. */
  get(principal: Principal, id: string): Promise<StoredFile>;
  /** The file opened for reading, or `notFound`; the caller closes the content. */
  open(principal: Principal, id: string, which?: 'whole' | 'thumbnail'): Promise<Opened>;
  /** Uploads in pieces, for lines that break. */
  uploads: Uploads;
  /** Removes contents that nothing names and uploads that were never finished, a day after; returns how many. */
  sweep(): Promise<number>;
};

export type FilesOptions = { db: Db; audit: Pick<Audit, 'record'>; now: () => Date; directory: string };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Decoding takes memory (4 bytes a pixel) and a core: so many at once, and so many waiting. */
const AT_ONCE = 2;
const WAITING = 20;

export function createFiles(options: FilesOptions): Files {
  const { db, audit, now } = options;
  const store = createContentStore(options.directory, now);
  const subjects = new Map<string, (principal: Principal, id: string) => Promise<boolean>>();
  const oneOfFew = createGate(AT_ONCE, WAITING);
  const rows = () => db.withTables<FilesTables>().selectFrom('files').selectAll();

  const find = async (principal: Principal, id: string): Promise<FilesTables['files']> => {
    const row = UUID.test(id) ? await rows().where('id', '=', id).executeTakeFirst() : undefined;
    const [kind = '', subject = ''] = split(row?.subject ?? '');
    if (!row || !(await subjects.get(kind)?.(principal, subject))) throw notFound({ vi: 'tệp này', en: 'file' });
    return row;
  };

  const files: Omit<Files, 'uploads'> = {
    async take(principal, content, about, tx) {
      const [kind] = split(about.subject);
      if (!subjects.has(kind)) throw new Error(`no room has said who may see files of '${about.subject}'`);
      const given = Buffer.isBuffer(content) ? content : await readAll(content);
      const examined = await oneOfFew(() => examine(given, { video: about.video ?? false }));
      const sha256 = await store.put(examined.bytes);
      const thumbnail = examined.thumbnail ? await store.put(examined.thumbnail) : null;
      const row = {
        id: randomUUID(),
        sha256,
        thumbnail_sha256: thumbnail,
        media_type: examined.mediaType,
        bytes: examined.bytes.byteLength,
        width: examined.width ?? null,
        height: examined.height ?? null,
        name: safeName(about.name, examined.extension),
        uploaded_by: principal.id,
        area_code: about.areaCode,
        organisation_id: about.organisationId,
        subject: about.subject,
        created_at: now(),
      };
      await inTransaction(tx ?? db, async (own) => {
        await own.withTables<FilesTables>().insertInto('files').values(row).execute();
        await audit.record(own, {
          principal,
          action: 'file.take',
          subject: `file:${row.id}`,
          areaCode: about.areaCode,
          organisationId: about.organisationId,
          detail: { of: about.subject, mediaType: row.media_type, bytes: row.bytes, sha256 },
        });
      });
      return asFile(row);
    },

    registerSubject(kind, maySee) {
      if (!/^[a-z][a-z-]*$/.test(kind) || subjects.has(kind)) {
        throw new Error(`the subject kind '${kind}' is registered already, or is not a name`);
      }
      subjects.set(kind, maySee);
    },

    of: async (subject) =>
      (await rows().where('subject', '=', subject).orderBy('created_at').orderBy('id').execute()).map(asFile),

    get: async (principal, id) => asFile(await find(principal, id)),

    async open(principal, id, which = 'whole') {
      const row = await find(principal, id);
      const sha256 = which === 'thumbnail' ? row.thumbnail_sha256 : row.sha256;
      if (sha256 === null) throw notFound({ vi: 'ảnh thu nhỏ của tệp này', en: 'thumbnail of this file' });
      const content = await store.open(sha256);
      if (!content) throw lost(row.name);
      const { size } = await content.stat();
      const mediaType = which === 'thumbnail' ? 'image/webp' : row.media_type;
      return { file: asFile(row), etag: `"${sha256}"`, mediaType, content, bytes: size };
    },

    async sweep() {
      const before = new Date(now().getTime() - 24 * 3600_000);
      await uploads.sweep(before);
      return store.sweep(before, async (hashes) => {
        const named = await db
          .withTables<FilesTables>()
          .selectFrom('files')
          .select(['sha256', 'thumbnail_sha256'])
          .where((eb) => eb.or([eb('sha256', 'in', hashes), eb('thumbnail_sha256', 'in', hashes)]))
          .execute();
        return new Set(named.flatMap((row) => [row.sha256, row.thumbnail_sha256 ?? '']));
      });
    },
  };
  const uploads = createUploads({ db, now, directory: options.directory, take: files.take });
  return { ...files, uploads };
}

function asFile(row: FilesTables['files']): StoredFile {
  return {
    id: row.id,
    name: row.name,
    mediaType: row.media_type,
    bytes: row.bytes,
    width: row.width,
    height: row.height,
    isImage: row.thumbnail_sha256 !== null,
    isVideo: row.media_type.startsWith('video/'),
    subject: row.subject,
    areaCode: row.area_code,
    organisationId: row.organisation_id,
    uploadedBy: row.uploaded_by,
    createdAt: row.created_at,
  };
}

/** 'task:12:3' -> ['task', '12:3'] */
function split(subject: string): [string, string] {
  const colon = subject.indexOf(':');
  return colon < 0 ? ['', subject] : [subject.slice(0, colon), subject.slice(colon + 1)];
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const part = Buffer.from(chunk);
    bytes += part.byteLength;
    if (bytes > MOST_BYTES) {
      stream.destroy();
      throw tooLarge();
    }
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}

/** Lets so many run at once and so many wait; refuses the rest with 503. */
function createGate(atOnce: number, waiting: number): <R>(work: () => Promise<R>) => Promise<R> {
  let running = 0;
  const line: (() => void)[] = [];
  return async (work) => {
    if (running >= atOnce) {
      if (line.length >= waiting) throw busy();
      // Whoever leaves hands its place on, so `running` stays the same.
      await new Promise<void>((resolve) => line.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = line.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

function busy() {
  return refuse(503, 'busy', {
    vi: 'Máy chủ đang xử lý nhiều ảnh. Hãy thử lại sau ít phút.',
    en: 'The server is busy with other images. Try again in a few minutes.',
  });
}

function lost(name: string) {
  return refuse(500, 'file-lost', {
    vi: `Nội dung của tệp “${name}” không còn trên máy chủ. Hãy báo quản trị viên khôi phục từ bản sao lưu.`,
    en: `The content of “${name}” is no longer on the server. Ask the administrator to restore it from the back-up.`,
  });
}
