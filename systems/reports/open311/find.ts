/** What Open311 reads: published reports in the words decided, never the reports themselves. */
import { sql } from 'kysely';
import { type Language, refuse } from '../../../platform/words/index.ts';
import { stepWords } from '../life.ts';
import { noSuchReport, type Parts, type ReportRow } from '../parts.ts';
import type { Value } from './format.ts';

export type RequestQuery = {
  service_request_id?: string | undefined;
  service_code?: string | undefined;
  start_date?: string | undefined;
  end_date?: string | undefined;
  status?: string | undefined;
};

const DAY_MS = 86_400_000;
export const MOST_DAYS = 90;
export const MOST = 1000;

/** 'a, b' -> ['a', 'b']; a parameter that is empty is as good as absent. */
const listOf = (text: string | undefined): string[] => (text ?? '').split(',').flatMap((one) => one.trim() || []);

/** W3C note on dates: with a time, its zone must be said. */
function readTime(name: string, text: string | undefined): Date | null {
  if (!text?.trim()) return null;
  // In an address '+07:00' comes as ' 07:00' where the client did not encode it.
  const written = text.trim().replace(/ (?=\d\d:\d\d$)/, '+');
  const at = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(written) ? new Date(written) : null;
  if (at && !Number.isNaN(at.getTime())) return at;
  throw refuse(400, 'bad-date', {
    vi: `${name} không đúng dạng W3C, ví dụ 2026-11-25T00:00:00Z.`,
    en: `${name} is not in the W3C form, such as 2026-11-25T00:00:00Z.`,
  });
}

/** The range asked for: the most recent 90 days unless told otherwise, and never more. */
export function rangeOf(query: RequestQuery, now: Date): { from: Date; to: Date } {
  const start = readTime('start_date', query.start_date);
  const end = readTime('end_date', query.end_date);
  const span = MOST_DAYS * DAY_MS;
  const to = end ?? (start ? new Date(Math.min(now.getTime(), start.getTime() + span)) : now);
  const from = start ?? new Date(to.getTime() - span);
  if (from > to || to.getTime() - from.getTime() > span) {
    throw refuse(400, 'bad-range', {
      vi: `start_date phải trước end_date và khoảng giữa không quá ${MOST_DAYS} ngày.`,
      en: `start_date must come before end_date, and the range may not span more than ${MOST_DAYS} days.`,
    });
  }
  return { from, to };
}

type Row = ReportRow & { said: string | null; photo: string | null };

const columns = sql`r.*,
  (select m.text from report_messages m where m.case_id = r.case_id and m.is_public
    and m.kind in ('answer', 'refusal') order by m.id desc limit 1) as said,
  (select p.file_id from report_photos p where p.case_id = r.case_id and p.is_public and p.part = 'before'
    order by p.n limit 1) as photo`;

/** Published requests, newest first, the first thousand. Index `reports_published_received`. */
export async function findRequests(parts: Parts, query: RequestQuery): Promise<Row[]> {
  const ids = listOf(query.service_request_id);
  if (ids.length > 0) {
    const found = await sql<Row>`select ${columns} from reports r
      where r.number = any(${ids.slice(0, MOST)}) and r.published_at is not null
      order by r.received_at desc, r.case_id`.execute(parts.db);
    return found.rows;
  }
  const { from, to } = rangeOf(query, parts.now());
  const codes = listOf(query.service_code);
  const known = await parts.catalogue.all();
  const wrong = codes.find((code) => !known.some((one) => one.code === code));
  if (wrong !== undefined) throw noSuchService(wrong);
  const states = listOf(query.status).map((one) => one.toLowerCase());
  const odd = states.find((one) => one !== 'open' && one !== 'closed');
  if (odd !== undefined) throw badStatus(odd);
  const wanted = new Set(states);
  const state =
    wanted.size !== 1 ? sql`true` : wanted.has('open') ? sql`r.closed_at is null` : sql`r.closed_at is not null`;
  const services = codes.length > 0 ? sql`r.category = any(${codes})` : sql`true`;
  const found = await sql<Row>`select ${columns} from reports r
    where r.published_at is not null and r.received_at >= ${from} and r.received_at <= ${to} and ${services} and ${state}
    order by r.received_at desc, r.case_id limit ${MOST}`.execute(parts.db);
  return found.rows;
}

/**
 * One request. One that is not published shows its state, and nothing of what it says, to the client that handed it in;
 * to everybody else there is none.
 */
export async function findRequest(parts: Parts, number: string, clientId: string | null): Promise<Row> {
  const found = await sql<Row>`select ${columns} from reports r left join report_senders s on s.case_id = r.case_id
    where r.number = ${number} and (r.published_at is not null or s.client_id = ${clientId})`.execute(parts.db);
  const [row] = found.rows;
  if (!row) throw noSuchReport();
  return row;
}

export function noSuchService(code: string) {
  return refuse(404, 'no-such-service', {
    vi: `Không có service_code “${code}”.`,
    en: `The service_code “${code}” was not found.`,
  });
}

function badStatus(given: string) {
  return refuse(400, 'bad-status', {
    vi: `status “${given}” không có; chỉ nhận open, closed.`,
    en: `There is no status “${given}”: it is open or closed.`,
  });
}

export const w3 = (at: Date | null): string | null => at?.toISOString().replace(/\.\d{3}Z$/, 'Z') ?? null;

/** As Open311 shows it: `base` is the address of this site, for its pictures. */
export async function shownRequests(
  parts: Parts,
  rows: readonly Row[],
  { base, language }: { base: string; language: Language },
): Promise<Value[]> {
  const [tree, categories] = await Promise.all([parts.identity.tree(), parts.catalogue.all()]);
  const areas = new Map(parts.territory.units({ level: 'commune' }).map((unit) => [unit.code, unit.name]));
  return rows.map((row): Value => {
    const isPublic = row.published_at !== null;
    const unit = row.organisation_id === null ? null : tree.get(row.organisation_id);
    return {
      service_request_id: row.number,
      status: row.closed_at === null ? 'open' : 'closed',
      status_notes: (isPublic ? row.said : null) ?? stepWords[row.step][language],
      service_name: categories.find((one) => one.code === row.category)?.title[language] ?? row.category,
      service_code: row.category,
      description: isPublic ? row.public_text : null,
      agency_responsible: unit?.name[language] ?? null,
      service_notice: noticeOf(row, language),
      requested_datetime: w3(row.received_at),
      updated_datetime: w3(row.closed_at ?? row.updated_at),
      expected_datetime: w3(row.due_at),
      // What somebody typed may hold a name: the commune is what the public gets.
      address: isPublic ? (areas.get(row.area_code) ?? null) : null,
      address_id: isPublic ? row.area_code : null,
      zipcode: null,
      lat: isPublic ? row.public_lat : null,
      long: isPublic ? row.public_lon : null,
      media_url: row.photo && isPublic ? `${base}/api/reports/photos/${row.photo}` : null,
    };
  });
}

const noticeOf = (row: ReportRow, language: Language): string | null =>
  row.provenance === 'measured' ? null : language === 'vi' ? 'DỮ LIỆU MÔ PHỎNG' : 'SIMULATED DATA';

type Update = {
  update_id: string;
  number: string;
  at: Date;
  is_closed: boolean;
  text: string | null;
  step: ReportRow['step'] | null;
  photo: string | null;
};

/**
 * What happened to published requests in the range, oldest first: their public answers and refusals, and their other
 * steps. The GeoReport extension 'service request updates' as FixMyStreet reads it.
 */
export async function findUpdates(
  parts: Parts,
  query: RequestQuery,
  { base, language }: { base: string; language: Language },
): Promise<Value[]> {
  const { from, to } = rangeOf(query, parts.now());
  const ids = listOf(query.service_request_id);
  const of = ids.length > 0 ? sql`r.number = any(${ids.slice(0, MOST)})` : sql`true`;
  const found = await sql<Update>`
    select * from (
      select 'm' || m.id as update_id, r.number, m.at, true as is_closed, m.text, null as step,
        (select p.file_id from report_photos p where p.case_id = r.case_id and p.is_public
          and p.file_id::text = any(m.file_ids) order by p.n limit 1) as photo
      from report_messages m join reports r on r.case_id = m.case_id
      where m.at >= ${from} and m.at <= ${to} and m.is_public and m.kind in ('answer', 'refusal')
        and r.published_at is not null and ${of}
      union all
      select 's' || s.id, r.number, s.at, s.step = 'closed', null, s.step, null
      from report_steps s join reports r on r.case_id = s.case_id
      where s.at >= ${from} and s.at <= ${to} and s.step not in ('published', 'refused', 'received')
        and r.published_at is not null and ${of}
    ) updates order by at, is_closed, length(update_id), update_id limit ${MOST}`.execute(parts.db);
  return found.rows.map((row) => ({
    update_id: row.update_id,
    service_request_id: row.number,
    status: row.is_closed ? 'closed' : 'open',
    updated_datetime: w3(row.at),
    description: row.text ?? (row.step ? stepWords[row.step][language] : null),
    media_url: row.photo ? `${base}/api/reports/photos/${row.photo}` : null,
  }));
}
