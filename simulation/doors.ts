/** The simulated stations' own side of the doors: what a real station's logger would do. No server code in here. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Reading } from './province.ts';
import type { StationPlan } from './stations.ts';

export type Sample = { station: StationPlan; at: number; reading: Reading };

export type DoorAddresses = {
  http: string;
  mqttPort: number;
  /** the watched folder of station files */
  inbox: string;
  /** device id -> key */
  device: { id: string; key: string };
};

/** Posts samples in batches over HTTP; on 429 or 503 waits as told and sends again. */
export async function sendHttp(doors: DoorAddresses, samples: readonly Sample[], signal: AbortSignal): Promise<number> {
  const observations = samples.flatMap(({ station, at, reading }) =>
    Object.entries(reading.values).map(([property, value]) => ({
      entity: station.id,
      property,
      observedAt: new Date(at).toISOString(),
      value,
      quality: reading.quality,
    })),
  );
  for (let from = 0; from < observations.length; from += 2000) {
    const body = JSON.stringify({ observations: observations.slice(from, from + 2000) });
    for (;;) {
      const answer = await fetch(`${doors.http}/api/ingest/observations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${doors.device.key}` },
        body,
        signal,
      });
      if (answer.ok) {
        const { refused } = (await answer.json()) as { refused: { at: string; reason: { en: string } }[] };
        if (refused.length > 0) throw new Error(`refused: ${refused[0]?.reason.en}`);
        break;
      }
      if (answer.status !== 429 && answer.status !== 503) throw new Error(`${answer.status} ${await answer.text()}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  return observations.length;
}

export async function openMqtt(doors: DoorAddresses): Promise<MqttClient> {
  return connectAsync(`mqtt://127.0.0.1:${doors.mqttPort}`, {
    clientId: doors.device.id,
    username: doors.device.id,
    password: doors.device.key,
    reconnectPeriod: 2000,
  });
}

/** QoS 1: resolves when the platform has acknowledged, that is, committed. */
export async function sendMqtt(client: MqttClient, { station, at, reading }: Sample): Promise<void> {
  const message = { observedAt: new Date(at).toISOString(), values: reading.values, quality: reading.quality };
  await client.publishAsync(`dttm/${station.id}/observations`, JSON.stringify(message), { qos: 1 });
}

const columns: Record<string, { name: string; unit: string }> = {
  pm25: { name: 'PM2.5', unit: 'ug/Nm3' },
  pm10: { name: 'PM10', unit: 'ug/Nm3' },
  so2: { name: 'SO2', unit: 'ug/Nm3' },
  no2: { name: 'NO2', unit: 'ug/Nm3' },
  co: { name: 'CO', unit: 'ug/Nm3' },
  o3: { name: 'O3', unit: 'ug/Nm3' },
  temperature: { name: 'Temp', unit: 'oC' },
  humidity: { name: 'RH', unit: '%' },
  flow: { name: 'Flow', unit: 'm3/h' },
  ph: { name: 'pH', unit: '-' },
  cod: { name: 'COD', unit: 'mg/L' },
  tss: { name: 'TSS', unit: 'mg/L' },
  n_nh4: { name: 'Amoni', unit: 'mg/L' },
};

/** Writes a file of Circular 10/2021 into the station's folder, under a hidden name first, as a careful logger does. */
export async function dropFile(doors: DoorAddresses, { station, at, reading }: Sample): Promise<void> {
  if (!station.file) throw new Error(`${station.id} sends no files`);
  const stamp = new Date(at + 7 * 3_600_000).toISOString().replace(/[-:T]/g, '').slice(0, 14);
  const status = ['00', '01', '02'][reading.quality];
  const lines = Object.entries(reading.values).flatMap(([property, value]) => {
    const column = columns[property];
    return column ? [`${column.name}\t${value}\t${column.unit}\t${stamp}\t${status}`] : [];
  });
  const folder = join(doors.inbox, station.file.station, stamp.slice(0, 4), stamp.slice(4, 6), stamp.slice(6, 8));
  const name = `TB_${station.file.facility}_${station.file.station}_${stamp}.txt`;
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(join(folder, `.${name}`), `${lines.join('\r\n')}\r\n`);
  await rename(join(folder, `.${name}`), path);
}
