import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Aedes, type Client, type PublishPacket } from 'aedes';
import type { Db } from '../database/index.ts';
import type { Log, Observation } from '../events/index.ts';
import { Refusal } from '../words/index.ts';
import type { Device, Devices } from './devices.ts';
import { takeForeign, valuesByLength } from './foreign.ts';
import type { Incoming, Intake } from './intake.ts';
import type { Form } from './protocols/forms.ts';
import { quarantine, type Reason } from './quarantine.ts';

type Done = (error?: Error) => void;

type Arrived = { client: Client; packet: PublishPacket; done: (error: Error | null) => void };

export type Broker = { port: number; stop(): Promise<void> };

const TOPIC = /^dttm\/([A-Za-z0-9:._-]{1,200})\/observations$/;

/**
 * The embedded MQTT broker. A device signs in with its id and its key; it publishes to `dttm/<entity>/observations`
 * a message `{ "observedAt": ISO time, "values": { property: number }, "quality"?: 0|1|2 }` or an array of them.
 * Devices of ThingsBoard publish to `v1/devices/me/telemetry` and `…/attributes` with their token as user name.
 * With QoS 1 the PUBACK goes out only after the commit; a message that is not kept is not acknowledged (the
 * connection is closed, so that the device sends it again). Devices may not subscribe.
 */
export async function startBroker(options: {
  host: string;
  port: number;
  db: Db;
  log: Log;
  devices: Devices;
  intake: Intake;
  now: () => Date;
  onError: (what: string, error: unknown) => void;
}): Promise<Broker> {
  const { devices } = options;
  const signedIn = new WeakMap<Client, { device: Device; id: string; secret: string }>();

  const authenticate = async (client: Client, username: string, password: string): Promise<boolean> => {
    // ThingsBoard's devices give their whole token as the name, and no password.
    const dot = password === '' ? username.indexOf('.') : -1;
    const id = dot > 0 ? username.slice(0, dot) : username;
    const given = dot > 0 ? username : password;
    const secret = given.startsWith(`${id}.`) ? given.slice(id.length + 1) : given;
    const device = await devices.check(id, secret);
    if (device) signedIn.set(client, { device, id, secret });
    return device !== null;
  };

  const take = async (client: Client, packet: PublishPacket): Promise<void> => {
    const known = signedIn.get(client);
    if (!known) throw new Error('not signed in');
    // Checked anew every few seconds: a blocked device must not go on over an old connection.
    if (!devices.isRemembered(known.device)) {
      const device = await devices.check(known.id, known.secret);
      if (!device) throw new Error('blocked meanwhile');
      known.device = device;
    }
    const { device } = known;
    const bytes = bytesOf(packet);
    const form = OF_THINGSBOARD[packet.topic];
    if (form) await takeForeign(options, form, device, bytes);
    else {
      devices.spend(device, valuesByLength(bytes));
      await takeMessage(options, device, packet.topic, bytes);
    }
  };

  /** What a message brings, where nothing about it must be asked or told; null where `take` must look at it. */
  const readAtOnce = (client: Client, packet: PublishPacket): Observation[] | null => {
    const device = signedIn.get(client)?.device;
    if (!device || device.mostAnHour !== null || !devices.isRemembered(device)) return null;
    const entity = TOPIC.exec(packet.topic)?.[1];
    if (!entity) return null;
    const { incoming, bad } = readMessage(bytesOf(packet), entity);
    return bad.length === 0 ? options.intake.sortAtOnce(incoming, (id) => device.entities.has(id)) : null;
  };

  let arrived: Arrived[] = [];
  const answer = (one: Arrived, error: unknown): void => {
    if (!(error instanceof Refusal)) options.onError('mqtt message', error);
    one.done(error instanceof Error ? error : new Error(String(error)));
  };
  // All messages of one turn of the event loop go to the log as one: a promise for each step of each message cost more
  // than reading it.
  const takeArrived = (): void => {
    const messages = arrived;
    arrived = [];
    const good: Observation[] = [];
    const quick: Arrived[] = [];
    for (const one of messages) {
      const observations = readAtOnce(one.client, one.packet);
      if (observations) {
        quick.push(one);
        for (const observation of observations) good.push(observation);
      } else {
        take(one.client, one.packet).then(
          () => one.done(null),
          (error) => answer(one, error),
        );
      }
    }
    options.log.offer(good).then(
      () => {
        for (const one of quick) one.done(null);
      },
      (error) => {
        for (const one of quick) answer(one, error);
      },
    );
  };

  const broker = await Aedes.createBroker({
    authenticate: (client, username, password, done) => {
      authenticate(client, username ?? '', password?.toString('utf8') ?? '').then(
        (ok) => done(null, ok),
        (error) => {
          options.onError('mqtt sign-in', error);
          done(null, false);
        },
      );
    },
    // Runs before the PUBACK is written: the acknowledgement waits for the commit.
    authorizePublish: (client, packet, done) => {
      if (!client) return done(new Error('no client'));
      if (arrived.push({ client, packet, done }) === 1) setImmediate(takeArrived);
    },
    authorizeSubscribe: (_client, _subscription, done) => done(null, null),
  });
  // Nobody may subscribe: what a device publishes is taken above and handed on to no one, nor kept as retained.
  const publisher: { publish(packet: PublishPacket, client: Client | Done | null, done?: Done): void } = broker;
  const handOn = publisher.publish.bind(broker);
  publisher.publish = (packet, client, done) => {
    if (client && typeof client !== 'function') done?.();
    else handOn(packet, client, done);
  };
  const server: Server = createServer((socket) => broker.handle(socket));
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const address = server.address();

  return {
    port: address !== null && typeof address !== 'string' ? address.port : options.port,
    async stop() {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const bytesOf = ({ payload }: PublishPacket): Uint8Array =>
  typeof payload === 'string' ? Buffer.from(payload) : payload;

const OF_THINGSBOARD: Record<string, Form> = {
  'v1/devices/me/telemetry': 'thingsboard/telemetry',
  'v1/devices/me/attributes': 'thingsboard/attributes',
};

const badTopic = {
  vi: 'chủ đề phải có dạng dttm/<mã đối tượng>/observations hoặc v1/devices/me/telemetry, v1/devices/me/attributes',
  en: 'the topic must be dttm/<entity id>/observations, or v1/devices/me/telemetry, v1/devices/me/attributes',
};

/** Takes a message to our own topics; what is refused of it is kept in quarantine. */
export async function takeMessage(
  parts: { db: Db; log: Log; intake: Intake; now: () => Date },
  device: Device,
  topic: string,
  bytes: Uint8Array,
): Promise<void> {
  const { refused: reasons } = await storeMessage(parts, device, topic, bytes);
  if (reasons.length === 0) return;
  const source = `${device.principal.id}:${topic}`;
  await quarantine(parts.db, { door: 'mqtt', source, bytes, at: parts.now(), reasons });
}

/** Stores what is good of a message to our own topics; the rest is told. */
export async function storeMessage(
  { log, intake }: { log: Log; intake: Intake },
  device: Device,
  topic: string,
  bytes: Uint8Array,
): Promise<{ accepted: number; refused: Reason[] }> {
  const entity = TOPIC.exec(topic)?.[1];
  if (!entity) return { accepted: 0, refused: [{ at: 0, reason: badTopic }] };
  const { incoming, bad } = readMessage(bytes, entity);
  const sorted = await intake.sort(incoming, (id) => device.entities.has(id));
  await log.offer(sorted.good);
  return { accepted: sorted.good.length, refused: [...bad, ...sorted.bad] };
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads a message body; a part that is not understood is told, the rest is taken. */
export function readMessage(bytes: Uint8Array, entity: string): { incoming: Incoming[]; bad: Reason[] } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(decoder.decode(bytes));
  } catch (error) {
    return {
      incoming: [],
      bad: [{ at: 0, reason: { vi: `không phải JSON (UTF-8): ${error}`, en: `not JSON (UTF-8): ${error}` } }],
    };
  }
  const incoming: Incoming[] = [];
  const bad: Reason[] = [];
  (Array.isArray(parsed) ? parsed : [parsed]).forEach((part: unknown, index) => {
    const one = typeof part === 'object' && part !== null ? (part as Record<string, unknown>) : {};
    const at = typeof one.observedAt === 'string' ? Date.parse(one.observedAt) : Number.NaN;
    const values = typeof one.values === 'object' && one.values !== null ? one.values : null;
    const quality = one.quality ?? 0;
    if (!values || (quality !== 0 && quality !== 1 && quality !== 2)) {
      bad.push({ at: index, reason: badMessage });
      return;
    }
    for (const [property, value] of Object.entries(values)) {
      incoming.push({ entity, property, at, value: typeof value === 'number' ? value : Number.NaN, quality });
    }
  });
  return { incoming, bad };
}

const badMessage = {
  vi: 'bản tin phải có observedAt (ISO 8601) và values {thông số: số}; quality là 0, 1 hoặc 2',
  en: 'a message needs observedAt (ISO 8601) and values {property: number}; quality is 0, 1 or 2',
};
