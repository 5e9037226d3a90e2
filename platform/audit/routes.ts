import { type Db, inTransaction } from '../database/index.ts';
import type { Http } from '../http/index.ts';
import { demand, visible } from '../rights/index.ts';
import { auditApi } from './api.ts';
import type { Audit } from './index.ts';

/** Reading the log is itself an entry: it holds what people did and from where. */
export function serveAudit(http: Http, db: Db, audit: Audit): void {
  http.serve('audit', auditApi, {
    'GET /api/audit': async ({ principal, query, request }) => {
      const { from, to, ...rest } = query;
      const found = await audit.find(visible(principal, 'audit:read'), {
        ...rest,
        ...(from === undefined ? {} : { from: new Date(from) }),
        ...(to === undefined ? {} : { to: new Date(to) }),
      });
      await inTransaction(db, (tx) =>
        audit.record(tx, {
          principal,
          action: 'audit.read',
          detail: { ...query, found: found.total },
          requestId: request.id,
          ip: request.ip,
        }),
      );
      return {
        total: found.total,
        items: found.items.map((entry) => ({ ...entry, id: String(entry.id), at: entry.at.toISOString() })),
      };
    },
    'GET /api/audit/verify': async ({ principal, request }) => {
      // It tells how much everybody did, so it is for those who may see all of it.
      demand(principal, 'audit:read', { areaCode: null, organisationId: null });
      const result = await audit.verify();
      await inTransaction(db, (tx) =>
        audit.record(tx, {
          principal,
          action: 'audit.verify',
          detail: { ok: result.ok, rows: result.rows },
          requestId: request.id,
          ip: request.ip,
        }),
      );
      const { brokenAt, ...rest } = result;
      if (!brokenAt) return rest;
      return {
        ...rest,
        brokenAt: { ...brokenAt, entryId: brokenAt.entryId === null ? null : String(brokenAt.entryId) },
      };
    },
  });
}
