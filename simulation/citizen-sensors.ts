/**
 * A dozen simulated citizens' sensors: most of them beside an official station and about right, some of bad quality. No
 * server code in here: they send as devices do that know ThingsBoard's address and nothing else.
 */
import { hashed } from './noise.ts';
import type { createProvince } from './province.ts';
import { type StationPlan, stations } from './stations.ts';

export type CitizenPlan = {
  id: string;
  model: 'sensor-community' | 'sds011' | 'pms5003' | 'sps30' | 'own-air' | 'dnms' | 'own-noise';
  /** the station whose air it breathes, or whose street it hears */
  near: string;
  /** degrees from it */
  east: number;
  north: number;
  /** what it makes of the truth; `drift` µg/m³ more each day; `noise` a share; `stuck` says one and the same */
  factor: number;
  offset: number;
  noise: number;
  drift?: number;
  stuck?: true;
};

const air = (name: string) => `urn:ngsi-ld:AirQualityStation:${name}`;
const noise = (name: string) => `urn:ngsi-ld:NoiseStation:${name}`;
const plan = (id: string, model: CitizenPlan['model'], near: string, more: Partial<CitizenPlan>): CitizenPlan => ({
  id: `cb-${id}`,
  model,
  near,
  east: 0.006,
  north: 0.004,
  factor: 1,
  offset: 0,
  noise: 0.08,
  ...more,
});
const someNoise = stations.find((one) => one.kind === 'NoiseStation')?.id ?? noise('');

export const citizenPlans: readonly CitizenPlan[] = [
  plan('mp01', 'sensor-community', air('tran-hung-dao'), {}),
  plan('mp02', 'sds011', air('tran-hung-dao'), { east: -0.009, north: 0.006, factor: 1.15 }),
  plan('mp03', 'pms5003', air('tran-hung-dao'), { east: 0.012, north: -0.008, offset: 2 }),
  plan('mp04', 'sps30', air('tra-ly'), { factor: 0.95 }),
  plan('mp05', 'sensor-community', air('tra-ly'), { east: -0.01, noise: 0.15 }),
  plan('mp06', 'sds011', air('vu-thu'), { north: -0.007 }),
  plan('mp07', 'own-air', air('tien-hai'), { factor: 1.1 }),
  // In a kitchen; a fan that stopped; far from every station; and one that ages quickly.
  plan('mp08', 'pms5003', air('vu-thu'), { east: -0.008, factor: 1.4, offset: 45, noise: 0.6 }),
  plan('mp09', 'sds011', air('thai-thuy'), { stuck: true }),
  plan('mp10', 'own-air', air('quynh-phu'), { east: 0.02, north: -0.07 }),
  plan('mp11', 'pms5003', air('hung-ha'), { drift: 9, noise: 0.25 }),
  plan('mp12', 'dnms', someNoise, { east: 0.0006, north: 0.0004, noise: 0.02 }),
];

const EVERY_MS = 300_000;
const WEEK_MS = 7 * 86_400_000;

export const placeOf = (one: CitizenPlan): { lon: number; lat: number } | null => {
  const station = stations.find(({ id }) => id === one.near);
  return station ? { lon: station.lon + one.east, lat: station.lat + one.north } : null;
};

type Message = { ts: number; values: Record<string, number> };

/** What a sensor would have sent in [from, to); its memory holds less than a week. */
export function messagesOf(
  province: ReturnType<typeof createProvince>,
  one: CitizenPlan,
  seed: number,
  { from, to }: { from: number; to: number },
): Message[] {
  const station = stations.find(({ id }) => id === one.near);
  if (!station) return [];
  const begun = Math.max(from, to - WEEK_MS + 3_600_000);
  const messages: Message[] = [];
  for (let ts = Math.ceil(begun / EVERY_MS) * EVERY_MS; ts < to; ts += EVERY_MS) {
    // Home networks lose more than stations do.
    if (hashed(seed, `citizen:${one.id}`, ts / EVERY_MS) < 0.02) continue;
    const values = valuesOf(province, station, one, seed, ts);
    if (values) messages.push({ ts, values });
  }
  return messages;
}

function valuesOf(
  province: ReturnType<typeof createProvince>,
  station: StationPlan,
  one: CitizenPlan,
  seed: number,
  ts: number,
): Record<string, number> | null {
  const truth = province.read(station, ts)?.values;
  if (!truth) return null;
  const shake = 1 + one.noise * (2 * hashed(seed, `citizen-noise:${one.id}`, ts / EVERY_MS) - 1);
  const day = (ts % WEEK_MS) / 86_400_000;
  const seen = (value: number, least: number): number =>
    one.stuck
      ? 21.3
      : Math.max(least, Math.round((value * one.factor * shake + one.offset + (one.drift ?? 0) * day) * 10) / 10);
  if (truth.laeq !== undefined) return { DNMS_noise_LAeq: seen(truth.laeq, 30) };
  if (truth.pm25 === undefined || truth.pm10 === undefined) return null;
  return {
    SDS_P2: Math.min(999, seen(truth.pm25, 0)),
    SDS_P1: Math.min(1999, seen(truth.pm10, 0)),
    humidity: Math.min(99, truth.humidity ?? 80),
  };
}

const AT_ONCE = 500;

/** Sends by each sensor's own key to ThingsBoard's address. @returns how many values */
export async function sendAsCitizens(
  given: { http: string; citizens: readonly { id: string; key: string }[]; seed: number },
  province: ReturnType<typeof createProvince>,
  span: { from: number; to: number },
  signal: AbortSignal,
): Promise<number> {
  let sent = 0;
  for (const { id, key } of given.citizens) {
    const one = citizenPlans.find((each) => each.id === id);
    const messages = one ? messagesOf(province, one, given.seed, span) : [];
    for (let at = 0; at < messages.length; at += AT_ONCE) {
      const part = messages.slice(at, at + AT_ONCE);
      const answer = await fetch(`${given.http}/api/v1/${key}/telemetry`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(part),
        signal,
      });
      // Its pace is used up, or its owner or an officer ended it: a sensor goes on trying, and so the others.
      if (answer.status === 429 || answer.status === 401) break;
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      sent += part.reduce((sum, message) => sum + Object.keys(message.values).length, 0);
    }
  }
  return sent;
}
