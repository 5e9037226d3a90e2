import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import Type from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../audit/index.ts';
import { inTransaction } from '../database/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createHttp, endpoints, type Http } from '../http/index.ts';
import type { Principal } from '../rights/index.ts';
import { createFiles, type Files, readUpload, serveFiles } from './index.ts';

const person = (id: string): Principal => ({ kind: 'user', id, name: id, organisationId: null, grants: [] });
const officer = person('officer');
const neighbour = person('neighbour');

const uploadApi = endpoints({
  'POST /api/test-upload': {
    access: 'signed-in',
    summary: { vi: 'Thử', en: 'Test' },
    takes: 'multipart',
    answer: Type.Object({
      name: Type.String(),
      bytes: Type.Integer(),
      fields: Type.Record(Type.String(), Type.String()),
    }),
  },
});

describe('files', () => {
  let database: TestDatabase;
  let directory: string;
  let files: Files;
  let http: Http;
  let clock: number;
  let photo: Buffer;
  const about = { name: 'Ống khói.jpg', subject: 'task:7', areaCode: '12433', organisationId: null };
  const make = (): Files => {
    const made = createFiles({
      db: database.db,
      audit: createAudit({ db: database.db, now: () => new Date(clock) }),
      now: () => new Date(clock),
      directory,
    });
    made.registerSubject('task', async (principal, id) => principal.id === 'officer' && id === '7');
    return made;
  };

  beforeEach(async () => {
    database = await testDatabase();
    directory = await mkdtemp(join(tmpdir(), 'files-'));
    clock = Date.UTC(2026, 10, 23, 1, 0);
    photo = await sharp({ create: { width: 900, height: 600, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer();
    files = make();
    http = await createHttp({
      logger: false,
      version: '0',
      authenticators: [async (request) => (request.headers['x-who'] ? person(String(request.headers['x-who'])) : null)],
    });
    serveFiles(http, database.db, files, createAudit({ db: database.db, now: () => new Date(clock) }));
    http.serve('test', uploadApi, {
      'POST /api/test-upload': async ({ request }) => {
        const { bytes, name, fields } = await readUpload(request);
        return { name, fields, bytes: bytes.byteLength };
      },
    });
  });
  afterEach(async () => {
    await http.app.close();
    await database.close();
    await rm(directory, { recursive: true, force: true });
  });

  const get = (url: string, who?: string, headers: Record<string, string> = {}) =>
    http.app.inject({ url, headers: { ...(who ? { 'x-who': who } : {}), ...headers } });
  const onDisk = async (): Promise<string[]> =>
    (await readdir(directory, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath.slice(directory.length + 1), entry.name))
      .sort();
  const rows = async () => (await database.pool.query('select * from files')).rows;

  it('keeps what it takes, and gives back exactly that', async () => {
    const file = await files.take(officer, photo, about);
    expect(file).toMatchObject({
      name: 'Ống khói.jpg',
      mediaType: 'image/jpeg',
      width: 900,
      height: 600,
      isImage: true,
    });
    const [row] = await rows();
    expect(row).toMatchObject({ subject: 'task:7', area_code: '12433', uploaded_by: 'officer' });
    const stored = await readFile(
      join(directory, 'sha256', row.sha256.slice(0, 2), row.sha256.slice(2, 4), row.sha256),
    );
    const answer = await get(`/api/files/${file.id}`, 'officer');
    expect(answer.rawPayload.equals(stored)).toBe(true);
    expect(stored.byteLength).toBe(file.bytes);
    expect(await files.of('task:7')).toEqual([file]);
    const { rows: entries } = await database.pool.query('select action from audit_entries order by id');
    expect(entries.map((entry) => entry.action)).toEqual(['file.take', 'file.read']);
  });

  it('takes a stream as well, and stops reading one that is too long', async () => {
    expect((await files.take(officer, Readable.from([photo.subarray(0, 500), photo.subarray(500)]), about)).width).toBe(
      900,
    );
    let sent = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          sent += 1024 * 1024;
          yield Buffer.alloc(1024 * 1024);
        }
      })(),
    );
    await expect(files.take(officer, endless, about)).rejects.toMatchObject({ code: 'file-too-large' });
    expect(sent).toBeLessThan(25 * 1024 * 1024);
  });

  it('stores the same content once', async () => {
    await files.take(officer, photo, about);
    await files.take(officer, photo, { ...about, name: 'khác.jpg' });
    expect(await rows()).toHaveLength(2);
    expect(await onDisk()).toHaveLength(2); // the image and its thumbnail
  });

  it('leaves no row when the transaction of the caller is rolled back', async () => {
    const failing = inTransaction(database.db, async (tx) => {
      await files.take(officer, photo, about, tx);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await rows()).toEqual([]);
  });

  it('shows a file to those whom its subject lets see it, and tells nobody else that it exists', async () => {
    const file = await files.take(officer, photo, about);
    for (const url of [`/api/files/${file.id}`, `/api/files/${file.id}/thumbnail`]) {
      expect((await get(url, 'officer')).statusCode).toBe(200);
      expect((await get(url, 'neighbour')).statusCode).toBe(404);
      expect((await get(url)).statusCode).toBe(401);
    }
    const missing = await get(`/api/files/${crypto.randomUUID()}`, 'neighbour');
    const hidden = await get(`/api/files/${file.id}`, 'neighbour');
    expect({ ...hidden.json(), instance: '' }).toEqual({ ...missing.json(), instance: '' });
    await expect(files.get(neighbour, file.id)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('shows nothing of a kind that no room speaks for', async () => {
    const file = await files.take(officer, photo, about);
    const silent = createFiles({
      db: database.db,
      audit: createAudit({ db: database.db, now: () => new Date(clock) }),
      now: () => new Date(clock),
      directory,
    });
    await expect(silent.get(officer, file.id)).rejects.toMatchObject({ code: 'not-found' });
    await expect(files.take(officer, photo, { ...about, subject: 'house:1' })).rejects.toThrow('no room has said');
    expect(() => files.registerSubject('task', async () => true)).toThrow('registered already');
  });

  it('serves inert: fixed type, no sniffing, no scripts, documents only as downloads', async () => {
    const image = await files.take(officer, photo, about);
    const pdf = await files.take(officer, Buffer.from('%PDF-1.7\n<script>alert(1)</script>'), {
      ...about,
      name: 'Báo cáo.html',
    });
    const shown = await get(`/api/files/${image.id}`, 'officer');
    const kept = await get(`/api/files/${pdf.id}`, 'officer');
    for (const answer of [shown, kept]) {
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
        'cache-control': 'private, no-cache',
      });
    }
    expect(shown.headers['content-type']).toBe('image/jpeg');
    expect(shown.headers['content-disposition']).toMatch(/^inline; filename="Ong khoi.jpg"/);
    expect(kept.headers['content-type']).toBe('application/pdf');
    expect(kept.headers['content-disposition']).toMatch(/^attachment; filename="Bao cao.pdf"/);
    const thumbnail = await get(`/api/files/${image.id}/thumbnail`, 'officer');
    expect(thumbnail.headers['content-type']).toBe('image/webp');
    expect(await sharp(thumbnail.rawPayload).metadata()).toMatchObject({ width: 480, height: 320 });
    expect((await get(`/api/files/${pdf.id}/thumbnail`, 'officer')).statusCode).toBe(404);
  });

  it('asks for rights again also when the browser has the file already', async () => {
    const file = await files.take(officer, photo, about);
    const etag = String((await get(`/api/files/${file.id}`, 'officer')).headers.etag);
    expect((await get(`/api/files/${file.id}`, 'officer', { 'if-none-match': etag })).statusCode).toBe(304);
    expect((await get(`/api/files/${file.id}`, 'neighbour', { 'if-none-match': etag })).statusCode).toBe(404);
  });

  it.each(['../../../etc/passwd', '..%2f..%2fetc%2fpasswd', '%00', "' or 1=1 --"])(
    'finds nothing under the id %s',
    async (id) => {
      expect((await get(`/api/files/${encodeURI(id)}`, 'officer')).statusCode).toBeGreaterThanOrEqual(400);
      await expect(files.get(officer, id)).rejects.toMatchObject({ code: 'not-found' });
    },
  );

  it('says that a content is lost rather than serve nothing', async () => {
    const file = await files.take(officer, photo, about);
    await rm(join(directory, 'sha256'), { recursive: true });
    const answer = await get(`/api/files/${file.id}`, 'officer');
    expect(answer.statusCode).toBe(500);
    expect(answer.json().code).toBe('file-lost');
  });

  it('writes a content again that was cut short on disk', async () => {
    await files.take(officer, photo, about);
    const [row] = await rows();
    const path = join(directory, 'sha256', row.sha256.slice(0, 2), row.sha256.slice(2, 4), row.sha256);
    await truncate(path, 10);
    await files.take(officer, photo, about);
    expect((await readFile(path)).byteLength).toBe(row.bytes);
  });

  it('leaves no row when it is killed between writing and renaming, and sweeps the rest away a day later', async () => {
    const script = `
      import fsp from 'node:fs/promises';
      import { syncBuiltinESMExports } from 'node:module';
      fsp.rename = async () => { process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}); };
      syncBuiltinESMExports();
      const { createFiles } = await import(process.env.FILES);
      const { openDatabase } = await import(process.env.DATABASE);
      const { db } = openDatabase(process.env.DATABASE_URL);
      const files = createFiles({ db, audit: { record: async () => {} }, now: () => new Date(${clock}), directory: process.env.DIRECTORY });
      files.registerSubject('task', async () => true);
      const photo = Buffer.from(process.env.PHOTO, 'base64');
      await files.take({ kind: 'user', id: 'u', name: 'u', organisationId: null, grants: [] }, photo,
        { name: 'x.jpg', subject: 'task:7', areaCode: null, organisationId: null });
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: 'inherit',
      env: {
        ...process.env,
        FILES: pathToFileURL(join(import.meta.dirname, 'index.ts')).href,
        DATABASE: pathToFileURL(join(import.meta.dirname, '../database/index.ts')).href,
        DATABASE_URL: database.url,
        DIRECTORY: directory,
        PHOTO: photo.toString('base64'),
      },
    });
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');
    expect(await rows()).toEqual([]);
    expect(await onDisk()).toEqual([expect.stringMatching(/^incoming\//)]);

    const file = await files.take(officer, photo, about);
    expect(await files.sweep()).toBe(0);
    clock += 25 * 3600_000;
    expect(await files.sweep()).toBe(1);
    expect((await onDisk()).every((path) => path.startsWith('sha256/'))).toBe(true);
    expect((await get(`/api/files/${file.id}`, 'officer')).statusCode).toBe(200);
    await database.pool.query('delete from files');
    expect(await files.sweep()).toBe(2);
    expect(await onDisk()).toEqual([]);
  });

  describe('reading an upload', () => {
    const upload = (...parts: { name: string; file?: string; content: string | Buffer }[]) => {
      const chunks: Buffer[] = [];
      for (const part of parts) {
        const file = part.file === undefined ? '' : `; filename="${part.file}"`;
        const type = part.file === undefined ? '' : '\r\ncontent-type: image/jpeg';
        chunks.push(
          Buffer.from(`--b\r\ncontent-disposition: form-data; name="${part.name}"${file}${type}\r\n\r\n`),
          Buffer.from(part.content),
          Buffer.from('\r\n'),
        );
      }
      chunks.push(Buffer.from('--b--\r\n'));
      return http.app.inject({
        method: 'POST',
        url: '/api/test-upload',
        headers: { 'x-who': 'officer', 'x-requested-with': 'dttm', 'content-type': 'multipart/form-data; boundary=b' },
        payload: Buffer.concat(chunks),
      });
    };

    it('gives the file and the fields around it', async () => {
      const answer = await upload(
        { name: 'note', content: 'Đã kiểm tra' },
        { name: 'photo', file: 'ảnh.jpg', content: photo },
      );
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({
        name: 'ảnh.jpg',
        bytes: photo.byteLength,
        fields: { note: 'Đã kiểm tra' },
      });
      const hostile = await upload(
        { name: '__proto__', content: 'x' },
        { name: 'photo', file: 'a.jpg', content: photo },
      );
      expect(hostile.statusCode).toBe(400);
    });

    it('refuses none, several, and one that is too large', async () => {
      expect((await upload({ name: 'note', content: 'x' })).json().code).toBe('no-file');
      const two = await upload({ name: 'a', file: 'a.jpg', content: 'x' }, { name: 'b', file: 'b.jpg', content: 'x' });
      expect(two.json().code).toBe('too-many-files');
      const large = await upload({ name: 'a', file: 'a.jpg', content: Buffer.alloc(20 * 1024 * 1024 + 10) });
      expect(large.statusCode).toBe(413);
      expect(large.json().code).toBe('file-too-large');
    });
  });
});
