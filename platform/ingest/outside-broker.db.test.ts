import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { connectAsync } from 'mqtt';
import Type from 'typebox';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAudit } from '../audit/index.ts';
import { createContext, type EntityType } from '../context/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log } from '../events/index.ts';
import { systemPrincipal } from '../rights/index.ts';
import { createIngest, type Ingest } from './index.ts';

const now = () => new Date('2026-11-23T03:00:00Z');
const admin = systemPrincipal('test', ['entity:write', 'device:manage', 'ingest:manage']);
const Station: EntityType = {
  title: { vi: 'Trạm', en: 'Station' },
  schema: Type.Object({}),
  observes: {
    pm25: { title: { vi: 'PM2.5', en: 'PM2.5' }, unit: 'µg/m³', everySeconds: 60, range: [0, 1000], rollUp: 'mean' },
  },
  columns: [],
  visible: 'unit',
  marker: 'circle',
};

/** The province's own broker; it keeps what its clients have not acknowledged. */
async function startOutside(aedes: Aedes, port: number): Promise<{ port: number; cut(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: address !== null && typeof address !== 'string' ? address.port : port,
    async cut() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

let database: TestDatabase;
let log: Log;
let ingest: Ingest;
let outside: Aedes;
const errors: unknown[] = [];
/** while positive the log refuses what is offered, as one whose database is away */
let failing = 0;

beforeEach(async () => {
  errors.length = 0;
  failing = 0;
  database = await testDatabase();
  const { db, pool } = database;
  const real = createLog({ db, pool, now, onError: (_name, error) => errors.push(error) });
  log = {
    ...real,
    async offer(observations) {
      failing -= 1;
      if (failing >= 0) throw new Error('the database is away');
      return real.offer(observations);
    },
  };
  const audit = createAudit({ db, now });
  const systems = [{ name: 'test', entities: { Station } }];
  const context = createContext({ db, log, audit, now, systems, areaOf: () => '13192' });
  ingest = createIngest({ db, log, context, audit, now, doors: [], onError: (_what, error) => errors.push(error) });
  await db.transaction().execute(async (tx) => {
    for (const id of ['s1', 's2']) {
      await context.save(tx, admin, {
        id,
        type: 'Station',
        name: id,
        organisationId: 'so-nnmt',
        location: null,
        provenance: 'measured',
      });
    }
  });
  await ingest.registerDevice(admin, 'cong-tinh', 'Cổng MQTT của tỉnh', ['s1']);
  outside = await Aedes.createBroker();
});
afterEach(async () => {
  await new Promise<void>((resolve) => outside.close(() => resolve()));
  await log.stop();
  await database.close();
});

const values = async (): Promise<number[]> =>
  (await database.pool.query<{ value: number }>('select value from observations order by observed_at')).rows.map(
    (row) => row.value,
  );

it('takes what the province’s own broker brings, misses nothing while either was away, and acknowledges what is kept', {
  timeout: 60_000,
}, async () => {
  let broker = await startOutside(outside, 0);
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const send = async (minute: number, value: number, entity = 's1'): Promise<void> => {
    const client = await connectAsync(url);
    const observedAt = `2026-11-23T08:${String(minute).padStart(2, '0')}:00+07:00`;
    const message = JSON.stringify({ observedAt, values: { pm25: value } });
    await client.publishAsync(`dttm/${entity}/observations`, message, { qos: 1 });
    await client.endAsync();
  };
  const first = ingest.subscribe(url, 'cong-tinh');
  await expect.poll(() => outside.connectedClients, { timeout: 10_000 }).toBe(1);
  await send(1, 1);
  await expect.poll(values, { timeout: 10_000 }).toEqual([1]);

  // Another's entity is not taken, and kept with its reason.
  await send(2, 2, 's2');
  await expect.poll(async () => (await ingest.quarantined(admin, 10, 0)).total, { timeout: 10_000 }).toBe(1);

  // What could not be kept is not acknowledged, and comes again.
  failing = 2;
  await send(3, 3);
  await expect.poll(values, { timeout: 20_000 }).toEqual([1, 3]);
  expect(errors.map(String)).toContain('Error: the database is away');

  // The platform is away: the broker keeps it.
  await first.stop();
  await send(4, 4);
  const second = ingest.subscribe(url, 'cong-tinh');
  await expect.poll(values, { timeout: 20_000 }).toEqual([1, 3, 4]);

  // The broker is away and back.
  await broker.cut();
  await expect.poll(() => second.isConnected(), { timeout: 10_000 }).toBe(false);
  broker = await startOutside(outside, broker.port);
  await expect.poll(() => second.isConnected(), { timeout: 20_000 }).toBe(true);
  await send(5, 5);
  await expect.poll(values, { timeout: 20_000 }).toEqual([1, 3, 4, 5]);

  // A blocked device writes nothing, over whichever broker; allowed again, what was kept can be taken.
  await ingest.devices.setActive(admin, 'cong-tinh', false);
  await send(6, 6);
  await expect.poll(async () => (await ingest.quarantined(admin, 10, 0)).total, { timeout: 10_000 }).toBe(2);
  expect(await values()).toEqual([1, 3, 4, 5]);
  const kept = (await ingest.quarantined(admin, 10, 0)).items.find((entry) => entry.source.includes('s1'));
  await expect(ingest.retry(admin, kept?.id ?? 0)).rejects.toMatchObject({ code: 'device-gone' });
  await ingest.devices.setActive(admin, 'cong-tinh', true);
  expect(await ingest.retry(admin, kept?.id ?? 0)).toEqual({ accepted: 1, refused: [] });
  await second.stop();
  await broker.cut();
});
