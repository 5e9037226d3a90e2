import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction, openDatabase } from '../database/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { type Principal, visible } from '../rights/index.ts';
import { type Audit, createAudit } from './index.ts';

const actor = (organisationId: string | null = 'so-nnmt'): Principal => ({
  kind: 'user',
  id: 'u1',
  name: 'Nguyễn Văn An',
  organisationId,
  grants: [],
});
const reader = (scope: Principal['grants'][number]['scope']): Principal => ({
  ...actor(),
  grants: [{ permission: 'audit:read', scope }],
});

describe('the audit log', () => {
  let database: TestDatabase;
  let directory: string;
  let audit: Audit;
  let clock = Date.UTC(2026, 10, 23, 1, 0);
  const make = (db = database.db): Audit => createAudit({ db, now: () => new Date(clock), directory });

  beforeEach(async () => {
    database = await testDatabase();
    directory = await mkdtemp(join(tmpdir(), 'audit-'));
    clock = Date.UTC(2026, 10, 23, 1, 0);
    audit = make();
  });
  afterEach(async () => {
    await database.close();
    await rm(directory, { recursive: true, force: true });
  });

  const write = async (count: number, from = 1): Promise<void> => {
    for (let index = from; index < from + count; index++) {
      clock += 1000;
      await inTransaction(database.db, (tx) =>
        audit.record(tx, {
          principal: actor(),
          action: index % 2 === 0 ? 'alert.acknowledge' : 'alerting.other',
          subject: `alert:${index}`,
          detail: { index, note: 'Đã tiếp nhận' },
        }),
      );
    }
  };
  const tamper = async (...statements: string[]): Promise<void> => {
    for (const table of ['audit_entries', 'audit_chain']) {
      await database.pool.query(`alter table ${table} disable trigger all`);
    }
    for (const text of statements) await database.pool.query(text);
    for (const table of ['audit_entries', 'audit_chain']) {
      await database.pool.query(`alter table ${table} enable trigger all`);
    }
  };

  it('forgets an entry whose transaction is rolled back, and keeps one that commits', async () => {
    await expect(
      inTransaction(database.db, async (tx) => {
        await audit.record(tx, { principal: actor(), action: 'case.close' });
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await write(1);
    expect(await audit.verify()).toMatchObject({ ok: true, rows: 1, waiting: 0 });
  });

  it.each(['audit_entries', 'audit_chain'])('refuses to change, delete or empty %s', async (table) => {
    await write(2);
    await audit.chain();
    const column = table === 'audit_entries' ? `action = 'x'` : `hash = '\\x00'`;
    await expect(database.pool.query(`update ${table} set ${column}`)).rejects.toThrow('append-only: UPDATE');
    await expect(database.pool.query(`delete from ${table}`)).rejects.toThrow('append-only: DELETE');
    await expect(database.pool.query(`truncate ${table} cascade`)).rejects.toThrow('append-only: TRUNCATE');
    await expect(database.pool.query(`set session_replication_role = replica; delete from ${table}`)).rejects.toThrow(
      'append-only: DELETE',
    );
  });

  it('chains an entry that commits after later ones were chained', async () => {
    const slow = await database.pool.connect();
    await slow.query('begin');
    await slow.query(`insert into audit_entries (at, actor_kind, actor_id, actor_name, action, detail)
      values (now(), 'user', 'u9', 'Chậm', 'case.open', '{}')`);
    await write(3);
    expect(await audit.chain()).toBe(3);
    await slow.query('commit');
    slow.release();
    expect(await audit.chain()).toBe(1);
    expect(await audit.chain()).toBe(0);
    const { rows } = await database.pool.query('select sequence, entry_id from audit_chain order by sequence');
    expect(rows.map((row) => row.entry_id)).toEqual([2, 3, 4, 1]);
    expect(await audit.verify()).toMatchObject({ ok: true, rows: 4 });
  });

  it('chains each entry once when several processes chain at the same time', async () => {
    const other = openDatabase(database.url, { max: 4 });
    try {
      const second = make(other.db);
      const writing = write(60);
      const chaining = Array.from({ length: 40 }, (_, index) => (index % 2 ? audit : second).chain());
      await Promise.all([writing, ...chaining]);
      await Promise.all([audit.chain(), second.chain()]);
      expect(await second.verify()).toMatchObject({ ok: true, rows: 60, waiting: 0 });
    } finally {
      await other.close();
    }
  });

  it('says which entry was changed, in any column', async () => {
    await write(5);
    await audit.chain();
    for (const change of [
      `detail = '{"index": 3, "note": "khác"}'`,
      `at = at + interval '1 microsecond'`,
      `actor_name = 'Người khác'`,
      `organisation_id = 'so-khac'`,
      `ip = '10.0.0.1'`,
    ]) {
      await tamper(
        'create table kept as select * from audit_entries where id = 3',
        `update audit_entries set ${change} where id = 3`,
      );
      const result = await audit.verify();
      expect(result).toMatchObject({ ok: false, rows: 2, brokenAt: { sequence: 3, entryId: 3 } });
      expect(result.reason?.vi).toContain('không khớp');
      await tamper(
        `update audit_entries e set detail = k.detail, at = k.at, actor_name = k.actor_name,
           organisation_id = k.organisation_id, ip = k.ip from kept k where e.id = k.id`,
        'drop table kept',
      );
      expect(await audit.verify()).toMatchObject({ ok: true, rows: 5 });
    }
  });

  it('says which entry was deleted, and that a link is missing where both were', async () => {
    await write(5);
    await audit.chain();
    await tamper('delete from audit_entries where id = 4');
    expect(await audit.verify()).toMatchObject({ ok: false, brokenAt: { sequence: 4, entryId: 4 } });
    await tamper('delete from audit_chain where sequence = 4');
    const both = await audit.verify();
    expect(both).toMatchObject({ ok: false, brokenAt: { sequence: 4, entryId: null } });
    expect(both.reason?.en).toContain('link is missing');
  });

  it('sees an entry that was put in around the trigger, and one forced into the middle of the chain', async () => {
    await write(4);
    await audit.chain();
    await tamper(`insert into audit_entries (at, actor_kind, actor_id, actor_name, action, detail)
      values ('2026-11-23T01:00:02Z', 'user', 'u1', 'Giả', 'alert.acknowledge', '{}')`);
    const stray = await audit.verify();
    expect(stray).toMatchObject({ ok: false, brokenAt: { sequence: null, entryId: 5 } });
    expect(stray.reason?.en).toContain('around the system');
    await tamper(
      'update audit_chain set sequence = 5 where sequence = 4',
      'update audit_chain set sequence = 4 where sequence = 3',
      `insert into audit_chain (sequence, entry_id, chained_at, hash) select 3, 5, chained_at, sha256('x') from audit_chain where sequence = 2`,
    );
    expect(await audit.verify()).toMatchObject({ ok: false, rows: 2, brokenAt: { sequence: 3, entryId: 5 } });
  });

  it('sees a deleted tail by the signed anchor, and does not cover it up with a new anchor', async () => {
    await write(6);
    await audit.chain();
    const anchor = await audit.anchor();
    expect(anchor).toMatchObject({ sequence: 6, at: new Date(clock).toISOString() });
    await tamper('delete from audit_chain where sequence > 4', 'delete from audit_entries where id > 4');
    expect(await audit.anchor()).toBeNull();
    const result = await audit.verify();
    expect(result).toMatchObject({ ok: false, rows: 4, brokenAt: { sequence: 5, anchorLine: 1 } });
    expect(result.reason?.vi).toContain('Đuôi chuỗi đã bị xóa');
    await write(4, 7);
    await audit.chain();
    expect((await audit.verify()).ok).toBe(false);
  });

  it('sees a chain that was wholly rewritten with right hashes', async () => {
    await write(3);
    await audit.chain();
    await audit.anchor();
    await tamper(
      'delete from audit_chain',
      `update audit_entries set actor_name = 'Người khác' where id = 2`,
      'insert into audit_waiting select id from audit_entries',
    );
    await audit.chain();
    const result = await audit.verify();
    expect(result).toMatchObject({ ok: false, brokenAt: { sequence: 3, anchorLine: 1 } });
    expect(result.reason?.en).toContain('rewritten');
  });

  it('sees a changed, removed or unreadable anchor line', async () => {
    for (let round = 0; round < 3; round++) {
      await write(2, 1 + 2 * round);
      await audit.chain();
      await audit.anchor();
    }
    const path = join(directory, 'audit-anchors.jsonl');
    const text = await readFile(path, 'utf8');
    expect(await audit.verify()).toMatchObject({ ok: true, rows: 6, anchors: 3 });
    await writeFile(path, text.replace('"sequence":4', '"sequence":3'));
    expect(await audit.verify()).toMatchObject({ ok: false, brokenAt: { anchorLine: 2 } });
    await writeFile(path, text.split('\n').toSpliced(1, 1).join('\n'));
    expect((await audit.verify()).reason?.en).toContain('does not join');
    await writeFile(path, text);
    await appendFile(path, 'rubbish\n');
    expect(await audit.verify()).toMatchObject({ ok: false, brokenAt: { anchorLine: 4 } });
  });

  it('joins anchors that several processes write at the same time, and one after a half-written line', async () => {
    const other = openDatabase(database.url, { max: 4 });
    try {
      const second = make(other.db);
      for (let round = 0; round < 4; round++) {
        await write(1, 1 + round);
        await audit.chain();
        await Promise.all([audit.anchor(), second.anchor(), audit.anchor()]);
      }
      await appendFile(join(directory, 'audit-anchors.jsonl'), '{"sequence":5,"ha');
      expect(await audit.verify()).toMatchObject({ ok: true, rows: 4, anchors: 4 });
      await write(1, 5);
      await audit.chain();
      await second.anchor();
      expect(await audit.verify()).toMatchObject({ ok: true, rows: 5, anchors: 5 });
    } finally {
      await other.close();
    }
  });

  it('chains in the background, and what is left when it stops', async () => {
    const quick = createAudit({ db: database.db, now: () => new Date(clock), directory, everyMs: 20 });
    quick.start();
    await write(3);
    await expect
      .poll(async () => (await database.pool.query('select count(*) as n from audit_chain')).rows[0].n, {
        timeout: 5000,
      })
      .toBe(3);
    await write(1);
    await quick.stop();
    expect(await audit.verify()).toMatchObject({ ok: true, rows: 4, waiting: 0, anchors: expect.any(Number) });
    expect((await audit.verify()).anchors).toBeGreaterThan(0);
  });

  it('never stores the value of a secret, at any depth', async () => {
    await inTransaction(database.db, (tx) =>
      audit.record(tx, {
        principal: actor(),
        action: 'user.change',
        detail: { password: 'mat-khau-that', device: [{ apiKey: 'k-123', name: 'Trạm 1' }], mustChangePassword: true },
      }),
    );
    const { rows } = await database.pool.query('select detail from audit_entries');
    expect(rows[0].detail).toEqual({
      password: '***',
      device: [{ apiKey: '***', name: 'Trạm 1' }],
      mustChangePassword: true,
    });
  });

  it('can always write an entry, whatever bytes a stranger put into a name', async () => {
    await inTransaction(database.db, (tx) =>
      audit.record(tx, {
        principal: { ...actor(), id: 'a\0b', name: '\ud800' },
        action: 'session.refuse',
        subject: 'user:x\0',
        detail: { loginName: 'x\0\udfff' },
      }),
    );
    const { rows } = await database.pool.query('select actor_id, subject, detail from audit_entries');
    expect(rows[0]).toEqual({
      actor_id: 'a\u{fffd}b',
      subject: 'user:x\u{fffd}',
      detail: { loginName: 'x\u{fffd}\u{fffd}' },
    });
    expect((await audit.verify()).ok).toBe(true);
  });

  it('shows a reader only the entries of his organisation or area, counts included', async () => {
    const put = (areaCode: string | null, organisationId: string | null) =>
      inTransaction(database.db, (tx) =>
        audit.record(tx, { principal: actor('so-tttt'), action: 'case.open', areaCode, organisationId }),
      );
    await put('12433', null);
    await put(null, 'so-nnmt');
    await put(null, null);
    const query = { limit: 10, offset: 0 };
    const seenBy = async (scope: Principal['grants'][number]['scope']) => {
      const found = await audit.find(visible(reader(scope), 'audit:read'), query);
      expect(found.items).toHaveLength(found.total);
      return found.items.map((entry) => [entry.areaCode, entry.organisationId]);
    };
    expect(await seenBy({ all: true })).toHaveLength(3);
    expect(await seenBy({ all: false, organisations: ['so-nnmt'], areas: [] })).toEqual([[null, 'so-nnmt']]);
    expect(await seenBy({ all: false, organisations: [], areas: ['12433'] })).toEqual([['12433', null]]);
    expect(await seenBy({ all: false, organisations: ['so-tttt'], areas: [] })).toEqual([[null, 'so-tttt']]);
    expect((await audit.find(visible(actor(), 'audit:read'), query)).total).toBe(0);
  });

  it('filters by time, actor, subject and action; an action also finds what is under it, and nothing else', async () => {
    await write(4);
    const all = visible(reader({ all: true }), 'audit:read');
    const page = { limit: 10, offset: 0 };
    expect((await audit.find(all, { ...page, action: 'alert' })).items.map((entry) => entry.subject)).toEqual([
      'alert:4',
      'alert:2',
    ]);
    expect((await audit.find(all, { ...page, action: 'a%' })).total).toBe(0);
    expect((await audit.find(all, { ...page, subject: 'alert:3' })).total).toBe(1);
    expect((await audit.find(all, { ...page, actor: 'u2' })).total).toBe(0);
    const second = new Date(Date.UTC(2026, 10, 23, 1, 0, 2));
    const third = new Date(Date.UTC(2026, 10, 23, 1, 0, 3));
    expect((await audit.find(all, { ...page, from: second, to: third })).items[0]?.subject).toBe('alert:2');
    expect(await audit.find(all, { limit: 1, offset: 3 })).toMatchObject({ total: 4, items: [{ subject: 'alert:1' }] });
  });
});
