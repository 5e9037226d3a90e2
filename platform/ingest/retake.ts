import type { Db } from '../database/index.ts';
import type { Log } from '../events/index.ts';
import { type Flaw, refuse } from '../words/index.ts';
import type { Devices } from './devices.ts';
import type { FileDoor, Files } from './file-door.ts';
import { storeForeign } from './foreign.ts';
import type { Incoming, Intake } from './intake.ts';
import { readLine, readOne } from './lines.ts';
import { storeMessage } from './mqtt.ts';
import { isForm } from './protocols/forms.ts';
import { isPull, retakePulled } from './pull/take.ts';
import type { Kept, Reason } from './quarantine.ts';

/**
 * Takes what lies in quarantine again, as its door would now: with the stations, rights and mappings of today. What its
 * first reading took is passed by, because it is the same observation.
 */
export function createRetake(parts: {
  db: Db;
  log: Log;
  intake: Intake;
  devices: Devices;
  files: Files;
  doors: readonly FileDoor[];
}): (kept: Kept) => Promise<{ accepted: number; refused: Reason[] }> {
  const { log, intake, devices, files, doors } = parts;
  return async (kept) => {
    const { bytes, receivedAt } = kept;
    const door = doors.find((one) => one.id === kept.door);
    if (door) return files.store(door, kept.source, bytes);
    const [id = '', ...topic] = kept.source.split(':');
    const device = await devices.get(id);
    if (!device) throw noDevice(id);
    if (kept.door === 'mqtt') return storeMessage(parts, device, topic.join(':'), bytes);
    if (isPull(kept.door)) return retakePulled(parts, kept.door, device, bytes, receivedAt);
    if (isForm(kept.door)) return storeForeign(parts, kept.door, device, bytes, receivedAt);
    const rows = kept.door === 'http' ? observationsOf(bytes) : linesOf(bytes);
    const refused: Flaw[] = [];
    const incoming: Incoming[] = [];
    const places: number[] = [];
    rows.forEach((row, index) => {
      if ('reason' in row) refused.push({ at: String(index), reason: row.reason });
      else {
        incoming.push(row);
        places.push(index);
      }
    });
    const sorted = await intake.sort(incoming, (entity) => device.entities.has(entity));
    await log.offer(sorted.good);
    for (const { at, reason } of sorted.bad) refused.push({ at: String(places[Number(at)] ?? at), reason });
    return { accepted: sorted.good.length, refused };
  };
}

type Row = Incoming | { reason: Flaw['reason'] };

/** What the door for batches keeps: the refused observations as an array. */
const observationsOf = (bytes: Buffer): Row[] => (JSON.parse(bytes.toString('utf8')) as unknown[]).map(readOne);

const linesOf = (bytes: Buffer): Row[] => bytes.toString('utf8').split('\n').map(readLine);

function noDevice(id: string) {
  return refuse(409, 'device-gone', {
    vi: `Thiết bị “${id}” đã gửi dữ liệu này không còn được khai báo hoặc đang bị khóa; khai báo lại hoặc cho phép rồi đọc lại, hoặc bỏ mục này.`,
    en: `Device “${id}”, which sent this, is not registered any more, or blocked; register or allow it and retry, or drop the entry.`,
  });
}
