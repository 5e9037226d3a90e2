/**
 * Who may not send reports, propose initiatives or comment for a while. A moderator blocks the sender of a report without learning who it is; the
 * sender is told why, until when and how to appeal. What was sent stays, as evidence.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { readContact } from '../../platform/citizens/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { forbidden, type Principal, scopeOf } from '../../platform/rights/index.ts';
import { notFound, refuse } from '../../platform/words/index.ts';
import { type BlockKind, openTablesOf } from './open-tables.ts';
import { citizen, noSuchReport, type Parts } from './parts.ts';

/** Keyed digests of what a sender gave. */
export type Marks = { contacts: readonly Buffer[]; device: Buffer | null; network: Buffer | null };

const DAY_MS = 86_400_000;
/** A whole village may stand behind one address: it is not kept out for long. */
export const MOST_DAYS: Record<BlockKind, number> = { account: 365, contact: 365, device: 365, network: 7 };

/** @param from contacts are in the form 'phone:+84…' or 'email:…' */
export async function marksOf(
  { keyed }: Pick<Parts, 'keyed'>,
  from: { ip: string | null; contacts?: readonly string[] | undefined; device?: string | null | undefined },
): Promise<Marks> {
  const [network, device, ...contacts] = await Promise.all([
    from.ip === null ? null : keyed.digest('network', from.ip),
    from.device ? keyed.digest('device', from.device) : null,
    ...(from.contacts ?? []).map((one) => keyed.digest('contact', one)),
  ]);
  return { network, device, contacts: contacts.filter((one) => one !== null) };
}

/** Refuses with 403 who is blocked, in words that they can do something with. */
export async function demandNotBlocked(parts: Parts, from: Marks & { citizenId: string | null }): Promise<void> {
  const marks = [...from.contacts, from.device, from.network].filter((one) => one !== null);
  if (from.citizenId !== null) marks.push(await parts.keyed.digest('account', from.citizenId));
  if (marks.length === 0) return;
  const row = await openTablesOf(parts.db)
    .selectFrom('report_blocks')
    .selectAll()
    .where('mark', 'in', marks)
    .where('lifted_at', 'is', null)
    .where('until', '>', parts.now())
    .orderBy('until', 'desc')
    .executeTakeFirst();
  if (row) throw blocked(row);
}

/** One list for all that a person says: initiatives and comments ask for it by `citizens.demandNotKeptOut`. */
export function keepBlockedOut(parts: Parts): void {
  parts.citizens.keepOut(async (citizenId, known) => {
    const contacts = known.map(({ kind, value }) => `${kind}:${value}`);
    await demandNotBlocked(parts, { ...(await marksOf(parts, { ip: null, contacts })), citizenId });
  });
}

export type Block = {
  id: string;
  kind: BlockKind;
  number: string | null;
  reason: string;
  madeAt: Date;
  madeByName: string;
  until: Date;
  appeal: string | null;
  appealedAt: Date | null;
  liftedAt: Date | null;
  liftedByName: string | null;
  liftedWhy: string | null;
};

/** The list reaches the whole province, and so must the right. */
function demandModerator(principal: Principal): void {
  if (!scopeOf(principal, 'report:moderate')?.all) throw forbidden('report:moderate');
}

/** Blocks, newest first: those in force, or all that ever were. */
export async function listBlocks(parts: Parts, principal: Principal, past: boolean): Promise<Block[]> {
  demandModerator(principal);
  let query = openTablesOf(parts.db)
    .selectFrom('report_blocks')
    .leftJoin('reports', 'reports.case_id', 'report_blocks.case_id')
    .selectAll('report_blocks')
    .select('reports.number');
  if (!past) query = query.where('lifted_at', 'is', null).where('until', '>', parts.now());
  const rows = await query
    // Who waits for an answer to an appeal comes first.
    .orderBy(sql`appealed_at is null or lifted_at is not null`)
    .orderBy('made_at', 'desc')
    .limit(500)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    number: row.number,
    reason: row.reason,
    madeAt: row.made_at,
    madeByName: row.made_by_name,
    until: row.until,
    appeal: row.appeal,
    appealedAt: row.appealed_at,
    liftedAt: row.lifted_at,
    liftedByName: row.lifted_by_name,
    liftedWhy: row.lifted_why,
  }));
}

export type NewBlock = {
  /** the sender of this report … */
  number?: string | undefined;
  kinds?: readonly BlockKind[] | undefined;
  /** … or a telephone number or mailbox */
  contact?: string | undefined;
  reason: string;
  days: number;
};

/** Blocks what is known of a report's sender, or a contact. @returns how many blocks were made */
export async function block(parts: Parts, principal: Principal, given: NewBlock): Promise<number> {
  demandModerator(principal);
  return parts.db.transaction().execute(async (tx) => {
    const wanted = given.contact
      ? [{ kind: 'contact' as const, mark: await markOfContact(parts, given.contact), caseId: null }]
      : await ofSender(tx, parts, given.number ?? '', given.kinds ?? []);
    if (wanted.length === 0) throw nothingKnown();
    const at = parts.now();
    const reason = given.reason.normalize('NFC').trim();
    for (const { kind, mark, caseId } of wanted) {
      if (given.days > MOST_DAYS[kind]) throw tooLong(kind);
      const until = new Date(at.getTime() + given.days * DAY_MS);
      const id = randomUUID();
      await openTablesOf(tx)
        .insertInto('report_blocks')
        .values({
          id,
          kind,
          mark,
          case_id: caseId,
          reason,
          made_at: at,
          made_by: principal.id,
          made_by_name: principal.name,
          until,
          appeal: null,
          appealed_at: null,
          lifted_at: null,
          lifted_by_name: null,
          lifted_why: null,
        })
        .execute();
      await parts.audit.record(tx, {
        principal,
        action: 'report-block.make',
        subject: `report-block:${id}`,
        detail: { kind, of: given.number ?? null, reason, until: until.toISOString() },
      });
    }
    return wanted.length;
  });
}

async function markOfContact(parts: Parts, typed: string): Promise<Buffer> {
  const { kind, value } = readContact(typed);
  return parts.keyed.digest('contact', `${kind}:${value}`);
}

async function ofSender(
  tx: Tx,
  parts: Parts,
  number: string,
  kinds: readonly BlockKind[],
): Promise<{ kind: BlockKind; mark: Buffer; caseId: string }[]> {
  const own = openTablesOf(tx);
  const report = await own.selectFrom('reports').select('case_id').where('number', '=', number).executeTakeFirst();
  if (!report) throw noSuchReport();
  const caseId = report.case_id;
  const sender = await own.selectFrom('report_senders').selectAll().where('case_id', '=', caseId).executeTakeFirst();
  const accounts = await own
    .selectFrom('report_followers')
    .select('citizen_id')
    .distinct()
    .where('case_id', '=', caseId)
    .where('role', '=', 'sender')
    .where('citizen_id', 'is not', null)
    .execute();
  const marks: { kind: BlockKind; mark: Buffer | null }[] = [
    ...(sender?.contact_digests ?? []).map((mark) => ({ kind: 'contact' as const, mark })),
    { kind: 'device', mark: sender?.device_digest ?? null },
    { kind: 'network', mark: sender?.network_digest ?? null },
  ];
  for (const { citizen_id } of accounts) {
    if (citizen_id !== null) marks.push({ kind: 'account', mark: await parts.keyed.digest('account', citizen_id) });
  }
  return marks.flatMap(({ kind, mark }) => (mark && kinds.includes(kind) ? [{ kind, mark, caseId }] : []));
}

/** Ends a block before its time, with the reason: an appeal was heard, or it hit the wrong one. */
export async function lift(parts: Parts, principal: Principal, id: string, why: string): Promise<void> {
  demandModerator(principal);
  await parts.db.transaction().execute(async (tx) => {
    const text = why.normalize('NFC').trim();
    const done = await openTablesOf(tx)
      .updateTable('report_blocks')
      .set({ lifted_at: parts.now(), lifted_by_name: principal.name, lifted_why: text })
      .where('id', '=', id)
      .where('lifted_at', 'is', null)
      .executeTakeFirst();
    if (done.numUpdatedRows !== 1n) throw noSuchBlock();
    const detail = { why: text };
    await parts.audit.record(tx, { principal, action: 'report-block.lift', subject: `report-block:${id}`, detail });
  });
}

/** The blocked person's side, once; whoever has the block's id was told it with the refusal. */
export async function appeal(parts: Parts, ip: string, id: string, text: string): Promise<void> {
  await parts.citizens.limit([{ key: `report-appeal:${ip}`, most: 10, withinSeconds: 3600 }]);
  await parts.db.transaction().execute(async (tx) => {
    const done = await openTablesOf(tx)
      .updateTable('report_blocks')
      .set({ appeal: text.normalize('NFC').trim(), appealed_at: parts.now() })
      .where('id', '=', id)
      .where('lifted_at', 'is', null)
      .where('appealed_at', 'is', null)
      .executeTakeFirst();
    if (done.numUpdatedRows !== 1n) throw noSuchBlock();
    await parts.audit.record(tx, {
      principal: citizen,
      action: 'report-block.appeal',
      subject: `report-block:${id}`,
    });
  });
}

const day = new Intl.DateTimeFormat('vi-VN', { timeZone: 'Asia/Ho_Chi_Minh', dateStyle: 'short', timeStyle: 'short' });

function blocked(row: { id: string; reason: string; until: Date; appealed_at: Date | null }) {
  const until = day.format(row.until);
  const heard = row.appealed_at !== null;
  return refuse(403, 'sender-blocked', {
    vi: `Bạn tạm thời không gửi phản ánh, sáng kiến hay bình luận được đến ${until}. Lý do: ${row.reason}. ${heard ? 'Khiếu nại của bạn đang được xem xét.' : `Nếu không đúng, hãy gửi khiếu nại kèm mã ${row.id}, hoặc gọi 1022.`} Việc khẩn cấp: gọi 113, 114, 115.`,
    en: `You cannot send reports, initiatives or comments until ${until}. The reason: ${row.reason}. ${heard ? 'Your appeal is being looked at.' : `If this is wrong, appeal with the code ${row.id}, or call 1022.`} In an emergency call 113, 114 or 115.`,
  });
}

const noSuchBlock = () => notFound({ vi: 'lệnh chặn này', en: 'block' });

function nothingKnown() {
  const text = {
    vi: 'Không biết gì về người gửi phản ánh này theo các cách đã chọn, nên không chặn được.',
    en: 'Nothing of the chosen kinds is known of the sender of this report, so nothing can be blocked.',
  };
  return refuse(422, 'nothing-to-block', text, [{ at: '/kinds', reason: text }]);
}

function tooLong(kind: BlockKind) {
  const text = {
    vi: `Cách chặn này kéo dài tối đa ${MOST_DAYS[kind]} ngày.`,
    en: `A block of this kind lasts at most ${MOST_DAYS[kind]} days.`,
  };
  return refuse(422, 'block-too-long', text, [{ at: '/days', reason: text }]);
}
