/**
 * Back-ups in an S3-compatible store (`BACKUP_DIRECTORY=s3://bucket/prefix`). The database server archives to a folder
 * beside its data, the outbox, as it would to any; what is whole there is sent and taken away. So the server's process
 * needs no key, and where the store is away nothing is lost and nothing waits but disk. In the store lies what would lie
 * in a folder: `<prefix>/<mode>/lines/<line>/{base,wal}`, `<prefix>/<mode>/{files,audit}`.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BackUp } from '../platform/database/index.ts';
import { refuse } from '../platform/words/index.ts';
import { chosen, type Found, type Kept, makeBase, superseded } from './back-ups.ts';
import type { Config } from './config.ts';

export type Bucket = {
  /** as it is told to people */
  place: string;
  list(prefix: string): Promise<{ key: string; bytes: number; at: Date }[]>;
  read(key: string): Promise<string>;
  put(key: string, file: string): Promise<void>;
  fetch(key: string, to: string): Promise<void>;
  remove(key: string): Promise<void>;
};

const SEGMENT = /^lines\/[^/]+\/wal\/[0-9A-F]{24}\.gz$/;
/** Segments, and the histories of timelines and back-ups beside them. */
const WAL = /^lines\/[^/]+\/wal\/[0-9A-F]{8}[^/]*\.gz$/;
const MANIFEST = /^lines\/([^/]+)\/base\/([^/]+)\/manifest\.json$/;
const DAY_MS = 86_400_000;

/** The store that an address like `s3://bucket/prefix` names, with the keys of the configuration. */
export async function openBucket(address: string, config: Config): Promise<Bucket> {
  const { host: bucket, pathname } = new URL(address);
  const { BACKUP_S3_ENDPOINT: endpoint, BACKUP_S3_KEY: key, BACKUP_S3_SECRET: secret } = config;
  if (!endpoint || !key || !secret) throw notConfigured();
  const prefix = [...pathname.split('/').filter(Boolean), config.mode].join('/');
  const place = `s3://${bucket}/${prefix}`;
  // 37 MB and half a second of a start, for those only who have such a store.
  const { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } = await import(
    '@aws-sdk/client-s3'
  );
  const client = new S3Client({
    endpoint,
    region: config.BACKUP_S3_REGION,
    credentials: { accessKeyId: key, secretAccessKey: secret },
    // Stores of one's own seldom have a name for each bucket.
    forcePathStyle: true,
    // Nor do all of them know the newer checksums; the manifest holds SHA-256 of each file.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const at = (name: string) => ({ Bucket: bucket, Key: `${prefix}/${name}` });
  /** What the store says is told in words; a key is in none of them. */
  const told = async <R>(work: Promise<R>): Promise<R> => {
    try {
      return await work;
    } catch (error) {
      throw storeFailed(place, codeOf(error));
    }
  };
  const bodyOf = async (name: string) => {
    const { Body } = await client.send(new GetObjectCommand(at(name)));
    if (!Body) throw Object.assign(new Error('no body'), { name: 'NoSuchKey' });
    return Body;
  };
  return {
    place,
    list: (below) =>
      told(
        (async () => {
          const found: { key: string; bytes: number; at: Date }[] = [];
          for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: at(below).Key })) {
            for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
              found.push({ key: Key.slice(prefix.length + 1), bytes: Size, at: LastModified });
            }
          }
          return found;
        })(),
      ),
    read: (name) => told(bodyOf(name).then((body) => body.transformToString())),
    async put(name, file) {
      const { size } = await stat(file);
      await told(client.send(new PutObjectCommand({ ...at(name), Body: createReadStream(file), ContentLength: size })));
    },
    async fetch(name, to) {
      await mkdir(dirname(to), { recursive: true, mode: 0o700 });
      const body = await told(bodyOf(name));
      await pipeline(body as Readable, createWriteStream(to, { mode: 0o600, flush: true }));
    },
    async remove(name) {
      await told(client.send(new DeleteObjectCommand(at(name))));
    },
  };
}

/** Sends the WAL that lies whole in the outbox and takes them away there. @returns how many */
export async function sendWal(bucket: Bucket, outbox: string): Promise<number> {
  let sent = 0;
  for (const path of (await filesBelow(outbox, 'lines')).filter((one) => WAL.test(one)).sort()) {
    await bucket.put(path, join(outbox, path));
    await rm(join(outbox, path));
    sent += 1;
  }
  return sent;
}

/** Makes a base back-up beside the outbox, sends it, its manifest last, and keeps only the manifest: it was sent. */
export async function sendBase(
  bucket: Bucket,
  given: { outbox: string; dataDirectory: string; url: string; signal?: AbortSignal },
): Promise<Kept> {
  const { outbox } = given;
  const making = join(outbox, 'making');
  await rm(making, { recursive: true, force: true });
  const made = await makeBase({ ...given, root: making });
  const paths = await filesBelow(making, '');
  for (const path of [...paths.filter((one) => !MANIFEST.test(one)), ...paths.filter((one) => MANIFEST.test(one))]) {
    given.signal?.throwIfAborted();
    await bucket.put(path, join(making, path));
  }
  const manifest = `lines/${made.line}/base/${made.name}/manifest.json`;
  await mkdir(dirname(join(outbox, manifest)), { recursive: true });
  await rename(join(making, manifest), join(outbox, manifest));
  await rm(making, { recursive: true });
  return { ...made, folder: `${bucket.place}/lines/${made.line}/base/${made.name}` };
}

/** Sends what is new in `files/` and `audit/`; takes nothing away. @returns how many */
export async function sendFiles(bucket: Bucket, dataDirectory: string): Promise<number> {
  let sent = 0;
  for (const folder of ['files', 'audit']) {
    const there = new Map((await bucket.list(`${folder}/`)).map((one) => [one.key, one]));
    for (const path of await filesBelow(dataDirectory, folder)) {
      const was = there.get(path);
      const is = await stat(join(dataDirectory, path));
      if (path.endsWith('.part') || (was && was.bytes === is.size && was.at.getTime() + 1000 > is.mtimeMs)) continue;
      await bucket.put(path, join(dataDirectory, path));
      sent += 1;
    }
  }
  return sent;
}

/** Every base back-up in the store, oldest first. */
export async function listInBucket(bucket: Bucket): Promise<Found[]> {
  const found: Found[] = [];
  for (const { key } of await bucket.list('lines/')) {
    const [, line, name] = MANIFEST.exec(key) ?? [];
    if (!line || !name) continue;
    found.push({ line, name, manifest: JSON.parse(await bucket.read(key)) as BackUp });
  }
  return found.sort((a, b) => (a.manifest.endedAt < b.manifest.endedAt ? -1 : 1));
}

/** As `expire` does in a folder: what is not needed for any moment of the last `keepDays` days, and what is half sent. */
export async function expireInBucket(
  bucket: Bucket,
  keepDays: number,
  now: Date,
): Promise<{ bases: number; segments: number }> {
  const all = await listInBucket(bucket);
  const { gone, firstWal } = superseded(all, keepDays, now);
  const folderOf = (one: { line: string; name: string }): string => `lines/${one.line}/base/${one.name}/`;
  const whole = new Set(all.map(folderOf));
  const dropped = new Set(gone.map(folderOf));
  let segments = 0;
  for (const { key, at } of await bucket.list('lines/')) {
    const [, line = '', kind, name = ''] = key.split('/');
    const base = `lines/${line}/base/${name}/`;
    const half = kind === 'base' && !whole.has(base) && now.getTime() - at.getTime() > DAY_MS;
    const first = firstWal.get(line);
    const oldWal = SEGMENT.test(key) && firstWal.has(line) && (first === undefined || name < `${first}.gz`);
    if (!(kind === 'base' && dropped.has(base)) && !half && !oldWal) continue;
    await bucket.remove(key);
    if (oldWal) segments += 1;
  }
  return { bases: gone.length, segments };
}

/** Brings what a restore to a moment needs into a folder, laid out as a folder of back-ups is. */
export async function bringFromBucket(bucket: Bucket, at: Date | null, to: string): Promise<void> {
  const all = await listInBucket(bucket);
  const from = chosen(all, at, bucket.place);
  const base = `lines/${from.line}/base/${from.name}/`;
  const keys = [
    ...(await bucket.list(`lines/${from.line}/`)),
    ...(await bucket.list('files/')),
    ...(await bucket.list('audit/')),
  ];
  for (const { key } of keys) {
    const oldWal = SEGMENT.test(key) && (key.split('/').at(-1) ?? '') < `${from.manifest.firstWal}.gz`;
    if (oldWal || (key.includes('/base/') && !key.startsWith(base))) continue;
    await bucket.fetch(key, join(to, key));
  }
}

async function filesBelow(root: string, below: string): Promise<string[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const found: string[] = [];
  for (const entry of entries) {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (entry.isDirectory()) found.push(...(await filesBelow(root, path)));
    else if (entry.isFile()) found.push(path);
  }
  return found;
}

/** The store's own code, or that of the network; never the message, which may hold what was signed. */
function codeOf(error: unknown): string {
  const { code, name } = error as { code?: string; name?: string };
  return code ?? name ?? 'no-answer';
}

const reasons: Record<string, { vi: string; en: string }> = {
  NoSuchBucket: { vi: 'kho (bucket) không tồn tại', en: 'there is no such bucket' },
  InvalidAccessKeyId: { vi: 'khóa truy cập không đúng', en: 'the access key is not known' },
  SignatureDoesNotMatch: { vi: 'khóa bí mật không đúng', en: 'the secret is wrong' },
  AccessDenied: { vi: 'khóa này không được phép', en: 'the key may not do this' },
};

function storeFailed(place: string, code: string) {
  const why = reasons[code] ?? { vi: 'không liên lạc được hoặc kho báo lỗi', en: 'it did not answer, or failed' };
  return refuse(502, 'back-up-store', {
    vi: `Kho sao lưu ${place}: ${why.vi} (${code}). Kiểm tra BACKUP_S3_ENDPOINT, BACKUP_S3_KEY, BACKUP_S3_SECRET; việc gửi sẽ được thử lại.`,
    en: `The back-up store ${place}: ${why.en} (${code}). Check BACKUP_S3_ENDPOINT, BACKUP_S3_KEY and BACKUP_S3_SECRET; sending is tried again.`,
  });
}

function notConfigured() {
  return refuse(422, 'back-up-store-keys', {
    vi: 'Sao lưu vào s3:// cần BACKUP_S3_ENDPOINT, BACKUP_S3_KEY và BACKUP_S3_SECRET.',
    en: 'Back-ups to s3:// need BACKUP_S3_ENDPOINT, BACKUP_S3_KEY and BACKUP_S3_SECRET.',
  });
}
