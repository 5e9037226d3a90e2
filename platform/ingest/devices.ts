import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import type { Audit } from '../audit/index.ts';
import { type Db, inTransaction, type Tx } from '../database/index.ts';
import { covers, demand, type Placed, type Principal, type Visible } from '../rights/index.ts';
import { notFound, refuse } from '../words/index.ts';
import type { Mapping } from './protocols/mapping.ts';
import type { IngestTables } from './tables.ts';

export type Device = {
  principal: Principal;
  entities: ReadonlySet<string>;
  mapping: Mapping;
  /** null: as many values as the doors bear */
  mostAnHour: number | null;
};

export type NewDevice = {
  id: string;
  name: string;
  organisationId: string | null;
  areaCode: string | null;
  entityIds: readonly string[];
  /** What its own names mean; a device that is there keeps what it has. */
  mapping?: Mapping;
  mostAnHour?: number;
};

/** Devices and their keys. A key is `<device id>.<256 random bits>`; only its hash is stored. */
export type Devices = {
  /** Makes the device (or a new key for it); the key is shown this once. The caller checked the entities' rights. */
  register(tx: Tx, principal: Principal, device: NewDevice): Promise<{ key: string }>;
  /** The device of a key, or null. Remembers the answer for a few seconds. */
  check(id: string, secret: string): Promise<Device | null>;
  /** Whether a device that `check` gave is still remembered, so that it need not be checked anew; counts as seen. */
  isRemembered(device: Device): boolean;
  /** Counts what a device sends against its pace, before anything is stored; refuses with 429 where it is used up. */
  spend(device: Device, values: number): void;
  /** A device that may write, by its id and without its key; null where there is none, or it is blocked. */
  get(id: string): Promise<Device | null>;
  list(rights: Visible): Promise<
    {
      id: string;
      name: string;
      organisationId: string | null;
      areaCode: string | null;
      active: boolean;
      lastSeenAt: Date | null;
      entityIds: string[];
      mapping: Mapping;
      attributes: Record<string, unknown>;
    }[]
  >;
  setActive(principal: Principal, id: string, active: boolean): Promise<void>;
  /** Blocks devices as a part of a transaction; another process may still take their values for some seconds. */
  blockWithin(tx: Tx, principal: Principal, ids: readonly string[]): Promise<void>;
  /** When it last came with its key, whatever it brought; null where it never did. */
  lastSeen(ids: readonly string[]): Promise<Map<string, Date | null>>;
  /** Says what the device's own names mean; the caller checked the entities' rights. */
  setMapping(principal: Principal, id: string, mapping: Mapping): Promise<void>;
  /** Writes the last-seen times gathered since the last call. */
  flushSeen(): Promise<void>;
};

const REMEMBER_MS = 5_000;
const HOUR_MS = 3_600_000;

export function createDevices(options: { db: Db; audit: Pick<Audit, 'record'>; now: () => Date }): Devices {
  const { db, audit, now } = options;
  const tables = db.withTables<IngestTables>();
  const remembered = new Map<string, { device: Device; until: number; hash: Buffer }>();
  const asking = new Map<string, Promise<Device | null>>();
  const seen = new Map<string, Date>();
  /** In this process: several of them let through so many times more, which still bears. */
  const spent = new Map<string, { since: number; values: number }>();
  const hashOf = (secret: string): Buffer => hash('sha256', secret, 'buffer');

  const forget = (id: string): void => {
    remembered.delete(id);
    for (const together of asking.keys()) if (together.startsWith(`${id} `)) asking.delete(together);
  };

  const change = async (
    principal: Principal,
    id: string,
    values: { active: boolean } | { mapping: string },
    action: string,
  ): Promise<void> => {
    await inTransaction(db, async (tx) => {
      const own = tx.withTables<IngestTables>();
      const row = await own.selectFrom('devices').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
      const place: Placed = { areaCode: row?.area_code ?? null, organisationId: row?.organisation_id ?? null };
      if (!row || !covers(principal, 'device:manage', place))
        throw notFound({ vi: `thiết bị ${id}`, en: `device ${id}` });
      await own.updateTable('devices').set(values).where('id', '=', id).execute();
      await audit.record(tx, { principal, action, subject: `device:${id}`, ...place });
    });
    forget(id);
  };

  const active = (id: string) =>
    tables.selectFrom('devices').selectAll().where('id', '=', id).where('active', '=', true).executeTakeFirst();
  const withEntities = async (row: {
    id: string;
    name: string;
    organisation_id: string | null;
    mapping: Mapping;
    most_an_hour: number | null;
  }): Promise<Device> => {
    const { id, name } = row;
    const entities = await tables
      .selectFrom('device_entities')
      .select('entity_id')
      .where('device_id', '=', id)
      .execute();
    return {
      principal: { kind: 'device', id, name, organisationId: row.organisation_id, grants: [] },
      entities: new Set(entities.map((one) => one.entity_id)),
      mapping: row.mapping,
      mostAnHour: row.most_an_hour,
    };
  };

  const find = async (id: string, given: Buffer): Promise<Device | null> => {
    const row = await active(id);
    return row && timingSafeEqual(row.key_hash, given) ? withEntities(row) : null;
  };

  return {
    async register(tx, principal, device) {
      demand(principal, 'device:manage', device);
      const secret = randomBytes(32).toString('base64url');
      const row = {
        name: device.name,
        organisation_id: device.organisationId,
        area_code: device.areaCode,
        key_hash: hashOf(secret),
        active: true,
        ...(device.mapping ? { mapping: JSON.stringify(device.mapping) } : {}),
        ...(device.mostAnHour ? { most_an_hour: device.mostAnHour } : {}),
      };
      const own = tx.withTables<IngestTables>();
      await own
        .insertInto('devices')
        .values({ id: device.id, ...row, created_at: now(), last_seen_at: null })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
      await own.deleteFrom('device_entities').where('device_id', '=', device.id).execute();
      if (device.entityIds.length > 0) {
        await own
          .insertInto('device_entities')
          .values(device.entityIds.map((entity_id) => ({ device_id: device.id, entity_id })))
          .execute();
      }
      await audit.record(tx, {
        principal,
        action: 'device.register',
        subject: `device:${device.id}`,
        areaCode: device.areaCode,
        organisationId: device.organisationId,
        detail: { entities: device.entityIds.length },
      });
      forget(device.id);
      return { key: `${device.id}.${secret}` };
    },

    async check(id, secret) {
      const at = now();
      const given = hashOf(secret);
      const known = remembered.get(id);
      if (known && known.until > at.getTime() && timingSafeEqual(known.hash, given)) {
        seen.set(id, at);
        return known.device;
      }
      // Hundreds of messages may be under way when the answer grows old: they ask once together.
      const together = `${id} ${given.toString('hex')}`;
      const asked = asking.get(together) ?? find(id, given);
      asking.set(together, asked);
      try {
        const device = await asked;
        if (!device) return null;
        // Not what was asked before a change: `forget` took it away.
        if (asking.get(together) === asked) {
          remembered.set(id, { device, until: at.getTime() + REMEMBER_MS, hash: given });
        }
        seen.set(id, at);
        return device;
      } finally {
        if (asking.get(together) === asked) asking.delete(together);
      }
    },

    isRemembered(device) {
      const at = now();
      const { id } = device.principal;
      const known = remembered.get(id);
      if (known?.device !== device || known.until <= at.getTime()) return false;
      seen.set(id, at);
      return true;
    },

    spend(device, values) {
      const most = device.mostAnHour;
      if (most === null) return;
      const at = now().getTime();
      const known = spent.get(device.principal.id);
      const window = known && at - known.since < HOUR_MS ? known : { since: at, values: 0 };
      if (window.values + values > most) throw tooQuick(most, Math.ceil((window.since + HOUR_MS - at) / 60_000));
      window.values += values;
      spent.set(device.principal.id, window);
    },

    async get(id) {
      const row = await active(id);
      return row ? withEntities(row) : null;
    },

    async list(rights) {
      const rows = await tables
        .selectFrom('devices')
        .selectAll()
        .where(rights.where({ area: 'area_code', organisation: 'organisation_id' }))
        .orderBy('id')
        .execute();
      const links = await tables.selectFrom('device_entities').selectAll().execute();
      return rows.map((row) => ({
        id: row.id,
        name: row.name,
        organisationId: row.organisation_id,
        areaCode: row.area_code,
        active: row.active,
        lastSeenAt: row.last_seen_at,
        mapping: row.mapping,
        attributes: row.attributes,
        entityIds: links.filter((link) => link.device_id === row.id).map((link) => link.entity_id),
      }));
    },

    async setActive(principal, id, active) {
      await change(principal, id, { active }, active ? 'device.allow' : 'device.block');
    },

    async blockWithin(tx, principal, ids) {
      for (const id of ids) {
        const row = await tx
          .withTables<IngestTables>()
          .updateTable('devices')
          .set({ active: false })
          .where('id', '=', id)
          .returning(['area_code as areaCode', 'organisation_id as organisationId'])
          .executeTakeFirst();
        if (!row) continue;
        demand(principal, 'device:manage', row);
        await audit.record(tx, { principal, action: 'device.block', subject: `device:${id}`, ...row });
        forget(id);
      }
    },

    async lastSeen(ids) {
      const rows = await tables
        .selectFrom('devices')
        .select(['id', 'last_seen_at'])
        .where((eb) => eb('id', '=', eb.fn.any(eb.val([...ids]))))
        .execute();
      return new Map(rows.map((row) => [row.id, seen.get(row.id) ?? row.last_seen_at]));
    },

    async setMapping(principal, id, mapping) {
      await change(principal, id, { mapping: JSON.stringify(mapping) }, 'device.map');
    },

    async flushSeen() {
      if (seen.size === 0) return;
      const rows = [...seen];
      seen.clear();
      await sql`update devices set last_seen_at = given.at
        from unnest(${rows.map(([id]) => id)}::text[], ${rows.map(([, at]) => at.toISOString())}::timestamptz[]) as given (id, at)
        where devices.id = given.id`.execute(db);
    },
  };
}

function tooQuick(most: number, minutes: number) {
  return refuse(429, 'device-too-quick', {
    vi: `Thiết bị gửi quá ${most} giá trị trong một giờ; bản tin này chưa được ghi. Gửi thưa hơn, thử lại sau ${minutes} phút.`,
    en: `The device sent more than ${most} values within an hour; this message was not stored. Send less often, again in ${minutes} minutes.`,
  });
}
