import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../database/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createHttp, type Http } from '../http/index.ts';
import type { Principal, Scope } from '../rights/index.ts';
import { type Audit, createAudit, serveAudit } from './index.ts';

const reader = (id: string, scope: Scope | null): Principal => ({
  kind: 'user',
  id,
  name: id,
  organisationId: 'so-nnmt',
  grants: scope ? [{ permission: 'audit:read', scope }] : [],
});
const people: Record<string, Principal> = {
  auditor: reader('auditor', { all: true }),
  local: reader('local', { all: false, organisations: ['so-nnmt'], areas: [] }),
  officer: reader('officer', null),
};

describe('the addresses of the audit log', () => {
  let database: TestDatabase;
  let audit: Audit;
  let http: Http;

  beforeEach(async () => {
    database = await testDatabase();
    audit = createAudit({ db: database.db, now: () => new Date(Date.UTC(2026, 10, 23, 1, 0)) });
    http = await createHttp({
      logger: false,
      version: '0',
      authenticators: [async (request) => people[String(request.headers['x-who'])] ?? null],
    });
    serveAudit(http, database.db, audit);
    for (const organisationId of ['so-nnmt', 'so-yte']) {
      await inTransaction(database.db, (tx) =>
        audit.record(tx, {
          principal: reader('u1', null),
          action: 'case.open',
          organisationId,
          detail: { note: 'Mở' },
        }),
      );
    }
  });
  afterEach(async () => {
    await http.app.close();
    await database.close();
  });

  const get = (url: string, who: string) => http.app.inject({ url, headers: { 'x-who': who } });

  it('show nothing to strangers and to those without the permission', async () => {
    for (const url of ['/api/audit', '/api/audit/verify']) {
      expect((await get(url, 'nobody')).statusCode).toBe(401);
      expect((await get(url, 'officer')).statusCode).toBe(403);
    }
  });

  it('show an auditor of one organisation its entries only, and not the state of the whole chain', async () => {
    const { items, total } = (await get('/api/audit', 'local')).json();
    expect(total).toBe(1);
    expect(items).toMatchObject([
      { action: 'case.open', organisationId: 'so-nnmt', detail: { note: 'Mở' }, sequence: null },
    ]);
    expect((await get('/api/audit/verify', 'local')).statusCode).toBe(403);
  });

  it('write down who read the log, and what for', async () => {
    await get('/api/audit?action=case&limit=1', 'auditor');
    const { items } = (await get('/api/audit?action=audit', 'auditor')).json();
    expect(items).toMatchObject([
      { action: 'audit.read', actor: { id: 'auditor' }, detail: { action: 'case', limit: 1, found: 2 } },
    ]);
  });

  it('say that the chain is whole, and where it is not', async () => {
    expect((await get('/api/audit/verify', 'auditor')).json()).toMatchObject({ ok: true, rows: 2 });
    await database.pool.query('alter table audit_entries disable trigger all');
    await database.pool.query(`update audit_entries set detail = '{}' where id = 2`);
    const broken = (await get('/api/audit/verify', 'auditor')).json();
    expect(broken).toMatchObject({ ok: false, rows: 1, brokenAt: { sequence: 2, entryId: '2' } });
    expect(broken.reason.vi).toContain('không khớp');
  });

  it('refuse filters that are not right', async () => {
    expect((await get('/api/audit?from=hôm qua', 'auditor')).statusCode).toBe(400);
    expect((await get('/api/audit?limit=100000', 'auditor')).statusCode).toBe(400);
  });
});
