/**
 * Connectors: sources that the platform asks itself, by a schedule. A connector is a device whose values are fetched: it
 * writes to its entities only, what is refused waits in quarantine, and it can be blocked like any device. Its key is
 * sealed, never shown again, and goes to the origin that it was entered for only.
 */
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Audit } from '../../audit/index.ts';
import type { Context } from '../../context/index.ts';
import { type Db, inTransaction, type Tx } from '../../database/index.ts';
import { covers, demand, type Principal, type Visible, visible } from '../../rights/index.ts';
import { notFound, type Refusal, refuse } from '../../words/index.ts';
import type { Ingest } from '../index.ts';
import type { Definition } from './api.ts';
import { askedOf } from './asked.ts';
import { fetchWithin } from './fetch.ts';
import type { Guard } from './guard.ts';
import { createPuller, type Puller, type Run, runOf } from './puller.ts';
import { rowsOf } from './reading.ts';
import { nextRun } from './schedule.ts';
import type { Seal } from './seal.ts';
import type { PullTables } from './tables.ts';
import { readRows, shown } from './take.ts';
import type { Trial } from './trial.ts';

export type Connector = {
  id: string;
  definition: Definition;
  hasKey: boolean;
  active: boolean;
  organisationId: string | null;
  areaCode: string | null;
  createdAt: Date;
  nextRunAt: Date;
  deliveredAt: Date | null;
  failures: number;
  lastRun: Run | null;
};

export type Connectors = {
  list(rights: Visible): Promise<Connector[]>;
  get(principal: Principal, id: string): Promise<{ connector: Connector; runs: Run[] }>;
  create(principal: Principal, id: string, definition: Definition, key?: string): Promise<Connector>;
  /** The stored key stays where none is given, unless it would go to another place: then it is asked for again. */
  change(principal: Principal, id: string, definition: Definition, key?: string): Promise<Connector>;
  /** Fetches once and says what would become of it; stores nothing but who tried. */
  try(principal: Principal, id: string | null, definition: Definition, key?: string): Promise<Trial>;
  runSoon(principal: Principal, id: string): Promise<{ nextRunAt: Date }>;
} & Puller;

export type ConnectorsOptions = {
  db: Db;
  ingest: Ingest;
  context: Pick<Context, 'read'>;
  audit: Pick<Audit, 'record'>;
  guard: Guard;
  seal: Seal;
  now: () => Date;
  onError: (what: string, error: unknown) => void;
};

const RUNS_SHOWN = 50;
const ROWS_SHOWN = 5;
const VALUES_SHOWN = 20;

type Row = Selectable<PullTables['connectors']> & {
  name: string;
  active: boolean;
  organisation_id: string | null;
  area_code: string | null;
  mapping: Definition['mapping'];
  entity_ids: string[];
  last_run: Parameters<typeof runOf>[0] | null;
};

export function createConnectors(options: ConnectorsOptions): Connectors {
  const { db, ingest, context, audit, guard, seal, now } = options;
  const puller = createPuller(options);

  const rowsWhere = async (handle: Db | Tx, rights: Visible, id?: string): Promise<Row[]> => {
    const found = await sql<Row>`
      select c.*, d.name, d.active, d.organisation_id, d.area_code, d.mapping, to_jsonb(r) as last_run,
        array(select e.entity_id from device_entities e where e.device_id = d.id order by e.entity_id) as entity_ids
      from connectors c join devices d on d.id = c.device_id
      left join lateral (
        select * from connector_runs r where r.device_id = c.device_id order by r.started_at desc, r.id desc limit 1
      ) r on true
      where ${rights.where({ area: 'd.area_code', organisation: 'd.organisation_id' })}
        ${id === undefined ? sql`` : sql`and c.device_id = ${id}`}
      order by d.name, d.id`.execute(handle);
    return found.rows;
  };
  const find = async (handle: Db | Tx, principal: Principal, id: string): Promise<Row> => {
    const [row] = await rowsWhere(handle, visible(principal, 'device:manage'), id);
    if (!row) throw noConnector(id);
    return row;
  };

  /** The key that a definition is to be asked with; refuses to send a stored one where it was not meant for. */
  const keyFor = async (stored: Row | null, definition: Definition, given?: string): Promise<string | null> => {
    if (!definition.key) return null;
    if (given !== undefined) return given;
    if (!stored?.key_sealed) throw keyNeeded();
    const same =
      guard.urlOf(stored.url).origin === guard.urlOf(definition.url).origin &&
      stored.key_place === definition.key.place &&
      stored.key_name === definition.key.name;
    if (!same) throw keyNeededAgain();
    return seal.open(stored.key_sealed, stored.device_id);
  };

  const save = async (
    principal: Principal,
    id: string,
    definition: Definition,
    given: string | undefined,
    isNew: boolean,
  ): Promise<Connector> => {
    check(definition, guard);
    await inTransaction(db, async (tx) => {
      const there = await tx
        .withTables<PullTables>()
        .selectFrom('devices')
        .select('id')
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst();
      // A new key for a device that is there would cut it off.
      if (isNew && there) throw idTaken(id);
      const stored = isNew ? null : await find(tx, principal, id);
      const key = await keyFor(stored, definition, given);
      const wasBlocked = stored?.active === false;
      await ingest.registerWithin(tx, principal, id, definition.name, definition.entityIds);
      const own = tx.withTables<PullTables>();
      await own
        .updateTable('devices')
        .set({ mapping: JSON.stringify(definition.mapping), ...(wasBlocked ? { active: false } : {}) })
        .where('id', '=', id)
        .execute();
      const values = {
        url: definition.url,
        headers: JSON.stringify(definition.headers),
        key_place: definition.key?.place ?? null,
        key_name: definition.key?.name ?? null,
        key_sealed: key === null ? null : await seal.seal(key, id),
        reading: JSON.stringify(definition.reading),
        every_minutes: definition.everyMinutes,
        offset_minutes: definition.offsetMinutes,
        promised_minutes: definition.promisedMinutes,
        timeout_seconds: definition.timeoutSeconds,
        max_bytes: definition.maxBytes,
        next_run_at: nextRun(now(), definition.everyMinutes, definition.offsetMinutes),
        // What it brought before was read otherwise: the next answer is read whole.
        etag: null,
        last_modified: null,
        body_sha256: null,
        failures: 0,
      };
      await own
        .insertInto('connectors')
        .values({
          device_id: id,
          ...values,
          created_at: now(),
          running_until: null,
          newest_at: null,
          delivered_at: null,
        })
        .onConflict((conflict) =>
          conflict.column('device_id').doUpdateSet((eb) => ({ ...values, version: eb('connectors.version', '+', 1) })),
        )
        .execute();
      const row = await find(tx, principal, id);
      await audit.record(tx, {
        principal,
        action: isNew ? 'connector.create' : 'connector.change',
        subject: `connector:${id}`,
        areaCode: row.area_code,
        organisationId: row.organisation_id,
        detail: { host: guard.urlOf(definition.url).host, keyGiven: given !== undefined },
      });
    });
    return toConnector(await find(db, principal, id));
  };

  return {
    ...puller,
    list: async (rights) => (await rowsWhere(db, rights)).map(toConnector),

    async get(principal, id) {
      const connector = toConnector(await find(db, principal, id));
      const runs = await db
        .withTables<PullTables>()
        .selectFrom('connector_runs')
        .selectAll()
        .where('device_id', '=', id)
        .orderBy('started_at', 'desc')
        .orderBy('id', 'desc')
        .limit(RUNS_SHOWN)
        .execute();
      return { connector, runs: runs.map(runOf) };
    },

    create: (principal, id, definition, key) => save(principal, id, definition, key, true),
    change: (principal, id, definition, key) => save(principal, id, definition, key, false),

    async try(principal, id, definition, given) {
      check(definition, guard);
      const stored = id === null ? null : await find(db, principal, id);
      const entities = await context.read(db, definition.entityIds);
      for (const entityId of definition.entityIds) {
        const entity = entities.get(entityId);
        if (!entity || !covers(principal, 'device:manage', entity))
          throw notFound({ vi: `đối tượng ${entityId}`, en: `entity ${entityId}` });
      }
      const key = await keyFor(stored, definition, given);
      await inTransaction(db, (tx) =>
        audit.record(tx, {
          principal,
          action: 'connector.try',
          subject: `connector:${id ?? ''}`,
          detail: { host: guard.urlOf(definition.url).host },
        }),
      );
      const fetched = await fetchWithin(guard, askedOf(definition, key));
      const fetchedAt = now().getTime();
      const found = rowsOf(fetched.body, definition.reading);
      const device = { mapping: definition.mapping, entities: new Set(definition.entityIds) };
      const { read, passed } =
        'problem' in found ? { read: [], passed: 0 } : readRows(device, definition.reading, found.rows, fetchedAt);
      const incoming = read.flatMap((row) => row.incoming);
      const flaws = await ingest.intake.flaws(incoming, (entityId) => device.entities.has(entityId));
      const reasonOf = new Map(flaws.map(({ at, reason }) => [incoming[Number(at)], reason]));
      return {
        status: fetched.status,
        bytes: fetched.body.length,
        problem: 'problem' in found ? found.problem : null,
        beginning: new TextDecoder().decode(fetched.body.subarray(0, 2_000)),
        rows: 'problem' in found ? 0 : found.rows.length,
        passed,
        values: incoming.length - flaws.length,
        refused: flaws.length + read.reduce((sum, row) => sum + row.bad.length, 0),
        shown: read.slice(0, ROWS_SHOWN).map((row) => ({
          row: shown(row.row),
          values: row.incoming.slice(0, VALUES_SHOWN).map((one) => ({ ...one, reason: reasonOf.get(one) ?? null })),
          bad: row.bad,
        })),
      };
    },

    async runSoon(principal, id) {
      const at = now();
      await inTransaction(db, async (tx) => {
        const row = await find(tx, principal, id);
        const place = { areaCode: row.area_code, organisationId: row.organisation_id };
        demand(principal, 'device:manage', place);
        if (!row.active) throw isBlocked();
        await tx
          .withTables<PullTables>()
          .updateTable('connectors')
          .set({ next_run_at: at })
          .where('device_id', '=', id)
          .execute();
        await audit.record(tx, { principal, action: 'connector.run', subject: `connector:${id}`, ...place });
      });
      return { nextRunAt: at };
    },
  };
}

const SECRET_NAME = /auth|cookie|key|token|secret|password/i;
/** The connection's own: who sets them could make two requests of one. */
const NOT_SET =
  /^(host|connection|content-length|transfer-encoding|accept-encoding|upgrade|te|trailer|expect|keep-alive|proxy-.*|range|if-.*)$/i;

function check(definition: Definition, guard: Guard): void {
  const url = guard.urlOf(definition.url);
  const names = [
    ...Object.keys(definition.headers),
    ...(definition.key?.place === 'header' ? [definition.key.name] : []),
  ];
  const reserved = names.find((name) => NOT_SET.test(name));
  if (reserved !== undefined) {
    throw refuse(422, 'header-reserved', {
      vi: `Tiêu đề “${reserved}” do máy chủ tự đặt.`,
      en: `The header “${reserved}” is set by the platform itself.`,
    });
  }
  const open = [...Object.keys(definition.headers), ...url.searchParams.keys()].find((name) => SECRET_NAME.test(name));
  if (open !== undefined) {
    throw refuse(422, 'key-in-the-open', {
      vi: `“${open}” có vẻ là khóa bí mật; hãy nhập vào ô khóa truy cập để được giữ kín.`,
      en: `“${open}” looks like a secret; enter it as the key, where it is kept sealed.`,
    });
  }
  if (definition.offsetMinutes >= definition.everyMinutes) {
    throw refuse(422, 'offset-too-large', {
      vi: 'Phút bắt đầu phải nhỏ hơn chu kỳ lấy.',
      en: 'The minute to begin at must be less than the interval.',
    });
  }
  if (!definition.reading.pair && Object.keys(definition.mapping.properties ?? {}).length === 0) {
    throw refuse(422, 'no-figures', {
      vi: 'Chưa nêu thông số nào: cho biết ít nhất một trường và thông số của nó ở đây.',
      en: 'No figure is named: say at least one field and which property it is here.',
    });
  }
}

const toConnector = (row: Row): Connector => ({
  id: row.device_id,
  definition: {
    name: row.name,
    entityIds: row.entity_ids,
    url: row.url,
    headers: row.headers,
    key: row.key_place && row.key_name ? { place: row.key_place, name: row.key_name } : null,
    reading: row.reading,
    mapping: row.mapping,
    everyMinutes: row.every_minutes,
    offsetMinutes: row.offset_minutes,
    promisedMinutes: row.promised_minutes,
    timeoutSeconds: row.timeout_seconds,
    maxBytes: row.max_bytes,
  },
  hasKey: row.key_sealed !== null,
  active: row.active,
  organisationId: row.organisation_id,
  areaCode: row.area_code,
  createdAt: row.created_at,
  nextRunAt: row.next_run_at,
  deliveredAt: row.delivered_at,
  failures: row.failures,
  lastRun: row.last_run ? runOf(row.last_run) : null,
});

const noConnector = (id: string): Refusal => notFound({ vi: `cầu nối ${id}`, en: `connector ${id}` });

const idTaken = (id: string) =>
  refuse(409, 'id-taken', {
    vi: `Mã “${id}” đã dùng cho một thiết bị hoặc cầu nối khác.`,
    en: `The id “${id}” belongs to a device or connector already.`,
  });

const keyNeeded = () => refuse(422, 'key-needed', { vi: 'Hãy nhập khóa truy cập.', en: 'Enter the key.' });

const keyNeededAgain = () =>
  refuse(422, 'key-needed-again', {
    vi: 'Máy chủ hoặc chỗ đặt khóa đã đổi; hãy nhập lại khóa: khóa cũ không được gửi sang nơi khác.',
    en: 'The server or the place of the key has changed; enter the key again: the old one is not sent elsewhere.',
  });

const isBlocked = () =>
  refuse(409, 'connector-stopped', {
    vi: 'Cầu nối đang dừng; hãy cho chạy lại trước.',
    en: 'The connector is stopped; let it run again first.',
  });
