/**
 * For the test of chosen kills: loaded into the real program before anything else (`node --import`), it watches what goes to
 * the database and ends the process, or the database's, exactly at the step named by DIE_AT. The product knows nothing
 * of it. What was done is noted in the file DIE_NOTE first.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

const step = process.env.DIE_AT ?? '';
/** So many of its kind pass first, so that the step is met in the midst of work. */
const PASS = 2;
let passed = 0;

const die = (): void => {
  passed += 1;
  if (passed !== PASS + 1) return;
  writeFileSync(process.env.DIE_NOTE ?? '', step);
  if (step.startsWith('database')) {
    const file = join(process.env.DATA_DIRECTORY ?? '', 'clean', 'postgres', 'postmaster.pid');
    process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGKILL');
  } else process.kill(process.pid, 'SIGKILL');
};
const at = (...names: string[]): boolean => names.includes(step);

type Copy = { text?: string; submit(connection: unknown): void; done: Promise<void>; handleReadyForQuery(): void };
type Query = (this: object, ...given: unknown[]) => unknown;

const client = pg.Client.prototype as unknown as { query: Query };
const query = client.query;
/** Connections on which a follower has moved its cursor and not committed yet. */
const moved = new WeakSet<object>();

client.query = function watched(...given: unknown[]): unknown {
  const first = given[0] as string | { text?: string; submit?: unknown } | undefined;
  if (typeof first === 'object' && typeof first?.submit === 'function' && 'done' in first) {
    return ofCopy.call(this, first as unknown as Copy, given);
  }
  const text = typeof first === 'string' ? first : (first?.text ?? '');
  const values = (Array.isArray(given[1]) ? given[1] : []) as unknown[];
  if (text.startsWith('update cursors set') && values.includes('history')) {
    if (at('follower, after its effects')) die();
    moved.add(this);
  }
  if (text.trimStart().startsWith('with moved as materialized')) {
    return after(query.apply(this, given), () => at('compaction, packed but not committed') && die());
  }
  if (text === 'commit' && moved.delete(this)) {
    if (at('follower, before its commit', 'database, at a follower’s commit')) die();
    return after(query.apply(this, given), () => at('follower, after its commit') && die());
  }
  return query.apply(this, given);
};

function ofCopy(this: object, copy: Copy, given: unknown[]): unknown {
  if (at('door, before the COPY')) die();
  if (at('door, in the midst of the COPY', 'database, in the midst of the COPY')) {
    const submit = copy.submit;
    copy.submit = function half(connection: unknown): void {
      const stream = (connection as { stream: { write(bytes: Buffer): boolean } }).stream;
      const write = stream.write;
      stream.write = (bytes) => {
        stream.write = write;
        write.call(stream, passed === PASS ? bytes.subarray(0, bytes.length / 2) : bytes);
        // Once the half is with the server.
        setTimeout(die, 50);
        return true;
      };
      submit.call(copy, connection);
    };
  }
  // The server has committed; nobody has been told.
  if (at('door, after the commit and before the answer')) {
    const ready = copy.handleReadyForQuery;
    copy.handleReadyForQuery = function told(): void {
      die();
      ready.call(copy);
    };
  }
  return query.apply(this, given);
}

function after(result: unknown, then: () => unknown): unknown {
  return (result as Promise<unknown>).then((value) => {
    then();
    return value;
  });
}
