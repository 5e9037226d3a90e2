/** A request handed in by an Open311 client becomes a report like any other. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readContact } from '../../../platform/citizens/index.ts';
import type { Principal } from '../../../platform/rights/index.ts';
import { type Language, plain, refuse } from '../../../platform/words/index.ts';
import { openTablesOf } from '../open-tables.ts';
import type { Parts } from '../parts.ts';
import { submit } from '../submit.ts';
import { terms } from '../terms.ts';
import type { Place } from '../types.ts';
import { noSuchService, w3 } from './find.ts';
import type { Value } from './format.ts';
import { readAttributes } from './services.ts';

const MOST_TEXT = 4000;
const MOST_MEDIA = 5;
/** Of one client in ten minutes: an app of a whole province stands behind one key. */
const REQUESTS_IN_10_MINUTES = 600;

/** A form as it came; what is empty is as good as absent. */
export type Form = { get(name: string): string | undefined; attributes: Map<string, string[]>; media: string[] };

export function readForm(body: unknown): Form {
  const given = new URLSearchParams(typeof body === 'string' ? body : '');
  const attributes = new Map<string, string[]>();
  const media: string[] = [];
  for (const [name, text] of given) {
    const value = text.trim();
    if (value === '') continue;
    const code = /^attribute\[([^\]]{1,100})\](\[\])?$/.exec(name)?.[1];
    if (code) attributes.set(code, [...(attributes.get(code) ?? []), value]);
    if (/^media_url(\[\])?$/.test(name) && media.length < MOST_MEDIA) media.push(value);
  }
  return { get: (name) => given.get(name)?.trim() || undefined, attributes, media };
}

/** The device that a key is of. A key of a station writes values and nothing else. */
export async function clientOf(parts: Parts, key: string | undefined): Promise<Principal | null> {
  if (!key) return null;
  const dot = key.indexOf('.');
  const device = dot < 1 ? null : await parts.ingest.devices.check(key.slice(0, dot), key.slice(dot + 1));
  return device && device.entities.size === 0 ? device.principal : null;
}

/** Where it is: a point, a commune by its code, or a commune that the address names. */
function placeOf(parts: Parts, form: Form): { location: Place; address?: string } {
  const [lat, lon] = [form.get('lat'), form.get('long') ?? form.get('lon')];
  const address = form.get('address_string');
  const said = address === undefined ? {} : { address: address.slice(0, 300) };
  if (lat !== undefined || lon !== undefined) {
    const location = { lon: Number(lon ?? Number.NaN), lat: Number(lat ?? Number.NaN) };
    if (!(Math.abs(location.lon) <= 180 && Math.abs(location.lat) <= 90)) throw badPoint();
    return { location, ...said };
  }
  const communes = parts.territory.units({ level: 'commune' });
  const id = form.get('address_id');
  const bare = (name: string): string => plain(name.replace(/^(Xã|Phường|Thị trấn|Đặc khu) /, ''));
  const words = ` ${plain(address ?? '').replace(/[^a-z0-9]+/g, ' ')} `;
  // The longest name first: 'Đông Hưng' is not 'Đông'; and a name that two communes bear is no place.
  const named = communes
    .filter((one) => words.includes(` ${bare(one.name)} `))
    .toSorted((a, b) => bare(b.name).length - bare(a.name).length);
  const longest = named.filter((one) => bare(one.name).length === bare(named[0]?.name ?? '').length);
  const unit = id ? communes.find((one) => one.code === id) : longest.length === 1 ? longest[0] : undefined;
  if (unit?.centre) return { location: unit.centre, ...said };
  if (id || address) throw notFoundPlace();
  throw noPlace();
}

/** @param client whose key was shown; counted and named in the audit */
export async function sendRequest(
  parts: Parts,
  client: Principal,
  form: Form,
  { ip, language }: { ip: string; language: Language },
): Promise<Value> {
  const { db, catalogue, now, keyed } = parts;
  const code = form.get('service_code');
  if (!code) throw missing('service_code');
  const category = (await catalogue.all()).find((one) => one.code === code && one.parent !== null && one.active);
  if (!category) throw noSuchService(code);
  const fields = readAttributes(category, form.attributes);
  const place = placeOf(parts, form);
  const text = form.get('description') ?? category.title.vi;
  if (text.length > MOST_TEXT) throw tooLong();

  const typed = ['email', 'phone'].flatMap((name) => form.get(name) ?? []);
  const contacts = typed.flatMap((one) => readLeniently(one) ?? []);
  const person = Object.fromEntries(
    ['first_name', 'last_name', 'email', 'phone', 'account_id'].flatMap((name) => {
      const value = form.get(name)?.slice(0, 200);
      return value ? [[name, value]] : [];
    }),
  );
  const device = form.get('device_id');
  await parts.citizens.limit([
    { key: `open311:${client.id}`, most: REQUESTS_IN_10_MINUTES, withinSeconds: 600 },
    ...(device
      ? [
          {
            key: `open311-device:${(await keyed.digest('device', `${client.id} ${device}`)).toString('base64url')}`,
            most: terms.submissionsIn10Minutes,
            withinSeconds: 600,
          },
        ]
      : []),
  ]);

  // The standard knows no request id: the same content on the same day from the same person is one report, however
  // often a client that lost the answer sends it.
  const day = w3(now())?.slice(0, 10) ?? '';
  const content = JSON.stringify([client.id, day, code, place, text, fields, person, device ?? null, form.media]);
  const requestId = createHash('sha256').update(content).digest('base64url');
  const token = randomBytes(24).toString('base64url');
  const sent = await submit(
    parts,
    {
      ip,
      citizenId: null,
      principal: client,
      contacts,
      ...(device ? { device: `${client.id} ${device}` } : {}),
      ...(Object.keys(person).length > 0 ? { person } : {}),
    },
    { requestId, text, category: code, urgency: 'normal', channel: 'open311', fields, ...place },
    async (tx, caseId) => {
      const own = openTablesOf(tx);
      for (const [n, url] of form.media.entries()) {
        await own
          .insertInto('report_media')
          .values({
            id: randomUUID(),
            case_id: caseId,
            n,
            url: url.slice(0, 2000),
            state: 'waiting',
            next_at: now(),
            reason: null,
          })
          .execute();
      }
    },
  );
  const notice = noticeOf(sent, language);
  if (category.isPublic) return { service_request_id: sent.number, service_notice: notice, account_id: null };
  await openTablesOf(db)
    .insertInto('report_tokens')
    .columns(['token_hash', 'case_id'])
    .expression((eb) =>
      eb
        .selectFrom('reports')
        .select([eb.val(hashOf(token)).as('token_hash'), 'case_id'])
        .where('number', '=', sent.number),
    )
    .execute();
  return { token, service_notice: notice, account_id: null };
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** The number behind a token. Guessing is counted like guessing of follow codes; a token has 192 bits. */
export async function byToken(parts: Parts, ip: string, token: string): Promise<Value> {
  await parts.citizens.limit([{ key: `follow-code:${ip}`, most: terms.codesIn10Minutes, withinSeconds: 600 }]);
  const row = await openTablesOf(parts.db)
    .selectFrom('report_tokens')
    .innerJoin('reports', 'reports.case_id', 'report_tokens.case_id')
    .select('reports.number')
    .where('token_hash', '=', hashOf(token))
    .executeTakeFirst();
  if (!row) throw noSuchToken();
  return { service_request_id: row.number, token };
}

/** A contact that is neither form of ours stays what it is: it is kept for the officer, and known again by nobody. */
function readLeniently(text: string): string | null {
  try {
    const contact = readContact(text);
    return `${contact.kind}:${contact.value}`;
  } catch {
    return null;
  }
}

function noticeOf(sent: { code: string; dueAt: Date | null }, language: Language): string {
  const due = sent.dueAt
    ? new Intl.DateTimeFormat(language === 'vi' ? 'vi-VN' : 'en-GB', {
        timeZone: 'Asia/Ho_Chi_Minh',
        dateStyle: 'short',
        timeStyle: 'short',
      }).format(sent.dueAt)
    : null;
  return language === 'vi'
    ? `${due ? `Hạn trả lời: ${due}. ` : ''}Mã theo dõi: ${sent.code}`
    : `${due ? `To be answered by ${due}. ` : ''}Follow code: ${sent.code}`;
}

function missing(name: string) {
  return refuse(400, 'not-provided', { vi: `Thiếu ${name}.`, en: `${name} was not provided.` });
}

function noPlace() {
  return refuse(400, 'no-place', {
    vi: 'Thiếu vị trí: hãy gửi lat và long, hoặc address_string, hoặc address_id.',
    en: 'The location was not provided: send lat and long, or address_string, or address_id.',
  });
}

function badPoint() {
  return refuse(400, 'bad-point', {
    vi: 'lat và long phải là số độ (WGS84) và gửi cả hai.',
    en: 'lat and long must be degrees (WGS84), and both must be sent.',
  });
}

function notFoundPlace() {
  return refuse(400, 'address-not-found', {
    vi: 'Không tìm được một xã, phường từ địa chỉ này. Hãy gửi lat và long, hoặc ghi đủ tên xã, phường.',
    en: 'No one commune was found by this address. Send lat and long, or write the name of the commune.',
  });
}

function tooLong() {
  return refuse(400, 'description-too-long', {
    vi: `description dài quá ${MOST_TEXT} ký tự.`,
    en: `The description is longer than ${MOST_TEXT} characters.`,
  });
}

function noSuchToken() {
  return refuse(404, 'no-such-token', { vi: 'Không tìm thấy token này.', en: 'The token was not found.' });
}
