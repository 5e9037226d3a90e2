/** MQTT with QoS 1, acknowledged after the commit, beside a bare aedes whose handler does nothing. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { freePort } from '../platform/database/index.ts';
import { entityOf, startPlatform } from './platform.ts';
import { against, type Measure } from './run.ts';

const CLIENTS = 128;
const IN_FLIGHT = 16;
/** Some 15 s: in a shorter run the last step of the followers, a few seconds behind by design, weighs more than its share. */
const TOTAL = Number(process.env.BENCH_MQTT_TOTAL ?? 600_000);
const MINUTE = 60_000;

/** @returns messages acknowledged a second */
async function publish(port: number, user: string, password: string, total: number, offset: number): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, () =>
      connectAsync(`mqtt://127.0.0.1:${port}`, { username: user, password, protocolVersion: 4, reconnectPeriod: 0 }),
    ),
  );
  const start = Math.floor(Date.now() / MINUTE) * MINUTE - offset * MINUTE;
  let next = 0;
  const sender = async (client: (typeof clients)[number]): Promise<void> => {
    while (next < total) {
      const n = next++;
      const observedAt = new Date(start - Math.floor(n / 500) * MINUTE).toISOString();
      const message = `{"observedAt":"${observedAt}","values":{"pm25":${20 + (n % 37)}}}`;
      await client.publishAsync(`dttm/${entityOf(n % 500)}/observations`, message, { qos: 1 });
    }
  };
  const began = performance.now();
  await Promise.all(clients.flatMap((client) => Array.from({ length: IN_FLIGHT }, () => sender(client))));
  const seconds = (performance.now() - began) / 1000;
  await Promise.all(clients.map((client) => client.endAsync()));
  return total / seconds;
}

export const mqtt: Measure = {
  names: ['ingest-mqtt'],
  async run(run) {
    const port = await freePort();
    const bare = fork(join(import.meta.dirname, 'floor-mqtt.ts'), {
      env: { ...process.env, FLOOR_PORT: String(port) },
    });
    const stop = async (): Promise<void> => {
      run.running.delete(stop);
      const gone = once(bare, 'exit');
      bare.disconnect();
      await gone;
    };
    run.running.add(stop);
    await once(bare, 'message');
    await publish(port, 'x', 'x', 3000, 0);
    const floor = await publish(port, 'x', 'x', TOTAL, 0);
    await stop();
    const platform = await startPlatform(run, { mqtt: true });
    await publish(platform.mqttPort, 'bench', platform.key, 3000, 1000);
    await platform.settled();
    const rate = await publish(platform.mqttPort, 'bench', platform.key, TOTAL, 0);
    const behind = await platform.settled();
    await platform.stop();
    const value = TOTAL / (TOTAL / rate + behind);
    const note = `one observation a message, ${CLIENTS} devices, ${IN_FLIGHT} messages of each under way; ${Math.round(rate)}/s acknowledged`;
    return [against('ingest-mqtt', 'messages/s', value, floor, 0.5, note)];
  },
};
