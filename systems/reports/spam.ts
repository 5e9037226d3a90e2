/** Marks reports that look like abuse for a moderator, after they were taken: nobody's report is dropped by a program. */
import { sql } from 'kysely';
import { textSigns } from '../../platform/citizens/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import type { LogEvent } from '../../platform/events/index.ts';
import { covers, type Principal, visible } from '../../platform/rights/index.ts';
import { notFound, Refusal } from '../../platform/words/index.ts';
import { type FlagKind, openTablesOf } from './open-tables.ts';
import type { Parts } from './parts.ts';

const DAY_MS = 86_400_000;
/** How many others within a day make a sign. */
const SAME_TEXT = 3;
const MANY_FROM_ONE = 10;

type Sign = { kind: FlagKind; detail: Record<string, unknown> };

/** Looks at each report that came; called by the follower of the log, once for each. */
export async function markSpam(tx: Tx, parts: Parts, events: readonly LogEvent[]): Promise<void> {
  for (const { kind, subject } of events) {
    if (kind !== 'report.received' || subject === null) continue;
    for (const sign of await signsOf(tx, parts, subject)) {
      await openTablesOf(tx)
        .insertInto('report_flags')
        .values({
          case_id: subject,
          kind: sign.kind,
          detail: JSON.stringify(sign.detail),
          at: parts.now(),
          judged_at: null,
          judged_by_name: null,
          verdict: null,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  }
}

async function signsOf(tx: Tx, parts: Parts, caseId: string): Promise<Sign[]> {
  const own = openTablesOf(tx);
  const report = await own
    .selectFrom('reports')
    .select(['text', 'received_at'])
    .where('case_id', '=', caseId)
    .executeTakeFirst();
  const sender = await own.selectFrom('report_senders').selectAll().where('case_id', '=', caseId).executeTakeFirst();
  if (!report || !sender) return [];
  const since = new Date(report.received_at.getTime() - DAY_MS);
  const signs: Sign[] = textSigns(report.text);
  const others = async (column: 'text_digest' | 'device_digest' | 'network_digest', value: Buffer | null) => {
    if (value === null) return 0;
    const found = await sql<{ n: number }>`select count(*) as n from report_senders
      where ${sql.ref(column)} = ${value} and at >= ${since} and at <= ${report.received_at} and case_id <> ${caseId}`.execute(
      tx,
    );
    return found.rows[0]?.n ?? 0;
  };
  const same = await others('text_digest', sender.text_digest);
  if (same >= SAME_TEXT) signs.push({ kind: 'same-text', detail: { others: same } });
  const many = Math.max(
    await others('device_digest', sender.device_digest),
    await others('network_digest', sender.network_digest),
  );
  if (many >= MANY_FROM_ONE) signs.push({ kind: 'many-from-one', detail: { others: many } });
  const twins = await printPhotos(tx, parts, caseId);
  if (twins.length > 0) signs.push({ kind: 'same-photo', detail: { numbers: twins } });
  return signs;
}

/** Remembers what the report's photos show by their content. @returns numbers of other reports with the same photo */
async function printPhotos(tx: Tx, parts: Parts, caseId: string): Promise<string[]> {
  const photos = (await parts.photos.of(tx, caseId)).filter((one) => one.part === 'before');
  const prints: string[] = [];
  for (const { fileId } of photos) {
    const opened = await parts.files.open(parts.photos.reader, fileId).catch(lost);
    if (!opened) continue;
    await opened.content.close();
    prints.push(opened.etag);
    await openTablesOf(tx)
      .insertInto('report_photo_prints')
      .values({ file_id: fileId, case_id: caseId, print: opened.etag, at: parts.now() })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  if (prints.length === 0) return [];
  const twins = await openTablesOf(tx)
    .selectFrom('report_photo_prints')
    .innerJoin('reports', 'reports.case_id', 'report_photo_prints.case_id')
    .select('reports.number')
    .distinct()
    .where('print', 'in', prints)
    .where('report_photo_prints.case_id', '<>', caseId)
    .limit(20)
    .execute();
  return twins.map((one) => one.number);
}

/** A photo whose content the disk has lost has no print; the follower must not stand still because of it. */
function lost(error: unknown): null {
  if (error instanceof Refusal) return null;
  throw error;
}

export type Flagged = {
  caseId: string;
  number: string;
  text: string;
  receivedAt: Date;
  step: string;
  /** what of the sender can be blocked */
  known: ('account' | 'contact' | 'device' | 'network')[];
  flags: { kind: FlagKind; detail: Record<string, unknown>; at: Date }[];
  verdict: 'fine' | 'abuse' | null;
  judgedByName: string | null;
  judgedAt: Date | null;
};

/** Reports with marks that nobody has judged (or, as `past`, that were), of those that the moderator may see. */
export async function findFlagged(parts: Parts, principal: Principal, past: boolean): Promise<Flagged[]> {
  const rows = await openTablesOf(parts.db)
    .selectFrom('report_flags as f')
    .innerJoin('reports as r', 'r.case_id', 'f.case_id')
    .leftJoin('report_senders as s', 's.case_id', 'f.case_id')
    .select(['r.case_id', 'r.number', 'r.text', 'r.received_at', 'r.step', 'f.kind', 'f.detail', 'f.at'])
    .select(['f.verdict', 'f.judged_by_name', 'f.judged_at'])
    .select(['s.device_digest', 's.network_digest', 's.contact_digests'])
    .select(
      sql<boolean>`exists (select from report_followers w where w.case_id = r.case_id and w.role = 'sender'
        and w.citizen_id is not null)`.as('has_account'),
    )
    .where('f.judged_at', past ? 'is not' : 'is', null)
    .where(visible(principal, 'report:moderate').where({ area: 'r.rights_area', organisation: 'r.organisation_id' }))
    .orderBy('f.at', 'desc')
    .orderBy('f.id')
    .limit(300)
    .execute();
  const found = new Map<string, Flagged>();
  for (const row of rows) {
    const one = found.get(row.case_id) ?? {
      caseId: row.case_id,
      number: row.number,
      text: row.text,
      receivedAt: row.received_at,
      step: row.step,
      known: [
        ...(row.has_account ? (['account'] as const) : []),
        ...((row.contact_digests?.length ?? 0) > 0 ? (['contact'] as const) : []),
        ...(row.device_digest ? (['device'] as const) : []),
        ...(row.network_digest ? (['network'] as const) : []),
      ],
      flags: [],
      verdict: row.verdict,
      judgedByName: row.judged_by_name,
      judgedAt: row.judged_at,
    };
    one.flags.push({ kind: row.kind, detail: row.detail, at: row.at });
    found.set(row.case_id, one);
  }
  return [...found.values()];
}

/** A person has looked: it is fine, or it is abuse. The report itself is refused or kept at the desk, not here. */
export async function judge(
  parts: Parts,
  principal: Principal,
  caseId: string,
  verdict: 'fine' | 'abuse',
): Promise<void> {
  await parts.db.transaction().execute(async (tx) => {
    const own = openTablesOf(tx);
    const row = await own.selectFrom('reports').selectAll().where('case_id', '=', caseId).executeTakeFirst();
    const place = { areaCode: row?.rights_area ?? null, organisationId: row?.organisation_id ?? null };
    if (!row || !covers(principal, 'report:moderate', place)) throw notFound({ vi: 'phản ánh này', en: 'report' });
    await own
      .updateTable('report_flags')
      .set({ judged_at: parts.now(), judged_by_name: principal.name, verdict })
      .where('case_id', '=', caseId)
      .where('judged_at', 'is', null)
      .execute();
    await parts.audit.record(tx, {
      principal,
      action: 'report.judge-flags',
      subject: `case:${caseId}`,
      ...place,
      detail: { number: row.number, verdict },
    });
  });
}
