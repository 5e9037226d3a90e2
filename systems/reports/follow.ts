import type { Db, Tx } from '../../platform/database/index.ts';
import { notFound, refuse, type Text } from '../../platform/words/index.ts';
import { type FormSchema, filledIn } from './category-form.ts';
import { isSameCode, parseFollowCode } from './follow-code.ts';
import { stepWords } from './life.ts';
import { citizen, type FollowerRow, lockReport, type Parts, type ReportRow, tablesOf } from './parts.ts';
import { changed } from './record.ts';
import { terms } from './terms.ts';
import type { Place, StepName, Urgency } from './types.ts';

export type Message = { at: Date; kind: string; text: string; organisationName: Text | null };
/** `url` opens it for an hour. */
export type ShownPhoto = { url: string; part: 'before' | 'after' };

export type Followed = {
  number: string;
  role: 'sender' | 'me-too';
  category: { code: string; title: Text };
  step: StepName;
  words: Text;
  text: string;
  place: Place & { areaCode: string; address: string | null };
  urgency: Urgency;
  organisationName: Text | null;
  receivedAt: Date;
  dueAt: Date | null;
  /** `stands` while more is asked of the citizen */
  clock: 'running' | 'stands' | 'stopped';
  late: boolean;
  isPublic: boolean;
  meToo: number;
  steps: { step: StepName; at: Date; organisationName: Text | null }[];
  messages: Message[];
  photos: ShownPhoto[];
  /** of who sent it */
  fields: { title: Text; value: Text }[];
  video: string | null;
  rating: number | null;
  reopenUntil: Date | null;
  provenance: string;
  may: ('reply' | 'rate' | 'reopen')[];
};

type Found = { follower: FollowerRow; report: ReportRow };

const noSuchCode = () => notFound({ vi: 'phản ánh với mã theo dõi này', en: 'report with this code' });

/** Finds what a code opens; tries are counted before they are looked at, right or wrong. */
export async function findByCode(parts: Parts, from: { ip: string }, typed: string): Promise<Found> {
  await parts.citizens.limit([{ key: `follow-code:${from.ip}`, most: terms.codesIn10Minutes, withinSeconds: 600 }]);
  const found = await lookUp(parts.db, typed);
  if (!found) throw noSuchCode();
  return found;
}

async function lookUp(db: Db, typed: string): Promise<Found | null> {
  const code = parseFollowCode(typed);
  if (!code) return null;
  const rows = await tablesOf(db)
    .selectFrom('report_followers')
    .selectAll()
    .where('look_up', '=', code.lookUp)
    .execute();
  const follower = rows.find((row) => isSameCode(code, row.code_hash));
  if (!follower) return null;
  const report = await tablesOf(db)
    .selectFrom('reports')
    .selectAll()
    .where('case_id', '=', follower.case_id)
    .executeTakeFirstOrThrow();
  return { follower, report };
}

/** What the follower may do now; the acts below ask the same. */
function mayOf({ follower, report }: Found, at: Date): Followed['may'] {
  if (follower.role !== 'sender') return [];
  const answered = report.step === 'published' || report.step === 'closed';
  const rateUntil = report.answered_at ? report.answered_at.getTime() + terms.rateDays * 86_400_000 : 0;
  return [
    ...(report.step === 'asked' ? (['reply'] as const) : []),
    ...(answered && report.rating === null && at.getTime() < rateUntil ? (['rate'] as const) : []),
    ...(answered && !report.reopened_at && report.reopen_until && at < report.reopen_until
      ? (['reopen'] as const)
      : []),
  ];
}

export async function follow(parts: Parts, from: { ip: string }, code: string): Promise<Followed> {
  return viewOf(parts, await findByCode(parts, from, code));
}

async function viewOf(parts: Parts, found: Found): Promise<Followed> {
  const { db, identity, catalogue, now } = parts;
  const { report, follower } = found;
  const [steps, messages, tree, categories, photos, video] = await Promise.all([
    tablesOf(db).selectFrom('report_steps').selectAll().where('case_id', '=', report.case_id).orderBy('id').execute(),
    tablesOf(db)
      .selectFrom('report_messages')
      .selectAll()
      .where('case_id', '=', report.case_id)
      .orderBy('id')
      .execute(),
    identity.tree(),
    catalogue.all(),
    parts.photos.of(db, report.case_id),
    follower.role === 'sender' ? parts.photos.videoOf(db, report.case_id) : null,
  ]);
  const answeredWith = new Set(messages.flatMap((row) => (row.kind === 'answer' ? row.file_ids : [])));
  const nameOf = (id: string | null): Text | null => (id === null ? null : (tree.get(id)?.name ?? null));
  const isSender = follower.role === 'sender';
  const own = categories.find((one) => one.code === report.category);
  const at = now();
  const stopped = report.closed_at !== null;
  return {
    number: report.number,
    role: follower.role,
    category: {
      code: report.category,
      title: own?.title ?? {
        vi: report.category,
        en: report.category,
      },
    },
    step: report.step,
    words: stepWords[report.step],
    // Who joined sees what the public sees.
    text: isSender ? report.text : (report.public_text ?? ''),
    place: {
      lon: (isSender ? report.lon : report.public_lon) ?? report.lon,
      lat: (isSender ? report.lat : report.public_lat) ?? report.lat,
      areaCode: report.area_code,
      address: isSender ? report.address : null,
    },
    urgency: report.urgency,
    organisationName: nameOf(report.organisation_id),
    receivedAt: report.received_at,
    dueAt: report.due_at,
    clock: stopped ? 'stopped' : report.step === 'asked' ? 'stands' : 'running',
    late: !stopped && report.due_at !== null && report.due_at < at,
    isPublic: report.published_at !== null,
    meToo: report.me_too,
    steps: steps.map((row) => ({ step: row.step, at: row.at, organisationName: nameOf(row.organisation_id) })),
    messages: messages
      .filter((row) => isSender || row.is_public)
      .map((row) => ({
        at: row.at,
        kind: row.kind,
        text: row.text,
        organisationName: nameOf(row.organisation_id),
      })),
    photos: photos
      // What the unit has not answered with yet stays inside.
      .filter((one) => (one.part === 'before' ? isSender || one.isPublic : answeredWith.has(one.fileId)))
      .map((one) => ({ url: parts.photos.sign(follower, one.fileId), part: one.part })),
    fields: isSender && own ? filledIn(own.form as unknown as FormSchema, report.fields) : [],
    video: video === null ? null : parts.photos.sign(follower, video),
    rating: report.rating,
    reopenUntil: report.reopened_at ? null : report.reopen_until,
    provenance: report.provenance,
    may: mayOf(found, at),
  };
}

/** Runs an act of the sender on the locked report, in one transaction, and answers with the report after it. */
async function act(
  parts: Parts,
  from: { ip: string },
  code: string,
  wanted: Followed['may'][number],
  refusal: (report: ReportRow) => Error,
  work: (tx: Tx, report: ReportRow) => Promise<void>,
): Promise<Followed> {
  const found = await findByCode(parts, from, code);
  await parts.db.transaction().execute(async (tx) => {
    // The case first, always: staff lock it before the report too.
    await parts.cases.work(tx).lock(citizen, found.report.case_id);
    const report = await lockReport(tx, found.report.case_id);
    if (!mayOf({ ...found, report }, parts.now()).includes(wanted)) throw refusal(report);
    await work(tx, report);
  });
  const report = await tablesOf(parts.db)
    .selectFrom('reports')
    .selectAll()
    .where('case_id', '=', found.report.case_id)
    .executeTakeFirstOrThrow();
  return viewOf(parts, { ...found, report });
}

/** Adds what the unit asked for; the clock runs on. */
export function reply(parts: Parts, from: { ip: string }, code: string, text: string): Promise<Followed> {
  return act(parts, from, code, 'reply', notAsked, async (tx, report) => {
    const at = parts.now();
    const said = text.normalize('NFC').trim();
    const work = parts.cases.work(tx);
    await work.resume(citizen, report.case_id);
    const { case: moved, dueAt } = await work.move(citizen, report.case_id, 'in-progress', {
      note: 'người dân đã bổ sung',
    });
    await addMessage(tx, { report, at, kind: 'reply', text: said, isPublic: false });
    await changed(tx, parts, report, citizen, { step: moved.step, set: { due_at: dueAt }, what: 'replied' });
  });
}

/** One to five, and why; once. */
export function rate(
  parts: Parts,
  from: { ip: string },
  code: string,
  given: { stars: number; why?: string },
): Promise<Followed> {
  return act(parts, from, code, 'rate', notRatable, async (tx, report) => {
    const why = given.why?.normalize('NFC').trim() || null;
    const set = { rating: given.stars, rating_why: why, rated_at: parts.now() };
    await changed(tx, parts, report, citizen, {
      step: report.step,
      set,
      what: 'rated',
      detail: { stars: given.stars },
    });
  });
}

/** Once, within the days allowed: the report gets a clock of its own again. */
export function reopen(parts: Parts, from: { ip: string }, code: string, why: string): Promise<Followed> {
  return act(parts, from, code, 'reopen', notReopenable, async (tx, report) => {
    const at = parts.now();
    const reason = why.normalize('NFC').trim();
    const { case: moved, dueAt } = await parts.cases.work(tx).move(citizen, report.case_id, 'reopened', {
      note: reason,
      clock: terms.reopened,
    });
    await addMessage(tx, { report, at, kind: 'reopening', text: reason, isPublic: false });
    const set = { due_at: dueAt, reopened_at: at, closed_at: null, answered_at: null, in_time: null };
    await changed(tx, parts, report, citizen, { step: moved.step, set, what: 'reopened' });
  });
}

export async function addMessage(
  tx: Tx,
  message: {
    report: Pick<ReportRow, 'case_id'>;
    at: Date;
    kind: 'question' | 'reply' | 'answer' | 'refusal' | 'reopening';
    text: string;
    isPublic: boolean;
    organisationId?: string | null;
    by?: string;
    fileIds?: readonly string[];
  },
): Promise<void> {
  await tablesOf(tx)
    .insertInto('report_messages')
    .values({
      case_id: message.report.case_id,
      at: message.at,
      kind: message.kind,
      text: message.text,
      is_public: message.isPublic,
      organisation_id: message.organisationId ?? null,
      by_id: message.by ?? citizen.id,
      file_ids: [...(message.fileIds ?? [])],
    })
    .execute();
}

function notAsked(report: ReportRow) {
  return refuse(409, 'not-asked', {
    vi: `Đơn vị hiện không chờ bạn bổ sung cho ${report.number}. Hãy tải lại để xem trạng thái mới.`,
    en: `The unit does not wait for more on ${report.number} at present. Load it again.`,
  });
}

function notRatable(report: ReportRow) {
  return refuse(409, 'not-ratable', {
    vi: report.rating
      ? `Bạn đã đánh giá ${report.number} rồi.`
      : `Chỉ đánh giá được sau khi có trả lời, trong ${terms.rateDays} ngày.`,
    en: report.rating
      ? `You have rated ${report.number} already.`
      : `A report can be rated after its answer, within ${terms.rateDays} days.`,
  });
}

function notReopenable(report: ReportRow) {
  return refuse(409, 'not-reopenable', {
    vi: report.reopened_at
      ? `${report.number} đã được mở lại một lần. Nếu sự việc vẫn còn, hãy gửi phản ánh mới.`
      : `Chỉ mở lại được trong ${terms.reopenDays} ngày sau khi có trả lời. Nếu sự việc vẫn còn, hãy gửi phản ánh mới.`,
    en: report.reopened_at
      ? `${report.number} was reopened once already. If the problem is still there, send a new report.`
      : `A report can be reopened within ${terms.reopenDays} days after its answer. If the problem is still there, send a new one.`,
  });
}
