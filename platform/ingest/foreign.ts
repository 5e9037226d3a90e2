import { sql } from 'kysely';
import type { Db } from '../database/index.ts';
import type { Log } from '../events/index.ts';
import type { Flaw } from '../words/index.ts';
import type { Device } from './devices.ts';
import type { Incoming, Intake } from './intake.ts';
import { mapped } from './protocols/mapping.ts';
import type { Read } from './protocols/reading.ts';
import { quarantine } from './quarantine.ts';

/**
 * Takes what a device said in another platform's words: figures by its mapping, texts as its attributes. What is refused
 * is kept with the whole message. @returns when everything is committed
 */
export async function takeForeign(
  parts: { db: Db; log: Log; intake: Intake; now: () => Date },
  door: string,
  device: Device,
  bytes: Uint8Array,
  read: Read,
): Promise<{ accepted: number; refused: Flaw[] }> {
  const { db, log, intake, now } = parts;
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
  if (refused.length > 0) {
    await quarantine(db, { door, source: device.principal.id, bytes, reasons: refused, at: now() });
  }
  return { accepted: sorted.good.length, refused };
}
