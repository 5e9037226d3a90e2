/**
 * What followers of a report are told at each step, at the contact they confirmed and in the browsers that asked: by a
 * follower of the log, so that a step is told once whatever dies when. Who has neither asks with their code instead.
 */
import { createHash } from 'node:crypto';
import type { Tx } from '../../platform/database/index.ts';
import type { LogEvent } from '../../platform/events/index.ts';
import { letterCode, parseFollowCode } from './follow-code.ts';
import { followNumberPath, followPath } from './links.ts';
import { openTablesOf } from './open-tables.ts';
import type { Parts, ReportRow } from './parts.ts';

type Told = { text: (unit: string) => string; meToo: boolean };

/** What is told of: acts of the unit. The citizen's own (a reply, a rating) they know of. */
const told: Record<string, Told> = {
  'report.received': { text: () => 'đã được tiếp nhận và đang được kiểm tra', meToo: false },
  'report.published': { text: (unit) => `đã được giao cho ${unit} xử lý và công khai`, meToo: false },
  'report.kept-private': { text: (unit) => `đã được giao cho ${unit} xử lý, không công khai`, meToo: false },
  'report.transferred': { text: (unit) => `được chuyển đến ${unit}`, meToo: false },
  'report.begun': { text: (unit) => `đang được ${unit} xử lý`, meToo: false },
  'report.asked': {
    text: (unit) => `cần bạn bổ sung thông tin cho ${unit}; thời hạn tạm dừng cho đến khi bạn trả lời`,
    meToo: false,
  },
  'report.answered': { text: () => 'đã có trả lời. Mời bạn xem và đánh giá kết quả', meToo: true },
  'report.refused': { text: () => 'không được xử lý; lý do ghi trong phản ánh', meToo: true },
  'report.closed': { text: () => 'đã kết thúc; kết quả ghi trong phản ánh', meToo: false },
};

export const TOLD = Object.keys(told);

/** What a browser hears of: one report by its code, or all reports of an account. */
export const followerAsked = (followerId: string): string => `report-follower:${followerId}`;
export const citizenAsked = (citizenId: string): string => `citizen:${citizenId}`;

/** Posts the messages of some events; in the transaction of the follower's cursor. */
export async function tellFollowers(tx: Tx, parts: Parts, events: readonly LogEvent[]): Promise<void> {
  const tree = await parts.identity.tree();
  for (const { kind, subject } of events) {
    const words = told[kind];
    if (!words || subject === null) continue;
    const report = await openTablesOf(tx)
      .selectFrom('reports')
      .selectAll()
      .where('case_id', '=', subject)
      .executeTakeFirst();
    if (!report) continue;
    const followers = await openTablesOf(tx)
      .selectFrom('report_followers')
      .select(['id', 'citizen_id', 'role'])
      .where('case_id', '=', subject)
      .execute();
    const hearing = followers.filter(({ role }) => role === 'sender' || words.meToo);
    const unit = (report.organisation_id && tree.get(report.organisation_id)?.name.vi) || 'đơn vị có trách nhiệm';
    const title = `Phản ánh ${report.number}`;
    const text = `${title} ${words.text(unit)}.`;
    // A person may follow with many codes; a link and a message are one.
    const people = new Map(
      hearing.flatMap(({ citizen_id: person, role }) =>
        person === null ? [] : [[`${person} ${role}`, { person, role }] as const],
      ),
    );
    for (const { person, role } of people.values()) {
      const link = await linkFor(tx, parts, report, { person, role });
      await parts.citizens.tell(tx, person, {
        about: `report:${report.case_id}`,
        subject: title,
        text: [text, link].join(' ').trim(),
      });
    }
    await parts.notify.push.tell(
      tx,
      hearing.flatMap(({ id, citizen_id: person }) => [
        followerAsked(id),
        ...(person === null ? [] : [citizenAsked(person)]),
      ]),
      // The browser finds the code among those it keeps: no push message carries one.
      { title, body: text, path: followNumberPath(report.number) },
    );
    if (kind === 'report.closed') {
      await parts.notify.push.forget(
        tx,
        followers.map(({ id }) => followerAsked(id)),
      );
    }
  }
}

/**
 * A link with a code of the person's own, always the same one: made of a key that stays in the database, kept as a hash
 * like every code. Empty where nobody said under which address people reach the platform.
 */
async function linkFor(
  tx: Tx,
  parts: Parts,
  report: ReportRow,
  { person, role }: { person: string; role: 'sender' | 'me-too' },
): Promise<string> {
  const { publicUrl } = parts.site;
  if (!publicUrl) return '';
  const made = await parts.keyed.digest('follow-link', `${report.case_id} ${person} ${role}`);
  const code = letterCode(made);
  const parsed = parseFollowCode(code);
  if (!parsed) throw new Error('a code was made that is none');
  const hash = createHash('sha256').update(made).digest('hex');
  await openTablesOf(tx)
    .insertInto('report_followers')
    .values({
      // One row for a person and report: the id follows from them.
      id: [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join('-'),
      case_id: report.case_id,
      role,
      citizen_id: person,
      look_up: parsed.lookUp,
      code_hash: parsed.hash,
      request_hash: null,
      created_at: parts.now(),
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  return publicUrl + followPath(code);
}
