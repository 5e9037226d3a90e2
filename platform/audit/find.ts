import { sql } from 'kysely';
import type { Db } from '../database/index.ts';
import type { Visible } from '../rights/index.ts';
import type { AuditTables } from './tables.ts';

export type AuditEntry = {
  id: number;
  at: Date;
  actor: { kind: string; id: string; name: string; organisationId: string | null };
  action: string;
  subject: string | null;
  areaCode: string | null;
  organisationId: string | null;
  detail: Record<string, unknown>;
  requestId: string | null;
  ip: string | null;
  /** the link's number in the chain; null while it waits */
  sequence: number | null;
};

/** Filters; `action` also matches what begins with it and a dot ('alert' finds 'alert.acknowledge'). Newest first. */
export type AuditQuery = {
  from?: Date;
  /** exclusive */
  to?: Date;
  actor?: string;
  action?: string;
  subject?: string;
  organisationId?: string;
  areaCode?: string;
  limit: number;
  offset: number;
};

export async function findEntries(
  db: Db,
  rights: Visible,
  query: AuditQuery,
): Promise<{ items: AuditEntry[]; total: number }> {
  let base = db
    .withTables<AuditTables>()
    .selectFrom('audit_entries as e')
    .where(rights.where({ area: 'e.area_code', organisation: 'e.organisation_id' }));
  if (query.from) base = base.where('e.at', '>=', query.from);
  if (query.to) base = base.where('e.at', '<', query.to);
  if (query.actor) base = base.where('e.actor_id', '=', query.actor);
  if (query.subject) base = base.where('e.subject', '=', query.subject);
  if (query.organisationId) base = base.where('e.organisation_id', '=', query.organisationId);
  if (query.areaCode) base = base.where('e.area_code', '=', query.areaCode);
  if (query.action) {
    const { action } = query;
    base = base.where((eb) =>
      eb.or([eb('e.action', '=', action), eb('e.action', 'like', `${action.replace(/[\\%_]/g, '\\$&')}.%`)]),
    );
  }
  const counted = await base.select(sql<number>`count(*)`.as('n')).executeTakeFirst();
  const rows = await base
    .leftJoin('audit_chain as c', 'c.entry_id', 'e.id')
    .selectAll('e')
    .select('c.sequence')
    .orderBy('e.at', 'desc')
    .orderBy('e.id', 'desc')
    .limit(query.limit)
    .offset(query.offset)
    .execute();
  return {
    total: counted?.n ?? 0,
    items: rows.map((row) => ({
      id: row.id,
      at: row.at,
      actor: {
        kind: row.actor_kind,
        id: row.actor_id,
        name: row.actor_name,
        organisationId: row.actor_organisation_id,
      },
      action: row.action,
      subject: row.subject,
      areaCode: row.area_code,
      organisationId: row.organisation_id,
      detail: row.detail,
      requestId: row.request_id,
      ip: row.ip,
      sequence: row.sequence,
    })),
  };
}
