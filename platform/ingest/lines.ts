import type { Readable } from 'node:stream';
import { Compile } from 'typebox/compile';
import type { Db } from '../database/index.ts';
import type { Log, Quality } from '../events/index.ts';
import type { Flaw } from '../words/index.ts';
import { observationSchema } from './api.ts';
import type { Device, Devices } from './devices.ts';
import type { Incoming, Intake } from './intake.ts';
import { quarantine } from './quarantine.ts';

const validator = Compile(observationSchema);
const LINES_AT_ONCE = 5_000;
const LONGEST_LINE = 64 * 1024;
/** Refusals told in the answer; all are kept in quarantine. */
const MOST_TOLD = 1_000;

type Refused = { line: number; text: string; flaw: Flaw };

/**
 * Takes observations line by line, thousands at a time, and reads on only when those are committed: a body of any length
 * needs the memory of one piece. Lines that are refused are kept and told with their number (from 1).
 */
export async function takeLines(
  parts: { db: Db; log: Log; intake: Intake; devices: Pick<Devices, 'spend'>; now: () => Date },
  device: Device,
  body: Readable,
): Promise<{ accepted: number; refused: Flaw[]; refusedTotal: number }> {
  const { db, log, intake, devices, now } = parts;
  let accepted = 0;
  let refusedTotal = 0;
  const told: Flaw[] = [];
  let waiting: { line: number; text: string; incoming: Incoming }[] = [];
  let refused: Refused[] = [];

  const flush = async (): Promise<void> => {
    devices.spend(device, waiting.length + refused.length);
    const sorted = await intake.sort(
      waiting.map((one) => one.incoming),
      (id) => device.entities.has(id),
    );
    await log.offer(sorted.good);
    accepted += sorted.good.length;
    for (const { at, reason } of sorted.bad) {
      const one = waiting[Number(at)];
      if (one) refused.push({ line: one.line, text: one.text, flaw: { at: String(one.line), reason } });
    }
    if (refused.length > 0) {
      refused.sort((a, b) => a.line - b.line);
      await quarantine(db, {
        door: 'ndjson',
        source: device.principal.id,
        bytes: Buffer.from(refused.map((one) => one.text).join('\n')),
        reasons: refused.map((one) => one.flaw),
        at: now(),
      });
      refusedTotal += refused.length;
      told.push(...refused.slice(0, MOST_TOLD - told.length).map((one) => one.flaw));
    }
    waiting = [];
    refused = [];
  };

  for await (const { line, text, tooLong } of linesOf(body)) {
    if (text.trim() === '') continue;
    const read = tooLong ? { reason: TOO_LONG } : readLine(text);
    if ('reason' in read) {
      refused.push({ line, text: text.slice(0, 2_000), flaw: { at: String(line), reason: read.reason } });
    } else waiting.push({ line, text, incoming: read });
    if (waiting.length + refused.length >= LINES_AT_ONCE) await flush();
  }
  await flush();
  return { accepted, refused: told, refusedTotal };
}

const NO_LINE = {
  vi: 'dòng phải là một đối tượng JSON có entity, property, observedAt, value',
  en: 'a line must be a JSON object with entity, property, observedAt and value',
};
const TOO_LONG = { vi: 'dòng dài quá 64 KiB', en: 'the line is longer than 64 KiB' };

/** One observation as JSON text, or why it is none. */
export function readLine(text: string): Incoming | { reason: Flaw['reason'] } {
  try {
    return readOne(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return { reason: NO_LINE };
    throw error;
  }
}

/** One observation as the doors for JSON take it, or why it is none. */
export function readOne(one: unknown): Incoming | { reason: Flaw['reason'] } {
  if (!validator.Check(one)) return { reason: NO_LINE };
  const { entity, property, observedAt, value, quality } = one;
  return { entity, property, at: Date.parse(observedAt), value, quality: (quality ?? 0) as Quality };
}

/** Lines of a stream; of one that is too long only its beginning is kept. */
async function* linesOf(body: Readable): AsyncGenerator<{ line: number; text: string; tooLong: boolean }> {
  const decoder = new TextDecoder();
  let rest = '';
  let line = 1;
  let tooLong = false;
  for await (const chunk of body) {
    const parts = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const text of parts) {
      yield { line, text, tooLong: tooLong || text.length > LONGEST_LINE };
      line += 1;
      tooLong = false;
    }
    if (rest.length > LONGEST_LINE) {
      tooLong = true;
      rest = rest.slice(0, LONGEST_LINE);
    }
  }
  rest += decoder.decode();
  if (rest !== '') yield { line, text: rest, tooLong };
}
