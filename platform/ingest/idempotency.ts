import { createHash, hash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import type { Db } from '../database/index.ts';
import type { Principal } from '../rights/index.ts';
import { refuse } from '../words/index.ts';

type Call = { principal: Principal; request: FastifyRequest; reply: FastifyReply };

type Work<T> = {
  /** sha256 of the body; of one that streams what is still unread of it is read for that */
  fingerprint: () => Buffer | Promise<Buffer>;
  run: () => Promise<T>;
  /** longest time that the work may take */
  longestMs: number;
};

/**
 * Does the work once for each `Idempotency-Key` of a caller (draft-ietf-httpapi-idempotency-key-header): the same body
 * under the same key gets the first answer again; another body 422; while the first is at work 409. A refused or failed
 * request keeps no key. Without the header it is the work alone.
 */
export type Once = <T>(call: Call, work: Work<T>) => Promise<T>;

const KEEP_MS = 24 * 3_600_000;
/** A string of structured fields, `"8e03…"`, or the same without quotation marks. */
const KEY = /^(?:"([\x21\x23-\x7e]{1,200})"|([\x21\x23-\x7e]{1,200}))$/;

export function createOnce(db: Db, now: () => Date): Once {
  return async ({ principal, request, reply }, work) => {
    const header = request.headers['idempotency-key'];
    if (header === undefined) return work.run();
    const [, quoted, bare] = KEY.exec(String(header)) ?? [];
    const key = quoted ?? bare;
    if (key === undefined) throw badKey();
    const caller = `${principal.kind}:${principal.id}`;
    // The route, not the address: in ThingsBoard's the device's key stands.
    const door = `${request.method} ${request.routeOptions.url}${/\?.*$/.exec(request.url)?.[0] ?? ''}`;
    const at = now();
    const until = new Date(at.getTime() + work.longestMs);
    const expires = new Date(at.getTime() + KEEP_MS);
    const claimed = await sql`insert into idempotency_keys as k (caller, key, door, claimed_until, expires_at)
      values (${caller}, ${key}, ${door}, ${until}, ${expires})
      on conflict (caller, key) do update set door = excluded.door, fingerprint = null, status = null, answer = null,
        claimed_until = excluded.claimed_until, expires_at = excluded.expires_at
      where k.expires_at < ${at} or (k.answer is null and k.claimed_until < ${at})`.execute(db);
    if (claimed.numAffectedRows !== 1n) return again(db, { caller, key, door }, work, reply);
    try {
      const answer = await work.run();
      const fingerprint = await work.fingerprint();
      await sql`update idempotency_keys set fingerprint = ${fingerprint}, status = ${reply.statusCode},
        answer = ${JSON.stringify(answer)} where caller = ${caller} and key = ${key}`.execute(db);
      return answer;
    } catch (error) {
      await sql`delete from idempotency_keys where caller = ${caller} and key = ${key} and answer is null`.execute(db);
      throw error;
    }
  };
}

async function again<T>(
  db: Db,
  asked: { caller: string; key: string; door: string },
  work: Work<T>,
  reply: FastifyReply,
): Promise<T> {
  const found = await sql<{ door: string; fingerprint: Buffer | null; status: number; answer: string | null }>`
    select door, fingerprint, status, answer from idempotency_keys
    where caller = ${asked.caller} and key = ${asked.key}`.execute(db);
  const [first] = found.rows;
  if (!first || first.answer === null || first.fingerprint === null) {
    reply.header('retry-after', '2');
    throw stillRunning();
  }
  if (first.door !== asked.door || !first.fingerprint.equals(await work.fingerprint())) throw otherBody();
  reply.code(first.status).header('idempotency-replayed', 'true');
  return JSON.parse(first.answer) as T;
}

export const fingerprintOf = (body: unknown): Buffer => hash('sha256', JSON.stringify(body ?? null), 'buffer');

/** The stream, with the hash of all that goes through it. */
export function fingerprinted(source: Readable): { stream: Readable; fingerprint: () => Promise<Buffer> } {
  const sum = createHash('sha256');
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum.update(chunk);
      done(null, chunk);
    },
  });
  source.on('error', (error) => stream.destroy(error));
  source.pipe(stream);
  return {
    stream,
    async fingerprint() {
      if (!stream.readableEnded) await finished(stream.resume());
      return sum.digest();
    },
  };
}

/** Takes away keys whose day is over. @returns how many */
export async function tidyKeys(db: Db, now: Date): Promise<number> {
  const gone = await sql`delete from idempotency_keys where expires_at < ${now}`.execute(db);
  return Number(gone.numAffectedRows ?? 0n);
}

function badKey() {
  return refuse(400, 'idempotency-key', {
    vi: 'Idempotency-Key phải là 1–200 ký tự ASCII không có khoảng trắng, ví dụ một UUID.',
    en: 'Idempotency-Key must be 1 to 200 ASCII characters without blanks, such as a UUID.',
  });
}

function stillRunning() {
  return refuse(409, 'idempotency-running', {
    vi: 'Yêu cầu đầu tiên với Idempotency-Key này đang được xử lý; hãy gửi lại sau ít giây.',
    en: 'The first request with this Idempotency-Key is still at work; send again in a few seconds.',
  });
}

function otherBody() {
  return refuse(422, 'idempotency-other-body', {
    vi: 'Idempotency-Key này đã dùng cho một nội dung khác; mỗi nội dung cần một khóa mới.',
    en: 'This Idempotency-Key was used for another body; each body needs a key of its own.',
  });
}
