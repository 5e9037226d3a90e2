/**
 * Citizens' sensors: registered by an account, known to the public by a code and a coarse place, taken out of sight by
 * an officer with a reason, gone with their owner. Promise: nothing that a citizen wrote is published, and the exact
 * place is stored nowhere.
 */
import { randomInt } from 'node:crypto';
import { sql } from 'kysely';
import type { Citizen } from '../../platform/citizens/index.ts';
import { inTransaction, type Tx } from '../../platform/database/index.ts';
import type { Platform } from '../../platform/declaration/index.ts';
import { covers, type Principal, publicPrincipal, systemPrincipal, visible } from '../../platform/rights/index.ts';
import { notFound, refuse } from '../../platform/words/index.ts';
import { entityIdOf, typeOf } from './entities.ts';
import { type Kind, type ModelId, mappingOf, models, official } from './models.ts';
import { coarse, type Place } from './place.ts';
import { type SensorRow, sensorTables } from './tables.ts';

export type Parts = Pick<
  Platform,
  'db' | 'now' | 'audit' | 'context' | 'ingest' | 'citizens' | 'territory' | 'history'
>;

/** Sensors of one account; one that an officer excluded goes on counting when its owner retires it. */
export const MOST_OF_ONE = 5;
/** A week of values every five minutes after a time without a network: 7 × 288 × 4 = 8,064. */
const MOST_VALUES_AN_HOUR = 10_000;
const DAY_SECONDS = 86_400;

/** Who keeps the entities and devices: what a citizen may do to their own is said here, not by a grant. */
export const keeper = systemPrincipal('citizen-sensors', ['entity:read', 'entity:write', 'device:manage']);

export type NewSensor = { requestId: string; label: string; model: ModelId } & Place;

/** @returns the key, which is shown this once */
export async function register(parts: Parts, citizen: Citizen, given: NewSensor): Promise<{ id: string; key: string }> {
  const { db, citizens, territory, now } = parts;
  await citizens.limit([{ key: `sensors:${citizen.id}`, most: 20, withinSeconds: DAY_SECONDS }]);
  const unit = territory.pointToUnit(given.lon, given.lat, now());
  if (!unit) throw outside();
  return inTransaction(db, async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext(${`citizen-sensors:${citizen.id}`}))`.execute(tx);
    const own = await sensorTables(tx)
      .selectFrom('citizen_sensors')
      .select(['request_id', 'retired_at', 'excluded_at'])
      .where('citizen_id', '=', citizen.id)
      .execute();
    if (own.some((one) => one.request_id === given.requestId)) throw alreadyRegistered();
    if (own.filter((one) => one.excluded_at || !one.retired_at).length >= MOST_OF_ONE) throw tooManySensors();
    return make(parts, tx, {
      id: newId(),
      citizenId: citizen.id,
      requestId: given.requestId,
      label: given.label.trim(),
      model: given.model,
      place: given,
      areaCode: unit.code,
      provenance: 'measured',
    });
  });
}

type Made = {
  id: string;
  citizenId: string | null;
  requestId: string;
  label: string;
  model: ModelId;
  place: Place;
  areaCode: string;
  provenance: SensorRow['provenance'];
};

/** Makes the sensor, its entity and its device. @returns its id and the key */
export async function make(parts: Parts, tx: Tx, one: Made): Promise<{ id: string; key: string }> {
  const { kind } = models[one.model];
  const place = coarse(one.place);
  const near = await parts.context.find(visible(keeper, 'entity:read'), {
    type: official[kind].type,
    near: { ...place, metres: 100_000 },
    limit: 1,
  });
  const organisationId = near.items[0]?.organisationId ?? null;
  const row = { ...one, kind, ...place, organisationId };
  await sensorTables(tx)
    .insertInto('citizen_sensors')
    .values({
      id: one.id,
      citizen_id: one.citizenId,
      request_id: one.requestId,
      label: one.label,
      kind,
      model: one.model,
      ...place,
      area_code: one.areaCode,
      organisation_id: organisationId,
      provenance: one.provenance,
      created_at: parts.now(),
      retired_at: null,
      excluded_at: null,
      excluded_by: null,
      excluded_reason: null,
      judgement: null,
      judged_at: null,
    })
    .execute();
  await show(parts, tx, row, true);
  const { key } = await openDoor(parts, tx, kind, one.id);
  await parts.audit.record(tx, {
    principal: publicPrincipal,
    action: 'citizen-sensor.register',
    subject: `citizen-sensor:${one.id}`,
    areaCode: one.areaCode,
    organisationId,
    detail: { kind, model: one.model },
  });
  return { id: one.id, key };
}

/** Gives a device its key; the one before is of no use from then on. */
export const openDoor = (parts: Parts, tx: Tx, kind: Kind, id: string): Promise<{ key: string }> =>
  parts.ingest.registerWithin(tx, keeper, id, publicName(id), [entityIdOf(kind, id)], {
    mapping: mappingOf(kind),
    mostAnHour: MOST_VALUES_AN_HOUR,
  });

export const publicName = (id: string): string => `Cảm biến của người dân ${id.toUpperCase()}`;

type Shown = Pick<SensorRow, 'id' | 'kind' | 'lon' | 'lat' | 'provenance'> & {
  areaCode: string;
  organisationId: string | null;
};

/** Its entity, seen by the public or not. */
async function show(parts: Parts, tx: Tx, row: Shown, isPublic: boolean): Promise<void> {
  await parts.context.save(tx, keeper, {
    id: entityIdOf(row.kind, row.id),
    type: typeOf[row.kind],
    name: publicName(row.id),
    organisationId: row.organisationId,
    areaCode: row.areaCode,
    location: { lon: row.lon, lat: row.lat },
    properties: { expectsData: false },
    provenance: row.provenance,
    isPublic,
  });
}

const shownOf = (row: SensorRow): Shown => ({ ...row, areaCode: row.area_code, organisationId: row.organisation_id });

/** A new key for one's own sensor; the old one stops at once. */
export async function renewKey(parts: Parts, citizen: Citizen, id: string): Promise<{ key: string }> {
  await parts.citizens.limit([{ key: `sensor-keys:${citizen.id}`, most: 20, withinSeconds: DAY_SECONDS }]);
  return inTransaction(parts.db, async (tx) => {
    const row = await lockOwn(tx, citizen, id);
    const key = await openDoor(parts, tx, row.kind, id);
    await told(parts, tx, publicPrincipal, 'citizen-sensor.new-key', row, {});
    return key;
  });
}

/** Ends one's own sensor: its key stops, it leaves the map; its values stay with the program, seen by nobody outside. */
export function retire(parts: Parts, citizen: Citizen, id: string): Promise<void> {
  return inTransaction(parts.db, async (tx) => {
    const row = await lockOwn(tx, citizen, id);
    await end(parts, tx, [row]);
    await told(parts, tx, publicPrincipal, 'citizen-sensor.retire', row, {});
  });
}

/** With the account go the keys, the names and whose they were. */
export async function forgetOwner(parts: Parts, tx: Tx, citizenId: string): Promise<void> {
  const rows = await sensorTables(tx)
    .selectFrom('citizen_sensors')
    .selectAll()
    .where('citizen_id', '=', citizenId)
    .forUpdate()
    .execute();
  await end(
    parts,
    tx,
    rows.filter((row) => row.retired_at === null),
  );
  await sensorTables(tx)
    .updateTable('citizen_sensors')
    .set({ citizen_id: null, label: '' })
    .where('citizen_id', '=', citizenId)
    .execute();
}

async function end(parts: Parts, tx: Tx, rows: readonly SensorRow[]): Promise<void> {
  for (const row of rows) {
    await show(parts, tx, shownOf(row), false);
    await sensorTables(tx)
      .updateTable('citizen_sensors')
      .set({ retired_at: parts.now() })
      .where('id', '=', row.id)
      .execute();
  }
  await parts.ingest.devices.blockWithin(
    tx,
    keeper,
    rows.map((row) => row.id),
  );
}

/**
 * Takes a sensor out of the public's sight. It may go on sending, so that one sees whether it got better; what its owner
 * is told is the reason.
 */
export function exclude(parts: Parts, principal: Principal, id: string, reason: string): Promise<void> {
  return decide(parts, principal, id, true, reason);
}

export function readmit(parts: Parts, principal: Principal, id: string, reason: string): Promise<void> {
  return decide(parts, principal, id, false, reason);
}

async function decide(parts: Parts, principal: Principal, id: string, out: boolean, given: string): Promise<void> {
  const reason = given.trim();
  if (reason.length < 5) throw reasonNeeded();
  await inTransaction(parts.db, async (tx) => {
    const row = await locked(tx, id);
    if (!row || !covers(principal, 'entity:write', placed(row))) throw noSensor();
    if (row.retired_at) throw retiredAlready();
    if ((row.excluded_at !== null) === out) throw decidedAlready(out);
    await sensorTables(tx)
      .updateTable('citizen_sensors')
      .set({
        excluded_at: out ? parts.now() : null,
        excluded_by: out ? principal.id : null,
        excluded_reason: out ? reason : null,
      })
      .where('id', '=', id)
      .execute();
    await show(parts, tx, shownOf(row), !out);
    await told(parts, tx, principal, out ? 'citizen-sensor.exclude' : 'citizen-sensor.readmit', row, { reason });
    if (!row.citizen_id) return;
    const name = row.label || publicName(id);
    await parts.citizens.tell(tx, row.citizen_id, {
      about: `citizen-sensor:${id}`,
      subject: out ? 'Cảm biến của bạn không còn hiển thị' : 'Cảm biến của bạn được hiển thị lại',
      text: out
        ? `Cảm biến “${name}” không còn hiển thị công khai. Lý do: ${reason}`
        : `Cảm biến “${name}” được hiển thị công khai trở lại. ${reason}`,
    });
  });
}

export const placed = (row: Pick<SensorRow, 'area_code' | 'organisation_id'>) => ({
  areaCode: row.area_code,
  organisationId: row.organisation_id,
});

const locked = (tx: Tx, id: string): Promise<SensorRow | undefined> =>
  sensorTables(tx).selectFrom('citizen_sensors').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

/** One's own that is in use; another's does not exist. */
async function lockOwn(tx: Tx, citizen: Citizen, id: string): Promise<SensorRow> {
  const row = await locked(tx, id);
  if (row?.citizen_id !== citizen.id) throw noSensor();
  if (row.retired_at) throw retiredAlready();
  return row;
}

function told(
  parts: Parts,
  tx: Tx,
  principal: Principal,
  action: string,
  row: SensorRow,
  detail: Record<string, unknown>,
): Promise<void> {
  return parts.audit.record(tx, { principal, action, subject: `citizen-sensor:${row.id}`, ...placed(row), detail });
}

/** Without letters that are taken for one another. */
const LETTERS = '23456789abcdefghjkmnpqrstuvwxyz';
const newId = (): string => `cb-${Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`;

export const noSensor = () => notFound({ vi: 'cảm biến này', en: 'sensor' });

function outside() {
  const text = {
    vi: 'Vị trí này nằm ngoài tỉnh. Hãy chọn lại trên bản đồ.',
    en: 'This place lies outside the province. Choose it again on the map.',
  };
  return refuse(422, 'outside-province', text, [{ at: '/lon', reason: text }]);
}

function alreadyRegistered() {
  return refuse(409, 'already-registered', {
    vi: 'Cảm biến này đã được đăng ký. Khóa chỉ hiện một lần: nếu chưa kịp chép, hãy lấy khóa mới ở trang của cảm biến.',
    en: 'This sensor is registered. Its key was shown once: where it was not copied, take a new one on its page.',
  });
}

function tooManySensors() {
  return refuse(409, 'sensor-limit', {
    vi: `Mỗi tài khoản có tối đa ${MOST_OF_ONE} cảm biến. Hãy ngừng một cảm biến không dùng nữa.`,
    en: `An account has ${MOST_OF_ONE} sensors at most. Retire one that is not in use.`,
  });
}

function retiredAlready() {
  return refuse(409, 'sensor-retired', {
    vi: 'Cảm biến này đã ngừng. Muốn dùng lại thì đăng ký mới.',
    en: 'This sensor is retired. Register it anew to use it again.',
  });
}

function decidedAlready(out: boolean) {
  return refuse(409, 'decided-already', {
    vi: out ? 'Cảm biến này đã bị loại rồi.' : 'Cảm biến này đang được hiển thị.',
    en: out ? 'This sensor is excluded already.' : 'This sensor is shown.',
  });
}

function reasonNeeded() {
  const text = { vi: 'Hãy nêu lý do (ít nhất 5 ký tự).', en: 'Give a reason (5 characters at least).' };
  return refuse(422, 'reason-needed', text, [{ at: '/reason', reason: text }]);
}
