/**
 * The simulated province as a process of its own: it knows the platform only by its doors (HTTP, MQTT, watched
 * folder) and by device keys. Its instructions come as one JSON line on standard input; it ends when that is closed,
 * so that it never outlives the platform.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendAsCitizens } from './citizen-sensors.ts';
import { type DoorAddresses, dropFile, openMqtt, type Sample, sendHttp, sendMqtt } from './doors.ts';
import { createProvince, type Episode } from './province.ts';
import { type Replay, replaySamples } from './replay.ts';
import { type StationPlan, stations } from './stations.ts';

export type Instructions = DoorAddresses & {
  seed: number;
  /** simulated seconds for each real second while it catches up with the present */
  speed: number;
  /** ms: where the simulated past begins */
  from: number;
  episodes: Episode[];
  /** citizens' sensors with the key of each */
  citizens: { id: string; key: string }[];
  replay: Replay | null;
};

const HOUR = 3_600_000;
const stopping = new AbortController();

function say(message: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function readInstructions(): Promise<Instructions> {
  const lines = createInterface({ input: process.stdin });
  // The platform holds the other end open: its end is ours.
  lines.on('close', () => stopping.abort());
  const [line] = (await once(lines, 'line')) as [string];
  return JSON.parse(line) as Instructions;
}

/** All samples of the stations in [from, to), oldest first. */
function* samplesBetween(
  province: ReturnType<typeof createProvince>,
  plans: readonly StationPlan[],
  from: number,
  to: number,
): Generator<Sample> {
  const finest = Math.min(...plans.map((plan) => plan.everySeconds)) * 1000;
  for (let at = Math.ceil(from / finest) * finest; at < to; at += finest) {
    for (const station of plans) {
      if (at % (station.everySeconds * 1000) !== 0) continue;
      const reading = province.read(station, at);
      if (reading) yield { station, at, reading };
    }
  }
}

async function main(): Promise<void> {
  const instructions = await readInstructions();
  const province = createProvince(instructions.seed, instructions.episodes);
  const { signal } = stopping;

  // The past comes as a logger's emptied buffer: in batches over HTTP, quicker than real time.
  const started = Date.now();
  let sent = 0;
  for (let from = instructions.from; from < started; from += 6 * HOUR) {
    if (signal.aborted) return;
    const samples = [...samplesBetween(province, stations, from, Math.min(started, from + 6 * HOUR))];
    sent += await sendHttp(instructions, samples, signal);
  }
  if (instructions.replay) sent += await sendHttp(instructions, replaySamples(instructions.replay, 0, started), signal);
  sent += await sendAsCitizens(instructions, province, { from: instructions.from, to: started }, signal);
  say({ kind: 'past', observations: sent, ms: Date.now() - started });

  const mqtt = instructions.mqttPort > 0 ? await openMqtt(instructions) : null;
  say({ kind: 'live' });
  let from = started;
  while (!signal.aborted) {
    const now = Date.now();
    const samples = [...samplesBetween(province, stations, from, now)];
    if (instructions.replay) samples.push(...replaySamples(instructions.replay, from, now));
    try {
      await sendHttp(
        instructions,
        samples.filter((one) => one.station.door === 'http' || (one.station.door === 'mqtt' && !mqtt)),
        signal,
      );
      for (const sample of samples) {
        if (sample.station.door === 'mqtt' && mqtt) await sendMqtt(mqtt, sample);
        if (sample.station.door === 'file') await dropFile(instructions, sample);
      }
      await sendAsCitizens(instructions, province, { from, to: now }, signal);
      from = now;
    } catch (error) {
      // The platform is away: a station keeps its buffer and sends it when the platform is back.
      say({ kind: 'waiting', reason: String(error) });
    }
    await sleep(Math.max(200, 1000 / Math.max(1, instructions.speed)), undefined, { signal }).catch((error) => {
      if ((error as Error).name !== 'AbortError') throw error;
    });
  }
  await mqtt?.endAsync();
}

await main().catch((error) => {
  // Stopped in the middle of sending: nothing is lost, the platform is stopping too.
  if (!stopping.signal.aborted) throw error;
});
process.exit(0);
