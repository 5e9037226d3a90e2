import { connect, type MqttClient } from 'mqtt';
import type { Db } from '../database/index.ts';
import type { Log } from '../events/index.ts';
import type { Devices } from './devices.ts';
import type { Intake } from './intake.ts';
import { takeMessage } from './mqtt.ts';
import { quarantine } from './quarantine.ts';

export type Subscription = {
  isConnected(): boolean;
  stop(): Promise<void>;
};

const TOPICS = 'dttm/+/observations';
const RETRY_MS = 2_000;

/**
 * Listens at the province's own MQTT broker instead of being one. What comes counts as sent by one registered device
 * (`deviceId`): only its entities are taken, the rest goes to quarantine; who may publish is the broker's to say.
 * A message is acknowledged to the broker after its commit. One that could not be kept is not: the connection is cut, and
 * the broker, which keeps the session by its client's id, sends it again. Messages are taken one after another.
 */
export function subscribe(options: {
  url: string;
  deviceId: string;
  db: Db;
  log: Log;
  devices: Devices;
  intake: Intake;
  now: () => Date;
  onError: (what: string, error: unknown) => void;
}): Subscription {
  const { db, deviceId, devices, now, onError } = options;
  const client: MqttClient = connect(options.url, {
    clientId: `dttm-${deviceId}`,
    clean: false,
    resubscribe: true,
    reconnectPeriod: RETRY_MS,
    connectTimeout: 10_000,
  });

  const take = async (topic: string, bytes: Buffer): Promise<void> => {
    const device = await devices.get(deviceId);
    if (!device) {
      const reason = {
        vi: `thiết bị “${deviceId}” (MQTT_DEVICE) chưa khai báo hoặc đang bị khóa; khai báo hoặc cho phép rồi bấm Đọc lại`,
        en: `device “${deviceId}” (MQTT_DEVICE) is not registered, or blocked; register or allow it, then retry`,
      };
      const source = `${deviceId}:${topic}`;
      await quarantine(db, { door: 'mqtt', source, bytes, at: now(), reasons: [{ at: 0, reason }] });
      return;
    }
    await takeMessage(options, device, topic, bytes);
  };

  // The PUBACK goes out when the callback is called, and not before.
  client.handleMessage = (packet, done) => {
    take(packet.topic, Buffer.from(packet.payload)).then(
      () => done(),
      (error) => {
        onError('outside broker', error);
        client.stream.destroy();
      },
    );
  };
  client.on('error', (error) => onError('outside broker', error));
  client.on('connect', () => {
    client.subscribe(TOPICS, { qos: 1 }, (error) => {
      if (error) onError('outside broker', error);
    });
  });
  return {
    isConnected: () => client.connected,
    stop: () => client.endAsync(true),
  };
}
