/**
 * What a receiver's own system says of a request that was handed over to it: the GeoReport extension 'service request
 * updates', as FixMyStreet sends it. Its statuses are our acts of a receiver, with the same rights as its signed link.
 */
import { createHash } from 'node:crypto';
import { fetchWithin } from '../../../platform/ingest/index.ts';
import type { Principal } from '../../../platform/rights/index.ts';
import { refuse } from '../../../platform/words/index.ts';
import { accept, answer, decline, type Handed, handedOf, remark } from '../handover.ts';
import { openTablesOf } from '../open-tables.ts';
import { noSuchReport, type Parts } from '../parts.ts';
import type { Value } from './format.ts';
import type { Form } from './send.ts';

const acts: Record<string, 'take' | 'answer' | 'decline'> = {
  open: 'take',
  investigating: 'take',
  in_progress: 'take',
  action_scheduled: 'take',
  closed: 'answer',
  fixed: 'answer',
  no_further_action: 'answer',
  not_councils_responsibility: 'decline',
};
const UPDATES_IN_10_MINUTES = 600;
const MOST_PHOTOS = 3;
const PHOTO_BYTES = 12 * 1024 * 1024;

export async function takeUpdate(parts: Parts, client: Principal, form: Form): Promise<Value> {
  const number = form.get('service_request_id');
  const status = form.get('status');
  const text = form.get('description') ?? '';
  if (!number) throw missing('service_request_id');
  if (!status) throw missing('status');
  const act = acts[status.toLowerCase()];
  if (!act) throw badStatus(status);
  if (text.length > 4000) throw tooLong();
  await parts.citizens.limit([
    { key: `open311-updates:${client.id}`, most: UPDATES_IN_10_MINUTES, withinSeconds: 600 },
  ]);
  const handed = await findHanded(parts, client, number);
  const content = JSON.stringify([number, status.toLowerCase(), text, form.get('updated_datetime') ?? '', form.media]);
  const updateId = form.get('update_id')?.slice(0, 200) ?? createHash('sha256').update(content).digest('base64url');
  const said = openTablesOf(parts.db)
    .selectFrom('report_client_updates')
    .select('number')
    .where('client_id', '=', client.id)
    .where('update_id', '=', updateId);
  const shown = { update_id: updateId, service_request_id: number };
  // A client that lost the answer says it again.
  if (await said.executeTakeFirst()) return shown;

  if (act === 'take') {
    const isNews = handed.may.includes('accept');
    if (isNews) await accept(parts, handed);
    else if (handed.handover.state !== 'accepted') throw over(number);
    if (text) await remark(parts, handed, text);
    else if (!isNews) throw nothingNew();
  } else if (act === 'answer') {
    await answer(parts, handed, { text, photos: await photosOf(parts, handed, form.media) });
  } else {
    await decline(parts, handed, text);
  }
  await openTablesOf(parts.db)
    .insertInto('report_client_updates')
    .values({ client_id: client.id, update_id: updateId, case_id: handed.report.case_id, number, at: parts.now() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return shown;
}

/** The newest handover of the request to the receiver that this key is of; for all others there is no such request. */
async function findHanded(parts: Parts, client: Principal, number: string): Promise<Handed> {
  const own = openTablesOf(parts.db);
  const receiver = await own
    .selectFrom('report_receivers')
    .select('organisation_id')
    .where('client_id', '=', client.id)
    .where('active', '=', true)
    .executeTakeFirst();
  if (!receiver) throw notAReceiver();
  const handover = await own
    .selectFrom('report_handovers as h')
    .innerJoin('reports as r', 'r.case_id', 'h.case_id')
    .selectAll('h')
    .where('r.number', '=', number)
    .where('h.organisation_id', '=', receiver.organisation_id)
    .orderBy('h.made_at', 'desc')
    .executeTakeFirst();
  const report = await own.selectFrom('reports').selectAll().where('number', '=', number).executeTakeFirst();
  if (!handover || !report) throw noSuchReport();
  return handedOf({ handover, report });
}

/** Fetched before anything is done: an update whose picture is not there is refused as a whole. */
async function photosOf(parts: Parts, handed: Handed, urls: readonly string[]) {
  if (!handed.may.includes('answer')) return [];
  const photos: { name: string; bytes: Buffer }[] = [];
  for (const [n, url] of urls.slice(0, MOST_PHOTOS).entries()) {
    const { status, body } = await fetchWithin(parts.guard, {
      url,
      headers: {},
      timeoutMs: 20_000,
      maxBytes: PHOTO_BYTES,
    });
    if (status !== 200) throw noPicture(status);
    photos.push({ name: `anh-${n + 1}`, bytes: body });
  }
  return photos;
}

function missing(name: string) {
  return refuse(400, 'not-provided', { vi: `Thiếu ${name}.`, en: `${name} was not provided.` });
}

function badStatus(given: string) {
  const known = Object.keys(acts).join(', ').toUpperCase();
  return refuse(400, 'bad-status', {
    vi: `status “${given.slice(0, 40)}” không có; chỉ nhận ${known}.`,
    en: `There is no status “${given.slice(0, 40)}”: it is one of ${known}.`,
  });
}

function tooLong() {
  return refuse(400, 'description-too-long', {
    vi: 'description dài quá 4000 ký tự.',
    en: 'The description is longer than 4000 characters.',
  });
}

function nothingNew() {
  return refuse(400, 'nothing-new', {
    vi: 'Đơn vị đã nhận phản ánh này; hãy gửi description nếu có tin mới.',
    en: 'You have taken this request on already; send a description where there is news.',
  });
}

function over(number: string) {
  return refuse(409, 'handover-over', {
    vi: `${number} không còn chờ đơn vị xử lý.`,
    en: `${number} does not wait for you any more.`,
  });
}

function notAReceiver() {
  return refuse(403, 'not-a-receiver', {
    vi: 'api_key này không phải của đơn vị nhận phản ánh. Quản trị hệ thống gắn khóa với đơn vị nhận.',
    en: 'This api_key is not of a receiver. The administrator ties a key to a receiver.',
  });
}

function noPicture(status: number) {
  return refuse(400, 'media-not-reached', {
    vi: `Không lấy được ảnh ở media_url (trả lời ${status}).`,
    en: `The picture at media_url was not reached (answered ${status}).`,
  });
}
