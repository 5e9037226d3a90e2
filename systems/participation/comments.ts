/**
 * Discussion under initiatives and consultations. A comment stands at once where the program finds nothing in it; where
 * it finds personal data, insults, links or gibberish, a person looks first. What stands can be reported, and enough
 * reports hide it until a person has looked. What is taken off leaves its place and the reason.
 */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import { type Citizen, findMasks, maskText, textSigns } from '../../platform/citizens/index.ts';
import { inTransaction, type Tx } from '../../platform/database/index.ts';
import { covers, demand, type Principal, publicPrincipal, visible } from '../../platform/rights/index.ts';
import { notFound, refuse } from '../../platform/words/index.ts';
import { placeOf, readConsultation, stageOf } from './consultations.ts';
import { REPORTS_THAT_HIDE } from './initiative-types.ts';
import { asCitizen, readInitiative, requestHash, type VoiceParts, voicePlace } from './initiatives.ts';
import { type Subject, type VoiceTables, voiceTables } from './voice-tables.ts';

export type CommentRow = Selectable<VoiceTables['comments']>;

export type On = { kind: Subject; id: string };
type About = { place: { areaCode: string | null; organisationId: string }; open: boolean; authorId: string | null };

/** What is discussed, as the public sees it; 404 where it does not. */
async function about(parts: VoiceParts, on: On): Promise<About> {
  if (on.kind === 'consultation') {
    const row = await readConsultation(parts, publicPrincipal, on.id);
    const stage = stageOf(row, parts.now());
    return { place: placeOf(row), open: ['announced', 'open', 'over', 'counted'].includes(stage), authorId: null };
  }
  const row = await readInitiative(parts, publicPrincipal, null, on.id);
  return { place: voicePlace(row), open: row.state !== 'removed', authorId: row.citizen_id };
}

/** Everything that stands, and the places of what was taken off; a person's own also while it waits. Oldest first. */
export async function findComments(parts: VoiceParts, citizen: Citizen | null, on: On): Promise<CommentRow[]> {
  await about(parts, on);
  const own = citizen?.id ?? null;
  return voiceTables(parts.db)
    .selectFrom('comments')
    .selectAll()
    .where('on_kind', '=', on.kind)
    .where('on_id', '=', on.id)
    .where(
      sql<boolean>`(state in ('shown', 'removed') or (state in ('waiting', 'refused') and citizen_id = ${own}::uuid))`,
    )
    .orderBy('created_at')
    .orderBy('id')
    .limit(1000)
    .execute();
}

export type NewComment = {
  requestId: string;
  text: string;
  parent?: string | null;
  /** made by the demo's simulation; no route takes it */
  simulated?: boolean;
};

/** Takes a comment of a confirmed account; the same request again is the same comment. */
export async function comment(parts: VoiceParts, citizen: Citizen, on: On, input: NewComment): Promise<CommentRow> {
  await parts.citizens.demandNotKeptOut(citizen.id);
  const subject = await about(parts, on);
  const hash = requestHash(citizen.id, input.requestId);
  const earlier = await byRequest(parts, hash);
  if (earlier) return earlier;
  if (!subject.open) throw closedForTalk();
  await parts.citizens.limit([
    { key: `comment:${citizen.id}`, most: 20, withinSeconds: 3600 },
    { key: `comment-on:${citizen.id}:${on.id}`, most: 10, withinSeconds: 3600 },
  ]);
  const text = input.text.normalize('NFC').trim();
  const found = findMasks(text);
  const masked = maskText(text, found);
  const signs = [...new Set([...found.map((one) => one.kind), ...textSigns(text).map((one) => one.kind)])];
  return inTransaction(parts.db, async (tx) => {
    const row = await put(tx, parts, on, subject, input.parent ?? null, {
      request_hash: hash,
      citizen_id: citizen.id,
      by_id: `citizen:${citizen.id}`,
      author: nameIn(await keyOf(tx, on), citizen.id),
      role: citizen.id === subject.authorId ? 'proposer' : 'citizen',
      text: masked,
      written_sealed: masked === text ? null : await parts.citizens.seal(tx, citizen.id, text),
      state: signs.length > 0 ? 'waiting' : 'shown',
      signs,
      provenance: input.simulated ? 'simulated' : 'measured',
    });
    await record(parts, tx, asCitizen(citizen), 'comment.write', row, { state: row.state, signs });
    return row;
  });
}

/** The agency's word in a discussion, marked as such; by who answers for the subject. */
export async function commentAsAgency(
  parts: VoiceParts,
  principal: Principal,
  on: On,
  input: NewComment,
): Promise<CommentRow> {
  const subject = await about(parts, on);
  demand(principal, 'voice:answer', subject.place);
  const hash = requestHash(principal.id, input.requestId);
  const earlier = await byRequest(parts, hash);
  if (earlier) return earlier;
  if (!subject.open) throw closedForTalk();
  const unit = await parts.identity.organisation(principal.organisationId ?? subject.place.organisationId);
  return inTransaction(parts.db, async (tx) => {
    await keyOf(tx, on);
    const row = await put(tx, parts, on, subject, input.parent ?? null, {
      request_hash: hash,
      citizen_id: null,
      by_id: principal.id,
      author: unit?.name.vi ?? 'Cơ quan',
      role: 'agency',
      text: input.text.normalize('NFC').trim(),
      written_sealed: null,
      state: 'shown',
      signs: [],
      provenance: input.simulated ? 'simulated' : 'measured',
    });
    await record(parts, tx, principal, 'comment.answer', row, {});
    return row;
  });
}

/** Somebody says that a comment should not stand; each account once. Enough of them hide it until a person looked. */
export async function reportComment(parts: VoiceParts, citizen: Citizen, id: string, reason: string): Promise<void> {
  await parts.citizens.limit([{ key: `comment-report:${citizen.id}`, most: 20, withinSeconds: 86_400 }]);
  await inTransaction(parts.db, async (tx) => {
    const row = await lockComment(tx, id);
    if (row.state !== 'shown') throw noComment();
    const made = await voiceTables(tx)
      .insertInto('comment_reports')
      .values({ comment_id: id, citizen_id: citizen.id, reason: reason.normalize('NFC').trim(), at: parts.now() })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (made.numInsertedOrUpdatedRows !== 1n) return;
    const reports = row.reports + 1;
    // What a person has let stand, other people's reports do not hide again.
    const hide = reports >= REPORTS_THAT_HIDE && row.decided_at === null && row.role !== 'agency';
    await voiceTables(tx)
      .updateTable('comments')
      .set({ reports, ...(hide ? { state: 'waiting' as const, signs: [...row.signs, 'reported'] } : {}) })
      .where('id', '=', id)
      .execute();
    await record(parts, tx, asCitizen(citizen), 'comment.report', row, { reports, hidden: hide });
  });
}

/** What a person must look at: waiting ones, and those that were reported; oldest first. */
export async function commentsToModerate(parts: VoiceParts, principal: Principal) {
  const rows = await voiceTables(parts.db)
    .selectFrom('comments')
    .selectAll()
    .where(sql<boolean>`(state = 'waiting' or (reports > 0 and decided_at is null and state = 'shown'))`)
    .where(visible(principal, 'voice:moderate').where({ area: 'area_code', organisation: 'organisation_id' }))
    .orderBy('created_at')
    .limit(200)
    .execute();
  const reasons = await voiceTables(parts.db)
    .selectFrom('comment_reports')
    .select(['comment_id', 'reason'])
    .where('comment_id', 'in', rows.length > 0 ? rows.map((row) => row.id) : [randomUUID()])
    .execute();
  return rows.map((row) => ({
    row,
    reasons: reasons.filter((one) => one.comment_id === row.id).map((one) => one.reason),
  }));
}

/** A person decides: it stands (masked as the program masked it), or not, with the reason that everybody reads. */
export async function decideComment(
  parts: VoiceParts,
  principal: Principal,
  id: string,
  decision: { verdict: 'show' } | { verdict: 'remove'; reason: string },
): Promise<void> {
  await inTransaction(parts.db, async (tx) => {
    const row = await lockComment(tx, id);
    const place = { areaCode: row.area_code, organisationId: row.organisation_id };
    if (!covers(principal, 'voice:moderate', place)) throw noComment();
    if (row.state === 'refused' || row.state === 'removed') throw decidedAlready();
    // What nobody has read is refused; what stood, or was hidden by reports, leaves its place.
    const stood = row.state === 'shown' || row.signs.includes('reported');
    const reason = decision.verdict === 'remove' ? decision.reason.normalize('NFC').trim() : null;
    await voiceTables(tx)
      .updateTable('comments')
      .set({
        state: decision.verdict === 'show' ? 'shown' : stood ? 'removed' : 'refused',
        reason,
        decided_at: parts.now(),
        decided_by_name: principal.name,
      })
      .where('id', '=', id)
      .execute();
    await record(parts, tx, principal, `comment.${decision.verdict}`, row, { reason, text: row.text });
  });
}

/** A person's name in one discussion: the same there, another one in the next, and nobody's account. */
function nameIn(key: Buffer, citizenId: string): string {
  const letters = 'ABCDEGHKLMNPQRSTUVXY';
  const digest = createHmac('sha256', key).update(`talk:${citizenId}`).digest();
  const tag = [...digest.subarray(0, 4)].map((byte) => letters[byte % letters.length]).join('');
  return `Người dân ${tag}`;
}

async function keyOf(tx: Tx, on: On): Promise<Buffer> {
  await voiceTables(tx)
    .insertInto('discussions')
    .values({ on_kind: on.kind, on_id: on.id, key: randomBytes(32) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await voiceTables(tx)
    .selectFrom('discussions')
    .select('key')
    .where('on_kind', '=', on.kind)
    .where('on_id', '=', on.id)
    .executeTakeFirstOrThrow();
  return row.key;
}

type Written = Pick<
  CommentRow,
  | 'request_hash'
  | 'citizen_id'
  | 'by_id'
  | 'author'
  | 'role'
  | 'text'
  | 'written_sealed'
  | 'state'
  | 'signs'
  | 'provenance'
>;

async function put(
  tx: Tx,
  parts: VoiceParts,
  on: On,
  subject: About,
  parent: string | null,
  written: Written,
): Promise<CommentRow> {
  if (parent !== null) {
    const above = await voiceTables(tx).selectFrom('comments').selectAll().where('id', '=', parent).executeTakeFirst();
    if (!above || above.on_id !== on.id || above.state !== 'shown') throw noComment();
    if (above.parent !== null) throw oneLevel();
  }
  return voiceTables(tx)
    .insertInto('comments')
    .values({
      id: randomUUID(),
      on_kind: on.kind,
      on_id: on.id,
      parent,
      ...written,
      reason: null,
      area_code: subject.place.areaCode,
      organisation_id: subject.place.organisationId,
      created_at: parts.now(),
      decided_at: null,
      decided_by_name: null,
    })
    .onConflict((conflict) =>
      conflict.column('request_hash').doUpdateSet((eb) => ({ reports: eb.ref('comments.reports') })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

const byRequest = (parts: VoiceParts, hash: string): Promise<CommentRow | undefined> =>
  voiceTables(parts.db).selectFrom('comments').selectAll().where('request_hash', '=', hash).executeTakeFirst();

async function lockComment(tx: Tx, id: string): Promise<CommentRow> {
  const row = await voiceTables(tx)
    .selectFrom('comments')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw noComment();
  return row;
}

const record = (
  parts: VoiceParts,
  tx: Tx,
  principal: Principal,
  action: string,
  row: CommentRow,
  detail: Record<string, unknown>,
): Promise<void> =>
  parts.audit.record(tx, {
    principal,
    action,
    subject: `comment:${row.id}`,
    areaCode: row.area_code,
    organisationId: row.organisation_id,
    detail: { on: `${row.on_kind}:${row.on_id}`, ...detail },
  });

const noComment = () => notFound({ vi: 'bình luận này', en: 'comment' });

function oneLevel() {
  const text = { vi: 'Chỉ trả lời được bình luận đầu tiên.', en: 'A reply cannot be replied to.' };
  return refuse(422, 'one-level', text, [{ at: '/parent', reason: text }]);
}

function closedForTalk() {
  return refuse(409, 'discussion-closed', {
    vi: 'Phần thảo luận ở đây đã đóng.',
    en: 'The discussion here is closed.',
  });
}

function decidedAlready() {
  return refuse(409, 'decided-already', {
    vi: 'Bình luận này đã được xử lý.',
    en: 'This comment was decided already.',
  });
}
