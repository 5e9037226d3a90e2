import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import exceljs from 'exceljs';
import Type from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../../audit/index.ts';
import { type Context, createContext, type EntityType } from '../../context/index.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import { createLog, type Log } from '../../events/index.ts';
import { createHttp, type Http } from '../../http/index.ts';
import { type Principal, systemPrincipal, visible } from '../../rights/index.ts';
import { refuse } from '../../words/index.ts';
import { createOnce } from '../idempotency.ts';
import { createIntake } from '../intake.ts';
import type { Mapping } from './columns.ts';
import { serveUploads } from './routes.ts';
import { createUploads, type Upload, type Uploads } from './uploads.ts';

const now = () => new Date('2026-11-23T03:00:00Z');
const admin = systemPrincipal('test', ['entity:write']);

const Station: EntityType = {
  title: { vi: 'Trạm', en: 'Station' },
  schema: Type.Object({}),
  observes: {
    pm25: {
      title: { vi: 'Bụi PM2.5', en: 'PM2.5' },
      unit: 'µg/m³',
      everySeconds: 60,
      range: [0, 1000],
      rollUp: 'mean',
    },
    temperature: {
      title: { vi: 'Nhiệt độ', en: 'Temperature' },
      unit: '°C',
      everySeconds: 60,
      range: [-10, 60],
      rollUp: 'mean',
    },
  },
  columns: [],
  visible: 'public',
  marker: 'circle',
};

const officer = (organisation: string, id: string = `u-${organisation}`): Principal => ({
  kind: 'user',
  id,
  name: `Cán bộ ${id}`,
  organisationId: organisation,
  grants: (['history:correct', 'entity:read'] as const).map((permission) => ({
    permission,
    scope: { all: false, organisations: [organisation], areas: [] },
  })),
});
const mine = officer('so-nnmt');

describe('a file that an officer hands in', () => {
  let database: TestDatabase;
  let log: Log;
  let context: Context;
  let uploads: Uploads;
  let directory: string;
  let stop: () => Promise<void>;
  const errors: unknown[] = [];

  const make = (changed: Partial<Log> = {}): Uploads => {
    const { db } = database;
    const intake = createIntake({ db, log, context, now, keptSince: () => null });
    return createUploads({
      db,
      log: { ...log, ...changed },
      context,
      audit: createAudit({ db, now }),
      intake,
      now,
      directory,
      onError: (_what, error) => errors.push(error),
    });
  };

  beforeEach(async () => {
    errors.length = 0;
    directory = await mkdtemp(join(tmpdir(), 'uploads-'));
    database = await testDatabase();
    const { db, pool } = database;
    log = createLog({ db, pool, now, onError: (_name, error) => errors.push(error) });
    const systems = [{ name: 'test', entities: { Station } }];
    context = createContext({ db, log, audit: createAudit({ db, now }), now, systems, areaOf: () => null });
    uploads = make();
    stop = uploads.start();
    await db.transaction().execute(async (tx) => {
      for (const [id, name, organisationId] of [
        ['s1', 'Trạm Vũ Thư', 'so-nnmt'],
        ['s2', 'Trạm Tiền Hải', 'so-nnmt'],
        ['theirs', 'Trạm của Sở khác', 'so-khac'],
      ] as const) {
        const location = { lon: 106.3, lat: 20.4 };
        await context.save(tx, admin, { id, type: 'Station', name, organisationId, location, provenance: 'measured' });
      }
    });
  });
  afterEach(async () => {
    await stop();
    await log.stop();
    await database.close();
    await rm(directory, { recursive: true });
    expect(errors).toEqual([]);
  });

  const send = (text: string | Buffer | Readable, name = 'so-lieu.csv', by = mine): Promise<Upload> =>
    uploads.send(by, {
      name,
      content: text instanceof Readable ? text : Readable.from([Buffer.from(text)]),
      language: 'vi',
    });
  const settled = async (id: string, by = mine): Promise<Upload> => {
    for (;;) {
      const row = await uploads.get(by, id);
      if (row.state !== 'checking' && row.state !== 'taking') return row;
      await sleep(20);
    }
  };
  const check = async (upload: Upload, changed: Partial<Mapping> = {}, by = mine): Promise<Upload> => {
    await uploads.map(by, upload.id, { ...upload.mapping, ...changed });
    return settled(upload.id, by);
  };
  const take = async (upload: Upload, by = mine): Promise<Upload> => {
    await uploads.take(by, upload.id);
    return settled(upload.id, by);
  };
  const refusedOf = async (upload: Upload): Promise<string> => {
    const { content } = await uploads.refused(mine, upload.id);
    return Buffer.concat(await content.toArray()).toString('utf8');
  };
  type Stored = { entity_id: string; property: string; at: string; value: number; quality: number };
  const stored = async (): Promise<Stored[]> =>
    (
      await database.pool.query<Stored>(`select entity_id, property, value, quality,
        to_char(observed_at at time zone 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD HH24:MI') as at
        from observations o join series s on s.id = o.series_id order by entity_id, property, observed_at`)
    ).rows;

  it('in long form is looked at, checked, taken; what is refused comes back, and corrected it is taken too', async () => {
    const sent = await send(
      [
        'Trạm;Thông số;Thời gian;Giá trị;Đơn vị;Trạng thái',
        'Trạm Vũ Thư;PM2.5;22/11/2026 08:05;12,5;µg/m³;00',
        's1;Nhiệt độ;22/11/2026 08:05;-5,2;°C;01',
        'tram tien hai;pm25;2026-11-22T08:05:00+07:00;0,03;mg/m3;',
        's1;pm25;22/11/2026 08:06;5000;µg/m³;00',
        's1;pm25;22/11/2026 08:07;=1+1;µg/m³;00',
      ].join('\r\n'),
    );
    expect(sent.state).toBe('new');
    expect(sent.facts).toMatchObject({ kind: 'csv', encoding: 'utf-8', separator: ';' });
    expect(sent.mapping.columns).toEqual(['entity', 'property', 'time', 'value', 'unit', 'status']);
    expect(sent.mapping).toMatchObject({ decimal: ',', dateOrder: 'dmy', headerLine: 1 });
    const checked = await check(sent);
    expect(checked).toMatchObject({ state: 'checked', accepted: 3, refused: 2, rows_total: 5 });
    expect(checked.preview[0]).toMatchObject({ line: 2, entity: 'Trạm Vũ Thư', property: 'pm25', value: 12.5 });
    expect(checked.flaws.map((one) => one.line)).toEqual([5, 6]);
    // Nothing is stored before the officer says so.
    expect(await stored()).toEqual([]);

    const done = await take(checked);
    expect(done).toMatchObject({ state: 'done', accepted: 3, refused: 2 });
    expect(await stored()).toEqual([
      { entity_id: 's1', property: 'pm25', at: '2026-11-22 08:05', value: 12.5, quality: 0 },
      { entity_id: 's1', property: 'temperature', at: '2026-11-22 08:05', value: -5.2, quality: 1 },
      // 0.03 mg/m³ is 30 µg/m³.
      { entity_id: 's2', property: 'pm25', at: '2026-11-22 08:05', value: 30, quality: 0 },
    ]);
    const refused = await refusedOf(done);
    expect(refused.split('\r\n')).toEqual([
      '\uFEFFTrạm;Thông số;Thời gian;Giá trị;Đơn vị;Trạng thái;Dòng;Lý do không nhận',
      's1;pm25;22/11/2026 08:06;5000;µg/m³;00;5;giá trị 5000 nằm ngoài khoảng 0–1000 µg/m³',
      "s1;pm25;22/11/2026 08:07;'=1+1;µg/m³;00;6;“=1+1” không phải là một số",
      '',
    ]);

    const again = await send(refused.replace('5000', '50').replace("'=1+1", '2'), 'can-sua.csv');
    expect(again.mapping.columns).toEqual([...sent.mapping.columns, '', '']);
    expect(await take(await check(again))).toMatchObject({ accepted: 2, refused: 0 });
    expect((await stored()).map((row) => row.value)).toEqual([12.5, 50, 2, -5.2, 30]);
    const acts = await database.pool.query('select action from audit_entries where subject = $1 order by id', [
      `upload:${done.id}`,
    ]);
    expect(acts.rows.map((row) => row.action)).toEqual(['upload.send', 'upload.take', 'upload.taken']);
  });

  it('in wide form gives back only the cells of a row that were refused', async () => {
    const sent = await send(
      [
        'Bảng số liệu trạm Vũ Thư',
        'Ngày,Giờ,PM2.5 (mg/m³),Nhiet do',
        '22/11/2026,8:00,"0.0125",21',
        '22/11/2026,9,NaN,22',
        '22/11/2026,10:00,,23',
      ].join('\n'),
    );
    expect(sent.mapping).toMatchObject({ headerLine: 2, columns: ['date', 'clock', 'p:pm25', 'p:temperature'] });
    await expect(uploads.map(mine, sent.id, sent.mapping)).rejects.toMatchObject({ code: 'mapping-incomplete' });
    const done = await take(await check(sent, { entity: 's1' }));
    expect(done).toMatchObject({ accepted: 4, refused: 1 });
    expect(await stored()).toEqual([
      { entity_id: 's1', property: 'pm25', at: '2026-11-22 08:00', value: 12.5, quality: 0 },
      { entity_id: 's1', property: 'temperature', at: '2026-11-22 08:00', value: 21, quality: 0 },
      { entity_id: 's1', property: 'temperature', at: '2026-11-22 09:00', value: 22, quality: 0 },
      { entity_id: 's1', property: 'temperature', at: '2026-11-22 10:00', value: 23, quality: 0 },
    ]);
    expect((await refusedOf(done)).split('\r\n')[1]).toBe('22/11/2026,9,NaN,,4,“NaN” không phải là một số');
  });

  it('may be a workbook with merged cells, formulas and dates', async () => {
    const written = new exceljs.Workbook();
    const sheet = written.addWorksheet('Tháng 11');
    sheet.addRow(['Trạm', 'Thời gian', 'PM2.5 (µg/m³)']);
    sheet.addRow(['Trạm Vũ Thư', new Date(Date.UTC(2026, 10, 22, 8, 5)), { formula: 'C3*2', result: 25 }]);
    sheet.addRow(['', new Date(Date.UTC(2026, 10, 22, 8, 10)), 12.5]);
    sheet.addRow(['s2', new Date(Date.UTC(2026, 10, 22, 8, 5)), { formula: '1/0', result: { error: '#DIV/0!' } }]);
    sheet.mergeCells('A2:A3');
    const sent = await send(Buffer.from(await written.xlsx.writeBuffer()), 'thang-11.xlsx');
    expect(sent.mapping).toMatchObject({ sheet: 'Tháng 11', columns: ['entity', 'time', 'p:pm25'] });
    const done = await take(await check(sent));
    expect(done).toMatchObject({ accepted: 2, refused: 1 });
    expect(await stored()).toEqual([
      { entity_id: 's1', property: 'pm25', at: '2026-11-22 08:05', value: 25, quality: 0 },
      { entity_id: 's1', property: 'pm25', at: '2026-11-22 08:10', value: 12.5, quality: 0 },
    ]);
    expect((await refusedOf(done)).split('\r\n')[1]).toBe(
      's2,2026-11-22 08:05:00,#DIV/0!,4,“#DIV/0!” không phải là một số',
    );
  });

  it('tells of each row why it is refused: station, parameter, unit, time, number', async () => {
    const row = (station: string, parameter: string, time: string, value: string, unit = 'µg/m³') =>
      [station, parameter, time, value, unit].join(',');
    const sent = await send(
      [
        'station,parameter,time,value,unit',
        row('nowhere', 'pm25', '2026-11-22 08:00', '1'),
        row('theirs', 'pm25', '2026-11-22 08:00', '1'),
        row('s1', 'PM99', '2026-11-22 08:00', '1'),
        row('s1', 'pm25', '2026-11-22 08:00', '1', '°C'),
        row('s1', 'pm25', '2026-11-24 08:00', '1'),
        row('s1', 'pm25', '1999-12-31 08:00', '1'),
        row('s1', 'pm25', '2026-02-30 08:00', '1'),
        row('s1', 'pm25', '2026-11-22 08:00', 'Infinity'),
        row('s1', 'pm25', '2026-11-22 08:00', ''),
        row('', 'pm25', '2026-11-22 08:00', '1'),
        row('s1', 'pm25', '2026-11-22 08:00', '1'),
      ].join('\n'),
    );
    const { flaws, accepted } = await check(sent);
    expect(accepted).toBe(1);
    const reasons = flaws.map((one) => one.reason.en);
    // What is another's is told as what is not there.
    expect(reasons[0]?.replace('nowhere', 'x')).toBe(reasons[1]?.replace('theirs', 'x'));
    const told = ['no station', 'no station', 'no property', 'unit', 'future', 'before the year', 'there is no time'];
    [...told, 'not a number', 'value is missing', 'station is missing'].forEach((part, index) => {
      expect(reasons[index]).toContain(part);
    });
  });

  it('sent twice doubles nothing; rows in any order, and the last of two for one time counts', async () => {
    const text = 'station,time,pm25\ns1,2026-11-22 08:02,3\ns1,2026-11-22 08:01,1\ns1,2026-11-22 08:01,2\n';
    for (let times = 0; times < 2; times++) {
      expect(await take(await check(await send(text)))).toMatchObject({ accepted: 3, refused: 0 });
    }
    expect((await stored()).map((row) => row.value)).toEqual([2, 3]);
    const entry = await uploads.of(
      visible(mine, 'entity:read'),
      's1',
      'pm25',
      new Date('2026-11-22T00:00:00Z'),
      new Date('2026-11-23T00:00:00Z'),
    );
    expect(entry.map(({ by, name, n }) => ({ by, name, n }))).toEqual([
      { by: 'Cán bộ u-so-nnmt', name: 'so-lieu.csv', n: 3 },
      { by: 'Cán bộ u-so-nnmt', name: 'so-lieu.csv', n: 3 },
    ]);
  });

  it('is remembered by its headings, for the one who said what they are', async () => {
    const text = 'Nơi,Lúc,A\ns1,2026-11-22 08:00,7\n';
    const sent = await send(text);
    expect(sent.mapping.columns).toEqual(['', '', '']);
    await take(await check(sent, { columns: ['entity', 'time', 'p:pm25'] }));
    expect((await send(text)).mapping.columns).toEqual(['entity', 'time', 'p:pm25']);
    expect((await send(text, 'x.csv', officer('so-khac'))).mapping.columns).toEqual(['', '', '']);
  });

  /** One value a minute, in seconds of the hour that no other row has. */
  async function* many(n: number, bad: (index: number) => boolean): AsyncGenerator<string> {
    yield 'station,parameter,time,value\n';
    for (let index = 0; index < n; index++) {
      const at = new Date(Date.UTC(2026, 0, 1) + index * 20_000).toISOString();
      yield `s${1 + (index % 2)},pm25,${at},${bad(index) ? 'x' : index % 900}\n`;
    }
  }

  it('goes on after the server stopped in the middle, and counts and refuses each row once', {
    timeout: 120_000,
  }, async () => {
    await stop();
    const rows = 12_000;
    let offered = 0;
    let release: () => void = () => undefined;
    let die: (error: Error) => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      release = resolve;
    });
    // The first server dies after its second piece is committed and before that is written down.
    uploads = make({
      async offer(observations) {
        await log.offer(observations);
        offered += 1;
        if (offered < 2) return;
        release();
        await new Promise((_, reject) => {
          die = reject;
        });
      },
    });
    stop = uploads.start();
    const sent = await send(Readable.from(many(rows, (index) => index % 3000 === 2999)));
    const checked = await check(sent);
    expect(checked).toMatchObject({ accepted: rows - 4, refused: 4 });
    await uploads.take(mine, sent.id);
    await reached;
    const before = await uploads.get(mine, sent.id);
    expect(before).toMatchObject({ state: 'taking', rows_done: 10_000 });
    // Its lock is of its session: with the process that held it it is gone.
    await database.pool.query(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'
      and classid = hashtext('ingest.upload')::oid and pid <> pg_backend_pid()`);
    const dead = stop();
    die(new Error('the first server is dead'));
    await dead;
    uploads = make();
    stop = uploads.start();
    expect(await settled(sent.id)).toMatchObject({ state: 'done', accepted: rows - 4, refused: 4, rows_total: rows });
    expect((await stored()).length).toBe(rows - 4);
    expect((await refusedOf(sent)).split('\r\n').length).toBe(1 + 4 + 1);
    const series = await database.pool.query('select sum(n)::int as n from upload_series');
    expect(series.rows[0].n).toBe(rows - 4);
  });

  it('waits while the log takes no more, and is not refused', async () => {
    await stop();
    let busy = 3;
    uploads = make({
      async offer(observations) {
        busy -= 1;
        if (busy >= 0) throw refuse(429, 'too-much-at-once', { vi: 'bận', en: 'busy' });
        await log.offer(observations);
      },
    });
    stop = uploads.start();
    const done = await take(await check(await send('station,time,pm25\ns1,2026-11-22 08:00,1\n')));
    expect(done).toMatchObject({ state: 'done', accepted: 1 });
    expect(await stored()).toHaveLength(1);
  });

  it('of another is not seen, and public stations are not everybody’s to write', async () => {
    const sent = await send('station,time,pm25\ns1,2026-11-22 08:00,1\n');
    const stranger = officer('so-khac');
    await expect(uploads.get(stranger, sent.id)).rejects.toMatchObject({ status: 404 });
    await expect(uploads.take(stranger, sent.id)).rejects.toMatchObject({ status: 404 });
    expect((await uploads.list(stranger, 10, 0)).total).toBe(0);
    const theirs = await send('station,time,pm25\ns1,2026-11-22 08:00,1\n', 'a.csv', stranger);
    const checked = await check(theirs, {}, stranger);
    expect(checked).toMatchObject({ accepted: 0, refused: 1 });
    await expect(uploads.take(stranger, theirs.id)).rejects.toMatchObject({ code: 'nothing-good' });
    await expect(uploads.take(mine, sent.id)).rejects.toMatchObject({ code: 'check-first' });
  });

  it('is checked with its 1,000,000 rows in the memory of a piece', { timeout: 240_000 }, async () => {
    const path = join(directory, 'million.csv');
    await pipeline(Readable.from(many(1_000_000, (index) => index % 100_000 === 0)), createWriteStream(path));
    const sent = await send(createReadStream(path));
    await uploads.map(mine, sent.id, sent.mapping);
    const most: number[] = [];
    for (;;) {
      const row = await uploads.get(mine, sent.id);
      most.push(process.memoryUsage().heapUsed);
      if (row.state !== 'checking') break;
      await sleep(100);
    }
    expect(await uploads.get(mine, sent.id)).toMatchObject({ state: 'checked', accepted: 999_990, refused: 10 });
    // A piece of 10,000 rows and what is not yet collected; all rows at once are more than a gigabyte.
    expect(Math.max(...most)).toBeLessThan(400e6);
  });

  it('older than seven days is not kept; who brought what in stays known', async () => {
    const done = await take(await check(await send('station,time,pm25\ns1,2026-11-22 08:00,1\n')));
    for (const name of await readdir(directory)) await utimes(join(directory, name), 0, 0);
    await database.pool.query("update uploads set sent_at = '2026-11-01'");
    expect(await uploads.tidy()).toBeGreaterThan(0);
    expect(await readdir(directory)).toEqual([]);
    expect((await uploads.get(mine, done.id)).accepted).toBe(1);
  });
});

describe('the routes of uploads', () => {
  let database: TestDatabase;
  let http: Http;
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'uploads-'));
    database = await testDatabase();
    const { db, pool } = database;
    const log = createLog({ db, pool, now, onError: () => undefined });
    const audit = createAudit({ db, now });
    const context = createContext({
      db,
      log,
      audit,
      now,
      systems: [{ name: 'test', entities: { Station } }],
      areaOf: () => null,
    });
    const intake = createIntake({ db, log, context, now, keptSince: () => null });
    const uploads = createUploads({ db, log, context, audit, intake, now, directory, onError: () => undefined });
    http = await createHttp({ logger: false, authenticators: [async () => mine], version: 'test' });
    serveUploads(http, { uploads, context, once: createOnce(db, now) });
  });
  afterEach(async () => {
    await http.app.close();
    await database.close();
    await rm(directory, { recursive: true });
  });
  const post = (content: string, name = 'a.csv', headers: Record<string, string> = {}) =>
    http.app.inject({
      method: 'POST',
      url: '/api/uploads',
      headers: { 'x-requested-with': 'dttm', 'content-type': 'multipart/form-data; boundary=x', ...headers },
      payload: `--x\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n\r\n${content}\r\n--x--\r\n`,
    });

  it('answer what the file is, and leave nothing of one that is refused', async () => {
    const answer = await post('Trạm,Thời gian,PM2.5\ns1,2026-11-22 08:00,1');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      state: 'new',
      by: 'Cán bộ u-so-nnmt',
      headings: ['Trạm', 'Thời gian', 'PM2.5'],
      mapping: { columns: ['entity', 'time', 'p:pm25'] },
    });
    const { id, mapping } = answer.json();
    const mapped = await http.app.inject({
      method: 'PUT',
      url: `/api/uploads/${id}/mapping`,
      headers: { 'x-requested-with': 'dttm' },
      payload: mapping,
    });
    expect(mapped.json()).toMatchObject({ state: 'checking', mapping });
    const refused = await post('%PDF-1.7 \0\0', 'a.csv');
    expect(refused.statusCode).toBe(415);
    expect(refused.json().code).toBe('not-a-table');
    expect(await readdir(directory)).toHaveLength(1);
  });

  it('keep a file once that is sent twice under one key', async () => {
    const first = await post('Trạm,Thời gian,PM2.5\ns1,2026-11-22 08:00,1', 'a.csv', { 'idempotency-key': 'k1' });
    const again = await post('Trạm,Thời gian,PM2.5\ns1,2026-11-22 08:00,1', 'a.csv', { 'idempotency-key': 'k1' });
    expect(again.statusCode).toBe(200);
    expect(again.json()).toEqual(first.json());
    const other = await post('Trạm,Thời gian,PM2.5\ns1,2026-11-22 08:00,2', 'a.csv', { 'idempotency-key': 'k1' });
    expect(other.statusCode).toBe(422);
    expect(await readdir(directory)).toHaveLength(1);
  });
});
