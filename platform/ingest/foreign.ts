import { sql } from 'kysely';
import type { Db } from '../database/index.ts';
import type { Log } from '../events/index.ts';
import type { Flaw } from '../words/index.ts';
import type { Device, Devices } from './devices.ts';
import type { Incoming, Intake } from './intake.ts';
import { type Form, readForm } from './protocols/forms.ts';
import { mapped } from './protocols/mapping.ts';
import { nothing, notUnderstood, type Read } from './protocols/reading.ts';
import { quarantine } from './quarantine.ts';

/** Of a message in JSON: `"pm25": 12.3,` is shorter. */
const BYTES_A_VALUE = 100;

/** What a message counts against a device's pace by its length alone: what is no value is kept in quarantine. */
export const valuesByLength = (bytes: Uint8Array): number => Math.ceil(bytes.length / BYTES_A_VALUE);

type Parts = { db: Db; log: Log; intake: Intake; now: () => Date };

/**
 * Takes what a device said in another platform's words: figures by its mapping, texts as its attributes. What is refused
 * is kept with the whole message. @returns when everything is committed
 */
export async function takeForeign(
  parts: Parts & { devices: Pick<Devices, 'spend'> },
  form: Form,
  device: Device,
  bytes: Uint8Array,
): Promise<{ accepted: number; refused: Flaw[] }> {
  // One instant for what has no time of its own, kept with the message: read again it is the same observation.
  const at = parts.now();
  const read = readBytes(form, bytes, at.getTime());
  parts.devices.spend(device, Math.max(read.readings.length, valuesByLength(bytes)));
  const outcome = await store(parts, read, device);
  if (outcome.refused.length > 0) {
    await quarantine(parts.db, { door: form, source: device.principal.id, bytes, reasons: outcome.refused, at });
  }
  return outcome;
}

/** @param at when the message came: the time of what has none of its own */
export async function storeForeign(
  parts: Omit<Parts, 'now'>,
  form: Form,
  device: Device,
  bytes: Uint8Array,
  at: Date,
): Promise<{ accepted: number; refused: Flaw[] }> {
  return store(parts, readBytes(form, bytes, at.getTime()), device);
}

async function store(
  { db, log, intake }: Omit<Parts, 'now'>,
  read: Read,
  device: Device,
): Promise<{ accepted: number; refused: Flaw[] }> {
  const incoming: Incoming[] = [];
  const names: string[] = [];
  const attributes: Record<string, unknown> = { ...read.attributes };
  for (const reading of read.readings) {
    const one = mapped(reading, device.mapping, device.entities);
    if (one) {
      incoming.push(one);
      names.push(reading.name);
    } else attributes[reading.name] = reading.value;
  }
  const sorted = await intake.sort(incoming, (id) => device.entities.has(id));
  await log.offer(sorted.good);
  if (Object.keys(attributes).length > 0) {
    // Newest of each name; a device that invents names without end keeps none of them.
    await sql`update devices set attributes = attributes || ${JSON.stringify(attributes)}::jsonb
      where id = ${device.principal.id}
        and pg_column_size(attributes || ${JSON.stringify(attributes)}::jsonb) < 16384`.execute(db);
  }
  const refused: Flaw[] = [
    ...read.bad,
    ...sorted.bad.map((flaw) => ({ at: names[Number(flaw.at)] ?? flaw.at, reason: flaw.reason })),
  ];
  return { accepted: sorted.good.length, refused };
}

function readBytes(form: Form, bytes: Uint8Array, at: number): Read {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    return { ...nothing(), bad: [notUnderstood(`JSON (${(error as Error).message})`)] };
  }
  return readForm(form, body, at);
}
