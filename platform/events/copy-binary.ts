import type pg from 'pg';
import type { Observation } from './writer.ts';

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const HEADER = SIGNATURE.length + 8;
/** Number of fields, then each field as its length and its bytes: int4, timestamptz, float8, int2, int8. */
const ROW = 2 + (4 + 4) + (4 + 8) + (4 + 8) + (4 + 2) + (4 + 8);
/** Every message begins with its kind and its length. */
const MESSAGE = 1 + 4;
const EPOCH_MS = Date.UTC(2000, 0, 1);
const HIGH = 2 ** 32;

/** A statement whose parameters go with it; the text is parsed once for each connection. */
export type Prepared = { name: string; text: string };

/** What a connection has parsed already. */
const parsed = new WeakMap<pg.Connection, Set<string>>();

/**
 * Statements and a COPY whose rows are all there already: one write to the server and one answer instead of five, and
 * one transaction by itself, for only the Sync at the end commits. Where a statement fails the server passes all up to
 * the Sync by (protocol, 'Extended Query' and 'COPY Operations'), so that nothing is out of step. Bytes go as they
 * are: text would be twice as long, and be read by the server's parser.
 */
export class CopyAtOnce implements pg.Submittable {
  readonly done: Promise<void>;
  readonly #statements: readonly { prepared: Prepared; values: (string | Buffer)[] }[];
  readonly #rows: Buffer;
  #resolve: () => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  #submitted: pg.Connection | null = null;

  /** @param rows as `encode` gives them, for the last statement, `copy ... from stdin (format binary)` */
  constructor(statements: readonly { prepared: Prepared; values: (string | Buffer)[] }[], rows: Buffer) {
    this.#statements = statements;
    this.#rows = rows;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: pg.Connection): void {
    this.#submitted = connection;
    const known = parsed.get(connection) ?? new Set();
    connection.stream.cork();
    for (const { prepared, values } of this.#statements) {
      if (!known.has(prepared.name)) {
        // Closed first: where an error came before we knew that it was parsed, the name may be taken.
        connection.close({ type: 'S', name: prepared.name }, true);
        connection.parse({ ...prepared, types: [] }, true);
      }
      connection.bind({ statement: prepared.name, values }, true);
      connection.execute({}, true);
    }
    connection.stream.write(this.#rows);
    connection.sync();
    connection.stream.uncork();
  }

  handleCopyInResponse(): void {
    // The rows are under way already.
  }

  handleCommandComplete(): void {
    // Only the end of all of them counts.
  }

  handleReadyForQuery(): void {
    if (this.#submitted) {
      const known = parsed.get(this.#submitted) ?? new Set();
      for (const { prepared } of this.#statements) known.add(prepared.name);
      parsed.set(this.#submitted, known);
    }
    this.#resolve();
  }

  handleError(error: Error): void {
    this.#reject(error);
  }
}

/**
 * Rows (series_id, observed_at, value, quality, batch) in PostgreSQL's binary COPY format (manual, COPY, 'Binary
 * Format'), as one CopyData message and the CopyDone after it: half the work of text for us, and no dates to parse for
 * the server. Timestamps are µs since 2000.
 */
export function encode(observations: readonly Observation[], batch: number): Buffer {
  const data = HEADER + observations.length * ROW + 2;
  const bytes = Buffer.allocUnsafe(MESSAGE + data + MESSAGE);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  bytes.write('d', 0, 'latin1');
  view.setInt32(1, 4 + data);
  SIGNATURE.copy(bytes, MESSAGE);
  view.setInt32(MESSAGE + SIGNATURE.length, 0);
  view.setInt32(MESSAGE + SIGNATURE.length + 4, 0);
  const batchHigh = Math.floor(batch / HIGH);
  const batchLow = batch % HIGH;
  let at = MESSAGE + HEADER;
  for (const one of observations) {
    const micros = (Math.trunc(one.at) - EPOCH_MS) * 1000;
    const high = Math.floor(micros / HIGH);
    view.setInt16(at, 5);
    view.setInt32(at + 2, 4);
    view.setInt32(at + 6, one.seriesId);
    view.setInt32(at + 10, 8);
    view.setInt32(at + 14, high);
    view.setUint32(at + 18, micros - high * HIGH);
    view.setInt32(at + 22, 8);
    view.setFloat64(at + 26, one.value);
    view.setInt32(at + 34, 2);
    view.setInt16(at + 38, one.quality);
    view.setInt32(at + 40, 8);
    view.setInt32(at + 44, batchHigh);
    view.setUint32(at + 48, batchLow);
    at += ROW;
  }
  view.setInt16(at, -1);
  bytes.write('c', at + 2, 'latin1');
  view.setInt32(at + 3, 4);
  return bytes;
}
