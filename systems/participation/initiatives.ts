/** Initiatives of citizens: proposed by a confirmed account, let through by a person, supported by those who live there. */
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import { type Citizen, findMasks, maskText } from '../../platform/citizens/index.ts';
import { inTransaction, type Tx } from '../../platform/database/index.ts';
import type { Platform } from '../../platform/declaration/index.ts';
import { covers, demand, type Principal, systemPrincipal, visible } from '../../platform/rights/index.ts';
import { notFound, plain, refuse, type Text } from '../../platform/words/index.ts';
import { defaultTerms, type InitiativeField, type InitiativeState, type Terms } from './initiative-types.ts';
import { type VoiceTables, voiceTables } from './voice-tables.ts';
import { localDay, pseudonymOf } from './voting.ts';

export type VoiceParts = Pick<
  Platform,
  'db' | 'now' | 'audit' | 'log' | 'territory' | 'identity' | 'calendar' | 'cases' | 'citizens'
>;
export type InitiativeRow = Selectable<VoiceTables['initiatives']>;

/** A citizen's deed in the audit log: the account, not the name. */
export const asCitizen = (citizen: Pick<Citizen, 'id'>): Principal => ({
  ...systemPrincipal('citizens', []),
  id: `citizen:${citizen.id}`,
  name: 'Người dân',
});

export const voicePlace = (row: Pick<InitiativeRow, 'area_code' | 'organisation_id'>) => ({
  areaCode: row.area_code,
  organisationId: row.organisation_id,
});

const DAY = 86_400_000;
const known: readonly InitiativeState[] = ['open', 'due', 'answered', 'consulted', 'lapsed', 'removed'];

export const requestHash = (who: string, requestId: string): string =>
  createHash('sha256').update(`${who} ${requestId}`).digest('hex');

export type NewInitiative = {
  requestId: string;
  title: string;
  body: string;
  areaCode: string | null;
  category: InitiativeField;
  /** made by the demo's simulation; no route takes it */
  simulated?: boolean;
};

/** Takes a proposal of somebody who lives there. The same request again (a double tap) is the same initiative. */
export async function propose(parts: VoiceParts, citizen: Citizen, input: NewInitiative): Promise<string> {
  await parts.citizens.demandNotKeptOut(citizen.id);
  demandLivesIn(parts, citizen, input.areaCode);
  const hash = requestHash(citizen.id, input.requestId);
  const earlier = await voiceTables(parts.db)
    .selectFrom('initiatives')
    .select('id')
    .where('request_hash', '=', hash)
    .executeTakeFirst();
  if (earlier) return earlier.id;
  await parts.citizens.limit([{ key: `initiative:${citizen.id}`, most: 3, withinSeconds: 86_400 }]);
  const [terms, organisationId] = await Promise.all([
    termsFor(parts, input.areaCode),
    responsibleFor(parts, input.areaCode),
  ]);
  const id = randomUUID();
  const written = { title: input.title.normalize('NFC').trim(), body: input.body.normalize('NFC').trim() };
  const title = maskText(written.title, findMasks(written.title));
  const body = maskText(written.body, findMasks(written.body));
  return inTransaction(parts.db, async (tx) => {
    const masked = title !== written.title || body !== written.body;
    const made = await voiceTables(tx)
      .insertInto('initiatives')
      .values({
        id,
        request_hash: hash,
        citizen_id: citizen.id,
        category: input.category,
        area_code: input.areaCode,
        organisation_id: organisationId,
        title,
        body,
        search_plain: plain(`${title} ${body}`).slice(0, 4000),
        written_sealed: masked ? await parts.citizens.seal(tx, citizen.id, JSON.stringify(written)) : null,
        state: 'waiting',
        reason: null,
        published_at: null,
        collects_until: null,
        support_needed: terms.supportNeeded,
        answer_days: terms.answerDays,
        support_key: null,
        case_id: null,
        case_number: null,
        due_since: null,
        answer: null,
        answered_at: null,
        answered_by_name: null,
        in_time: null,
        consultation_id: null,
        provenance: input.simulated ? 'simulated' : 'measured',
        created_at: parts.now(),
      })
      .onConflict((conflict) => conflict.column('request_hash').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!made) {
      const twin = await voiceTables(tx)
        .selectFrom('initiatives')
        .select('id')
        .where('request_hash', '=', hash)
        .executeTakeFirstOrThrow();
      return twin.id;
    }
    const place = { area_code: input.areaCode, organisation_id: organisationId };
    await tell(parts, tx, asCitizen(citizen), 'initiative.propose', { id, ...place }, { category: input.category });
    return id;
  });
}

export type Decision =
  | { verdict: 'publish'; title: string; body: string; organisationId: string }
  | { verdict: 'refuse'; reason: string };

/** A person decides: it is published in the words that the moderator lets stand, or refused with the reason. */
export async function decide(
  parts: VoiceParts,
  principal: Principal,
  id: string,
  decision: Decision,
  expectedVersion: number,
): Promise<void> {
  if (decision.verdict === 'publish' && !(await parts.identity.exists(decision.organisationId))) throw noUnit();
  await inTransaction(parts.db, async (tx) => {
    const row = await lockInitiative(tx, principal, id);
    demand(principal, 'voice:moderate', voicePlace(row));
    demandState(row, ['waiting']);
    if (row.version !== expectedVersion) throw changedMeanwhile();
    if (decision.verdict === 'refuse') {
      await change(tx, row, { state: 'refused', reason: decision.reason.normalize('NFC').trim() });
      await tell(parts, tx, principal, 'initiative.refuse', row, { reason: decision.reason });
    } else {
      const terms = await termsFor(parts, row.area_code);
      const title = decision.title.normalize('NFC').trim();
      const body = decision.body.normalize('NFC').trim();
      await change(tx, row, {
        state: 'open',
        title,
        body,
        search_plain: plain(`${title} ${body}`).slice(0, 4000),
        organisation_id: decision.organisationId,
        published_at: parts.now(),
        collects_until: new Date(parts.now().getTime() + terms.collectDays * DAY),
        support_needed: terms.supportNeeded,
        answer_days: terms.answerDays,
        support_key: randomBytes(32),
      });
      const edited = title !== row.title || body !== row.body;
      await tell(parts, tx, principal, 'initiative.publish', row, { edited, unit: decision.organisationId });
    }
    const [subject, text] =
      decision.verdict === 'publish'
        ? ['Sáng kiến của bạn đã được đăng', `“${row.title}” đã được đăng để mọi người ủng hộ.`]
        : ['Sáng kiến của bạn chưa được đăng', `“${row.title}” chưa được đăng. Lý do: ${decision.reason}`];
    await parts.citizens.tell(tx, row.citizen_id, { about: `initiative:${id}`, subject, text });
  });
}

/**
 * One person supports once: a citizen's number counts once whatever accounts it has, an account once whatever it signed
 * in by. Asked again, nothing changes.
 */
export async function support(parts: VoiceParts, citizen: Citizen, id: string): Promise<{ supporters: number }> {
  const subject = await parts.citizens.subjectOf(citizen);
  return inTransaction(parts.db, async (tx) => {
    const row = await lockPublished(tx, id);
    demandState(row, ['open', 'due']);
    if (row.state === 'open' && row.collects_until && row.collects_until <= parts.now()) throw tooLate();
    demandLivesIn(parts, citizen, row.area_code);
    const key = supportKey(row);
    const made = await voiceTables(tx)
      .insertInto('initiative_supports')
      .values({
        initiative_id: id,
        pseudonym: pseudonymOf(key, subject.kind, subject.value),
        account: accountOf(key, citizen.id),
        assurance: citizen.assurance,
        given_on: localDay(parts.now()),
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return { supporters: made.numInsertedOrUpdatedRows === 1n ? await recount(tx, row) : row.supporters };
  });
}

/** Takes one's support back, while it is still collected. */
export async function withdraw(parts: VoiceParts, citizen: Citizen, id: string): Promise<{ supporters: number }> {
  return inTransaction(parts.db, async (tx) => {
    const row = await lockPublished(tx, id);
    demandState(row, ['open']);
    await voiceTables(tx)
      .deleteFrom('initiative_supports')
      .where('initiative_id', '=', id)
      .where('account', '=', accountOf(supportKey(row), citizen.id))
      .execute();
    return { supporters: await recount(tx, row) };
  });
}

/** Whether this account supports it; null where that is not to be known any more. */
export async function supports(parts: VoiceParts, citizen: Citizen, row: InitiativeRow): Promise<boolean | null> {
  if (!row.support_key) return null;
  const found = await voiceTables(parts.db)
    .selectFrom('initiative_supports')
    .select('assurance')
    .where('initiative_id', '=', row.id)
    .where('account', '=', accountOf(row.support_key, citizen.id))
    .executeTakeFirst();
  return found !== undefined;
}

export type InitiativeQuery = {
  q?: string;
  areaCode?: string;
  category?: string;
  state?: InitiativeState;
  limit: number;
  offset: number;
};

/** What was published, newest first: refused ones are nobody's to list, removed ones only by their address. */
export async function findInitiatives(parts: VoiceParts, query: InitiativeQuery) {
  let base = voiceTables(parts.db).selectFrom('initiatives').where('published_at', 'is not', null);
  base = query.state ? base.where('state', '=', query.state) : base.where('state', '<>', 'removed');
  if (query.q) base = base.where('search_plain', 'like', `%${plain(query.q).replace(/[%_\\]/g, '\\$&')}%`);
  if (query.areaCode) base = base.where('area_code', 'in', parts.territory.areaClosure(query.areaCode));
  if (query.category) base = base.where('category', '=', query.category);
  const [items, count] = await Promise.all([
    base.selectAll().orderBy('published_at', 'desc').orderBy('id').limit(query.limit).offset(query.offset).execute(),
    base.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
  ]);
  return { items, total: count.n };
}

/** For the desk: what the principal moderates or answers, what waits longest first. */
export async function findForDesk(parts: VoiceParts, principal: Principal, state?: InitiativeState) {
  const columns = { area: 'area_code', organisation: 'organisation_id' };
  let base = voiceTables(parts.db)
    .selectFrom('initiatives')
    .selectAll()
    .where(
      sql<boolean>`(${visible(principal, 'voice:moderate').where(columns)} or ${visible(principal, 'voice:answer').where(columns)})`,
    );
  if (state) base = base.where('state', '=', state);
  return base
    .orderBy(sql`case state when 'waiting' then 0 when 'due' then 1 when 'open' then 2 else 3 end`)
    .orderBy(sql`coalesce(due_since, published_at, created_at)`)
    .limit(500)
    .execute();
}

export const findOwn = (parts: VoiceParts, citizen: Citizen) =>
  voiceTables(parts.db)
    .selectFrom('initiatives')
    .selectAll()
    .where('citizen_id', '=', citizen.id)
    .orderBy('created_at', 'desc')
    .limit(100)
    .execute();

/** What was published is everybody's to read; before that it is its author's and its moderators'. */
export async function readInitiative(
  parts: VoiceParts,
  principal: Principal,
  citizen: Citizen | null,
  id: string,
): Promise<InitiativeRow> {
  const row = await voiceTables(parts.db).selectFrom('initiatives').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row || !(known.includes(row.state) || row.citizen_id === citizen?.id || seesAll(principal, row))) {
    throw noInitiative();
  }
  return row;
}

/** The words as they were written, for a moderator with a purpose; the reading is audited. */
export async function readWritten(parts: VoiceParts, principal: Principal, id: string, purpose: string) {
  const row = await readInitiative(parts, principal, null, id);
  demand(principal, 'voice:moderate', voicePlace(row));
  if (!row.written_sealed) return { title: row.title, body: row.body };
  const why = `initiative ${id}: ${purpose.trim()}`;
  const written = await parts.citizens.unseal(principal, why, row.citizen_id, row.written_sealed);
  return written === null ? { title: row.title, body: row.body } : (JSON.parse(written) as typeof row);
}

/** The terms of a place: its own, else those of the program for communes and for the whole province. */
export async function termsFor(parts: Pick<VoiceParts, 'db'>, areaCode: string | null): Promise<Terms> {
  const row = await voiceTables(parts.db)
    .selectFrom('initiative_terms')
    .selectAll()
    .where('area_code', '=', areaCode ?? 'province')
    .executeTakeFirst();
  if (!row) return defaultTerms[areaCode === null ? 'province' : 'commune'];
  return { supportNeeded: row.support_needed, collectDays: row.collect_days, answerDays: row.answer_days };
}

/** Sets the terms of a place for what is published from now on; initiatives keep those they were published with. */
export async function setTerms(parts: VoiceParts, principal: Principal, areaCode: string | null, terms: Terms) {
  const organisationId = await responsibleFor(parts, areaCode);
  demand(principal, 'consultation:manage', { areaCode, organisationId });
  await inTransaction(parts.db, async (tx) => {
    const columns = {
      support_needed: terms.supportNeeded,
      collect_days: terms.collectDays,
      answer_days: terms.answerDays,
      updated_at: parts.now(),
      updated_by: principal.id,
    };
    const key = areaCode ?? 'province';
    await voiceTables(tx)
      .insertInto('initiative_terms')
      .values({ area_code: key, ...columns })
      .onConflict((conflict) =>
        conflict
          .column('area_code')
          .doUpdateSet((eb) => ({ ...columns, version: eb('initiative_terms.version', '+', 1) })),
      )
      .execute();
    const subject = `initiative-terms:${key}`;
    const detail = { ...terms };
    await parts.audit.record(tx, { principal, action: 'initiative.terms', subject, areaCode, organisationId, detail });
  });
}

/** Who answers for a place: its people's committee; for the whole province, that of the province. */
export async function responsibleFor(parts: Pick<VoiceParts, 'identity' | 'territory'>, areaCode: string | null) {
  const tree = await parts.identity.tree();
  const unit =
    areaCode === null
      ? tree.search({ kind: 'province', limit: 1, offset: 0 }).items[0]
      : (tree.forArea(areaCode, 'commune') ?? undefined);
  if (!unit) throw nobodyAnswers();
  return unit.id;
}

export function seesAll(principal: Principal, row: Pick<InitiativeRow, 'area_code' | 'organisation_id'>): boolean {
  return covers(principal, 'voice:moderate', voicePlace(row)) || covers(principal, 'voice:answer', voicePlace(row));
}

export function demandLivesIn(parts: Pick<VoiceParts, 'territory'>, citizen: Citizen, areaCode: string | null): void {
  if (citizen.residence === null) {
    throw refuse(422, 'residence-unknown', {
      vi: 'Chưa biết bạn cư trú ở xã, phường nào. Hãy chọn nơi cư trú trước.',
      en: 'Your commune of residence is not known. Choose it first.',
    });
  }
  const inside = areaCode === null || parts.territory.areaClosure(areaCode).includes(citizen.residence);
  if (inside) return;
  throw refuse(403, 'not-resident', {
    vi: 'Việc này dành cho người cư trú tại địa bàn của sáng kiến; nơi cư trú của bạn không thuộc địa bàn đó.',
    en: 'This is for the residents of the initiative’s place; yours is not part of it.',
  });
}

/** Locks an initiative; one that the principal may not see does not exist for them. */
export async function lockInitiative(tx: Tx, principal: Principal, id: string): Promise<InitiativeRow> {
  const row = await voiceTables(tx)
    .selectFrom('initiatives')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row || !(known.includes(row.state) || seesAll(principal, row))) throw noInitiative();
  return row;
}

async function lockPublished(tx: Tx, id: string): Promise<InitiativeRow> {
  const row = await voiceTables(tx)
    .selectFrom('initiatives')
    .selectAll()
    .where('id', '=', id)
    .where('published_at', 'is not', null)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw noInitiative();
  return row;
}

async function recount(tx: Tx, row: InitiativeRow): Promise<number> {
  const found = await voiceTables(tx)
    .selectFrom('initiative_supports')
    .select((eb) => [
      eb.fn.countAll<number>().as('n'),
      sql<number>`count(*) filter (where assurance = 'national-id')`.as('verified'),
    ])
    .where('initiative_id', '=', row.id)
    .executeTakeFirstOrThrow();
  await voiceTables(tx)
    .updateTable('initiatives')
    .set({ supporters: found.n, supporters_verified: found.verified })
    .where('id', '=', row.id)
    .execute();
  return found.n;
}

const accountOf = (key: Buffer, citizenId: string): Buffer =>
  createHmac('sha256', key).update(`account:${citizenId}`).digest();

function supportKey(row: InitiativeRow): Buffer {
  if (!row.support_key) throw new Error('an initiative that collects support has its key');
  return row.support_key;
}

export async function change(tx: Tx, row: InitiativeRow, set: Partial<InitiativeRow>): Promise<void> {
  await voiceTables(tx)
    .updateTable('initiatives')
    .set({ ...set, version: row.version + 1 })
    .where('id', '=', row.id)
    .execute();
}

export function tell(
  parts: Pick<VoiceParts, 'audit'>,
  tx: Tx,
  principal: Principal,
  action: string,
  row: Pick<InitiativeRow, 'id' | 'area_code' | 'organisation_id'>,
  detail: Record<string, unknown>,
): Promise<void> {
  return parts.audit.record(tx, { principal, action, subject: `initiative:${row.id}`, ...voicePlace(row), detail });
}

export const stateNames: Record<InitiativeState, Text> = {
  waiting: { vi: 'chờ kiểm duyệt', en: 'waiting for moderation' },
  refused: { vi: 'không được đăng', en: 'refused' },
  open: { vi: 'đang lấy ủng hộ', en: 'collecting support' },
  due: { vi: 'đủ ủng hộ, chờ trả lời', en: 'supported, to be answered' },
  answered: { vi: 'đã có trả lời', en: 'answered' },
  consulted: { vi: 'được đưa ra lấy ý kiến', en: 'put to the vote' },
  lapsed: { vi: 'hết hạn, chưa đủ ủng hộ', en: 'over without enough support' },
  removed: { vi: 'đã gỡ', en: 'removed' },
};

export function demandState(row: InitiativeRow, allowed: readonly InitiativeState[]): void {
  if (allowed.includes(row.state)) return;
  const list = (language: keyof Text): string => allowed.map((one) => stateNames[one][language]).join(', ');
  throw refuse(409, 'wrong-state', {
    vi: `Sáng kiến này ${stateNames[row.state].vi}; việc này chỉ làm được khi ${list('vi')}.`,
    en: `This initiative is ${stateNames[row.state].en}; this can be done only when it is ${list('en')}.`,
  });
}

export const noInitiative = () => notFound({ vi: 'sáng kiến này', en: 'initiative' });

export function changedMeanwhile() {
  return refuse(409, 'changed-meanwhile', {
    vi: 'Nội dung vừa được người khác xử lý. Hãy tải lại rồi làm tiếp; phần của bạn chưa được ghi.',
    en: 'Somebody worked on it meanwhile. Reload and go on; yours was not recorded.',
  });
}

function tooLate() {
  return refuse(409, 'over', {
    vi: 'Thời gian lấy ủng hộ của sáng kiến này đã hết.',
    en: 'The time to support this initiative is over.',
  });
}

function noUnit() {
  const text = { vi: 'Không có đơn vị này, hoặc đã ngừng hoạt động.', en: 'There is no such unit at present.' };
  return refuse(422, 'no-such-organisation', text, [{ at: '/organisationId', reason: text }]);
}

function nobodyAnswers() {
  const text = {
    vi: 'Địa bàn này chưa có đơn vị chịu trách nhiệm trong hệ thống. Hãy chọn địa bàn khác.',
    en: 'No unit answers for this place here. Choose another place.',
  };
  return refuse(422, 'nobody-answers', text, [{ at: '/areaCode', reason: text }]);
}
