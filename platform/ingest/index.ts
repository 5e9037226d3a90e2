/**
 * Ingest: the doors. HTTP batches, MQTT messages and files in a watched folder become observations in the log.
 * Promise: a yes (2xx, PUBACK, a file moved to the archive) means committed; a bad row never stops the good ones and
 * is told with its place and reason; the same data sent again change nothing; a device writes only to its own.
 */
import { join } from 'node:path';
import type { Audit } from '../audit/index.ts';
import type { Context } from '../context/index.ts';
import { type Db, inTransaction, type Tx } from '../database/index.ts';
import type { Log } from '../events/index.ts';
import { covers, forbidden, type Placed, type Principal, scopeOf } from '../rights/index.ts';
import { notFound, Refusal, type Text } from '../words/index.ts';
import { createDevices, type Devices, type NewDevice } from './devices.ts';
import { type SftpDoor, startSftp } from './drop/sftp.ts';
import { createFileIntake, type FileDoor, type FileOutcome, type Files, type FileTaken } from './file-door.ts';
import { createIntake, type Intake, type KeptSince } from './intake.ts';
import { type Broker, startBroker } from './mqtt.ts';
import { type Subscription, subscribe } from './outside-broker.ts';
import {
  decide,
  type Kept,
  type Quarantined,
  quarantined,
  quarantinedOne,
  refusalsOf,
  refuseAgain,
  refusedOf,
  waitingOf,
} from './quarantine.ts';
import { readList } from './registration.ts';
import { createRetake } from './retake.ts';
import type { IngestTables } from './tables.ts';
import { type Watcher, watchFolder } from './watch.ts';

export type { FileDoor, FileOutcome, FileTaken, ParsedFile } from './file-door.ts';
export { createOnce, tidyKeys } from './idempotency.ts';
export type { Broker } from './mqtt.ts';
export type { Mapping } from './protocols/mapping.ts';
export { type Connectors, createConnectors } from './pull/connectors.ts';
export { type Fetched, fetchWithin } from './pull/fetch.ts';
export { createGuard, type Guard } from './pull/guard.ts';
export { serveConnectors } from './pull/routes.ts';
export { createSeal } from './pull/seal.ts';
export { deviceAuthenticator, serveIngest } from './routes.ts';
export { serveUploads } from './uploads/routes.ts';
export { createUploads } from './uploads/uploads.ts';
export type { Watcher } from './watch.ts';

export type Ingest = {
  log: Log;
  now: () => Date;
  intake: Intake;
  devices: Devices;
  files: Files;
  registerDevice(
    principal: Principal,
    id: string,
    name: string,
    entityIds: readonly string[],
  ): Promise<{ key: string }>;
  /** The same as a part of a transaction. */
  registerWithin(
    tx: Tx,
    principal: Principal,
    id: string,
    name: string,
    entityIds: readonly string[],
    more?: Pick<NewDevice, 'mapping' | 'mostAnHour'>,
  ): Promise<{ key: string }>;
  /**
   * Registers the devices of a list (CSV, see registration.ts), each by itself; keys are shown this once. One that is there
   * already is refused: a new key would cut it off.
   */
  registerList(
    principal: Principal,
    csv: string,
    dryRun: boolean,
  ): Promise<{ line: number; id: string; reason: Text | null; key: string | null }[]>;
  /** Names a station as it goes by in its files. */
  alias(tx: Tx, door: string, name: string, entityId: string): Promise<void>;
  quarantined(
    principal: Principal,
    limit: number,
    offset: number,
    q?: string,
  ): Promise<{ items: Quarantined[]; total: number }>;
  /** Parts refused within [from, to), by the device or the entity that they are of; without rights. */
  refusals(from: Date, to: Date): Promise<{ deviceId: string | null; entityId: string | null; refused: number }[]>;
  /** What of a device's messages was refused since an instant: how many parts, and why the newest; without rights. */
  refusedOf(deviceId: string, since: Date): Promise<{ refused: number; at: Date | null; reasons: Text[] }>;
  /** Each file door with the stations that may send through it; without rights. */
  fileStations(): Promise<{ door: string; stations: { alias: string; entityId: string }[] }[]>;
  /** How many entries of file doors wait in quarantine, by the station that they are of; without rights. */
  waitingFiles(): Promise<{ door: string; entityId: string | null; n: number }[]>;
  /** The bytes of what waits, as they came; the reading is audited. */
  quarantinedFile(principal: Principal, id: number): Promise<Buffer>;
  /** Takes it again as its door would now. What is still refused goes on waiting, with the new reasons. */
  retry(principal: Principal, id: number): Promise<{ accepted: number; refused: FileOutcome['refused'] }>;
  drop(principal: Principal, id: number): Promise<void>;
  watch(directory: string, restMs?: number): Promise<Watcher>;
  broker(host: string, port: number): Promise<Broker>;
  /** The SFTP door into the watched folder; `keys` is where its host keys are kept. */
  sftp(host: string, port: number, directory: string, keys: string): Promise<SftpDoor>;
  /** Listens at another's broker; what comes counts as the device's (see outside-broker.ts). */
  subscribe(url: string, deviceId: string): Subscription;
};

export type IngestOptions = {
  db: Db;
  log: Log;
  context: Context;
  audit: Pick<Audit, 'record'>;
  now: () => Date;
  doors: readonly FileDoor[];
  /** The instant (ms) before which values of a property are no longer kept (history knows); without it all are taken. */
  keptSince?: KeptSince;
  onError: (what: string, error: unknown) => void;
  /** told of each file that a watched folder gave, before the file is moved away */
  onFile?: (taken: FileTaken) => Promise<void>;
};

export function createIngest(options: IngestOptions): Ingest {
  const { db, log, context, audit, now, doors } = options;
  const intake = createIntake({ db, log, context, now, keptSince: options.keptSince ?? (() => null) });
  const devices = createDevices({ db, audit, now });
  const files = createFileIntake({ db, log, intake, now, onFile: options.onFile });

  const reaches = (principal: Principal, place: Placed): boolean =>
    covers(principal, 'device:manage', { areaCode: place.areaCode, organisationId: place.organisationId });
  /** Raw input may hold anybody's data: only who sees the whole province may look into it. */
  const demandAll = (principal: Principal): void => {
    if (!scopeOf(principal, 'ingest:manage')?.all) throw forbidden('ingest:manage');
  };
  const noEntry = (id: number) => notFound({ vi: `mục cách ly số ${id}`, en: `quarantine entry ${id}` });
  const entry = async (principal: Principal, id: number): Promise<Kept> => {
    demandAll(principal);
    const found = await quarantinedOne(db, id);
    if (found?.state !== 'waiting') throw noEntry(id);
    return found;
  };
  const registerWithin: Ingest['registerWithin'] = async (tx, principal, id, name, entityIds, more = {}) => {
    const entities = await context.read(tx, entityIds);
    for (const entityId of entityIds) {
      const entity = entities.get(entityId);
      // What is a neighbour's is answered as what does not exist: ids must not be found out by trying.
      if (!entity || !reaches(principal, entity))
        throw notFound({ vi: `đối tượng ${entityId}`, en: `entity ${entityId}` });
    }
    const existing = await tx
      .withTables<IngestTables>()
      .selectFrom('devices')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (existing && !reaches(principal, { areaCode: existing.area_code, organisationId: existing.organisation_id })) {
      throw notFound({ vi: `thiết bị ${id}`, en: `device ${id}` });
    }
    const first = entities.get(entityIds[0] ?? '');
    return devices.register(tx, principal, {
      id,
      name,
      organisationId: first?.organisationId ?? null,
      areaCode: first?.areaCode ?? null,
      entityIds,
      ...more,
    });
  };
  const again = createRetake({ db, log, intake, devices, files, doors });

  const ingest: Ingest = {
    log,
    now,
    intake,
    devices,
    files,
    registerDevice: (principal, id, name, entityIds) =>
      inTransaction(db, (tx) => registerWithin(tx, principal, id, name, entityIds)),
    registerWithin,
    async registerList(principal, csv, dryRun) {
      const { good, bad } = readList(csv);
      const there = await db
        .withTables<IngestTables>()
        .selectFrom('devices')
        .select('id')
        .where('id', 'in', ['', ...good.map((one) => one.id)])
        .execute();
      const taken = new Set(there.map((one) => one.id));
      const entities = await context.read(db, [...new Set(good.flatMap((one) => one.entityIds))]);
      const told: { line: number; id: string; reason: Text | null; key: string | null }[] = bad.map((one) => ({
        ...one,
        key: null,
      }));
      for (const { line, id, name, entityIds } of good) {
        const unknown = entityIds.find((entityId) => {
          const entity = entities.get(entityId);
          return !entity || !reaches(principal, entity);
        });
        const reason = taken.has(id) ? alreadyThere : unknown === undefined ? null : noSuchEntity(unknown);
        if (reason || dryRun) {
          told.push({ line, id, reason, key: null });
          continue;
        }
        try {
          told.push({ line, id, reason, ...(await ingest.registerDevice(principal, id, name, entityIds)) });
        } catch (error) {
          // Changed since it was looked at. The keys of those before are told this once: they must not go down with it.
          if (!(error instanceof Refusal)) throw error;
          told.push({ line, id, reason: error.text, key: null });
        }
      }
      return told.sort((a, b) => a.line - b.line);
    },
    async alias(tx, door, name, entityId) {
      await tx
        .withTables<IngestTables>()
        .insertInto('door_aliases')
        .values({ door, alias: name, entity_id: entityId })
        .onConflict((conflict) => conflict.columns(['door', 'alias']).doUpdateSet({ entity_id: entityId }))
        .execute();
    },
    async quarantined(principal, limit, offset, q) {
      demandAll(principal);
      return quarantined(db, limit, offset, q);
    },
    async retry(principal, id) {
      const { accepted, refused } = await again(await entry(principal, id));
      await inTransaction(db, async (tx) => {
        // Where someone dropped it meanwhile that stays as it is: what was taken is taken.
        if (refused.length > 0) await refuseAgain(tx, id, refused);
        else await decide(tx, id, { state: 'retried', by: principal.id, at: now() });
        const detail = { accepted, refused: refused.length };
        await audit.record(tx, { principal, action: 'quarantine.retry', subject: `quarantine:${id}`, detail });
      });
      return { accepted, refused };
    },
    refusals: (from, to) => refusalsOf(db, from, to),
    refusedOf: (deviceId, since) => refusedOf(db, deviceId, since),
    async fileStations() {
      const rows = await db
        .withTables<IngestTables>()
        .selectFrom('door_aliases')
        .selectAll()
        .orderBy('alias')
        .execute();
      return doors.map(({ id }) => ({
        door: id,
        stations: rows.flatMap((row) => (row.door === id ? [{ alias: row.alias, entityId: row.entity_id }] : [])),
      }));
    },
    waitingFiles: () =>
      waitingOf(
        db,
        doors.map((door) => door.id),
      ),
    async quarantinedFile(principal, id) {
      const found = await entry(principal, id);
      await inTransaction(db, (tx) =>
        audit.record(tx, { principal, action: 'quarantine.read', subject: `quarantine:${id}` }),
      );
      return found.bytes;
    },
    async drop(principal, id) {
      demandAll(principal);
      await inTransaction(db, async (tx) => {
        if (!(await decide(tx, id, { state: 'dropped', by: principal.id, at: now() }))) throw noEntry(id);
        await audit.record(tx, { principal, action: 'quarantine.drop', subject: `quarantine:${id}` });
      });
    },
    watch: (directory, restMs) =>
      watchFolder({
        directory,
        doors,
        files,
        now,
        onError: options.onError,
        ...(restMs === undefined ? {} : { restMs }),
      }),
    sftp: (host, port, directory, keys) =>
      startSftp({
        host,
        port,
        directory: keys,
        inbox: join(directory, 'inbox'),
        db,
        devices,
        doors,
        onError: options.onError,
      }),
    subscribe: (url, deviceId) => subscribe({ url, deviceId, db, log, devices, intake, now, onError: options.onError }),
    broker: (host, port) => startBroker({ host, port, db, log, devices, intake, now, onError: options.onError }),
  };
  return ingest;
}

const alreadyThere = { vi: 'thiết bị đã có; cấp khóa mới thì làm ở từng thiết bị', en: 'the device is there already' };

// What is a neighbour's is told as what does not exist: ids must not be found out by trying.
const noSuchEntity = (id: string): Text => ({
  vi: `không có đối tượng “${id}”, hoặc không thuộc quyền của bạn`,
  en: `no entity “${id}”, or none of yours`,
});
