/** The reports of the demo, lived by the same functions as on any day. All of them are marked as simulated. */
import { Readable } from 'node:stream';
import sharp from 'sharp';
import { type Principal, systemPrincipal } from '../platform/rights/index.ts';
import { type PlannedReport, pictureOf, planReports } from '../simulation/reports.ts';
import * as desk from '../systems/reports/desk.ts';
import { rate, reopen } from '../systems/reports/follow.ts';
import { partsOf } from '../systems/reports/make-parts.ts';
import { type Parts, tablesOf } from '../systems/reports/parts.ts';
import { QUESTION } from '../systems/reports/question-categories.ts';
import { join, submit } from '../systems/reports/submit.ts';
import { SIMULATOR } from './demo.ts';
import type { Past } from './demo-past.ts';

const COUNT = 90;
const HOUR = 3_600_000;
/** Former Thái Bình lies in the province of today; its communes are those where the demo plays. */
const PROVINCE = '33';

export const simulator: Principal = {
  kind: 'device',
  id: SIMULATOR,
  name: 'Bộ mô phỏng',
  organisationId: null,
  grants: [],
};
export const reportStaff: Principal = {
  ...systemPrincipal('simulation', ['case:read', 'report:act', 'report:approve', 'report:moderate']),
  name: 'Bộ mô phỏng (thay cán bộ)',
};

/** Makes what is not there yet; a start that was cut off goes on where it stood. */
export async function liveReports({ composed: past, clock, present, seed, logger, signal }: Past): Promise<void> {
  const parts = partsOf(past.platform);
  const there = await tablesOf(past.db)
    .selectFrom('reports')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('provenance', '=', 'simulated')
    .where('family', '<>', QUESTION)
    .executeTakeFirstOrThrow();
  const communes = past.territory
    .units({ level: 'commune', parent: PROVINCE })
    .filter((unit) => unit.centre && unit.inFormerThaiBinh !== false);
  const planned = planReports(seed, COUNT, communes.length);
  const began = performance.now();
  for (const one of planned.slice(Number(there.n))) {
    if (signal.aborted) break;
    const centre = communes[one.commune]?.centre;
    if (!centre) continue;
    await live(parts, one, { seed, centre, present, clock });
  }
  logger.info(
    { reports: planned.length - Number(there.n), ms: Math.round(performance.now() - began) },
    'simulated reports',
  );
}

type Stage = { seed: number; centre: { lon: number; lat: number }; present: number; clock: Past['clock'] };

async function live(parts: Parts, one: PlannedReport, { seed, centre, present, clock }: Stage): Promise<void> {
  const received = present - one.hoursAgo * HOUR;
  /** Whether that much time has passed since; then the clock stands there. */
  const at = (hours: number): boolean => {
    const when = received + hours * HOUR;
    if (when >= present) return false;
    clock.now = new Date(when);
    return true;
  };
  // Each a sender of their own: limits of one address are not what is shown.
  const from = { ip: `mo-phong-${one.n}`, citizenId: null };
  at(0);
  const wanted = { lon: centre.lon + one.east, lat: centre.lat + one.north };
  // Beyond the border: in the middle of the commune instead.
  const location = parts.territory.pointToUnit(wanted.lon, wanted.lat, clock.now) ? wanted : centre;
  const sent = await submit(
    parts,
    { ...from, principal: simulator },
    {
      requestId: `mo-phong-${seed}-${String(one.n).padStart(6, '0')}`,
      text: one.text,
      category: one.category,
      urgency: one.urgency,
      location,
      uploads: [await photo(parts, pictureOf(one, seed))],
      channel: 'app',
      simulated: true,
    },
  );
  const row = await tablesOf(parts.db)
    .selectFrom('reports')
    .selectAll()
    .where('number', '=', sent.number)
    .executeTakeFirstOrThrow();
  const id = row.case_id;
  const version = async (): Promise<number> => (await parts.cases.get(reportStaff, id)).version;

  if (one.outcome === 'waiting' || !at(one.moderationHours)) return;
  if (one.outcome === 'refused') {
    const reason = 'Nội dung trùng với phản ánh đã được trả lời ở cùng vị trí.';
    return desk.moderate(parts, reportStaff, id, await version(), { decision: 'refuse', reason });
  }
  const photos = (await parts.photos.of(parts.db, id)).map((each) => each.fileId);
  await desk.moderate(parts, reportStaff, id, await version(), { decision: 'publish', text: row.text, photos });
  for (let n = 0; n < one.joined; n++) {
    if (at(one.moderationHours + 0.5 * (n + 1)))
      await join(parts, from, sent.number, { requestId: `mo-phong-${seed}-${one.n}-tham-gia-${n}` });
  }
  const begun = one.moderationHours + 2 + one.workHours * 0.2;
  if (one.outcome === 'assigned' || !at(begun)) return;
  await desk.begin(parts, reportStaff, id, await version());
  if (one.outcome === 'asked') {
    if (at(begun + 1))
      await desk.ask(parts, reportStaff, id, await version(), 'Đề nghị cho biết rõ vị trí, gần số nhà nào?');
    return;
  }
  const done = one.moderationHours + 3 + one.workHours;
  if (one.outcome === 'in-progress' || !at(done)) return;
  const after = await photo(parts, pictureOf(one, seed, true));
  await desk.propose(parts, reportStaff, id, await version(), { text: one.answer, uploads: [after] });
  if (!at(done + 2)) return;
  await desk.approve(parts, reportStaff, id, await version(), {});
  if (one.rating !== null && at(done + 10)) {
    await rate(parts, from, sent.code, { stars: one.rating, ...(one.why ? { why: one.why } : {}) });
  }
  if (one.outcome === 'reopened' && at(done + 30)) {
    await reopen(parts, from, sent.code, 'Sự việc lại xảy ra ở đúng chỗ đó.');
  }
}

/** Draws the picture and hands it in as a phone does. @returns the upload */
async function photo(parts: Parts, svg: string): Promise<string> {
  const content = await sharp(Buffer.from(svg)).jpeg({ quality: 70 }).toBuffer();
  const { id } = await parts.files.uploads.begin({ name: 'anh-mo-phong.jpg', bytes: content.byteLength });
  const about = { kind: 'report-photo', areaCode: null, organisationId: null };
  await parts.files.uploads.append(simulator, id, 0, Readable.from([content]), about);
  return id;
}
