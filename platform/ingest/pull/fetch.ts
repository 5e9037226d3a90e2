import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { Refusal, refuse } from '../../words/index.ts';
import type { Address, Guard } from './guard.ts';

export type Asked = {
  url: string;
  /** sent to the origin of `url` only: after a redirect elsewhere none of them goes along */
  headers: Record<string, string>;
  /** sent by POST; without it the request is a GET */
  body?: string | Buffer;
  timeoutMs: number;
  /** of the body, as it comes and unpacked */
  maxBytes: number;
  signal?: AbortSignal;
};

export type Fetched = {
  status: number;
  etag: string | null;
  lastModified: string | null;
  /** seconds or a date, as the server said it */
  retryAfter: string | null;
  body: Buffer;
};

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * GET (or POST, where there is a body; a redirect of one is not followed), within limits: each address is checked and then connected to as checked, redirects are followed by hand, nothing
 * is kept of a body that is too long or too slow. No agent and no proxy of the environment has a part in it.
 * @throws Refusal with what went wrong, without the address's query, which may hold a key
 */
export async function fetchWithin(guard: Guard, asked: Asked): Promise<Fetched> {
  const late = AbortSignal.timeout(asked.timeoutMs);
  const signal = asked.signal ? AbortSignal.any([late, asked.signal]) : late;
  let url = guard.urlOf(asked.url);
  const { origin } = url;
  try {
    for (let redirects = 0; ; redirects++) {
      const addresses = await within(signal, guard.addressesOf(url));
      const headers = url.origin === origin ? asked.headers : {};
      const answer = await ask(url, addresses, headers, signal, asked.body);
      const to = answer.headers.location;
      // What was to be handed to one server is not carried to another.
      if (asked.body !== undefined || !REDIRECTS.has(answer.statusCode ?? 0) || to === undefined)
        return await read(answer, asked, signal);
      answer.destroy();
      if (redirects >= MOST_REDIRECTS) throw tooManyRedirects();
      const next = guard.urlOf(URL.parse(to, url)?.href ?? to);
      // What was asked for over TLS must not be answered by whoever sits on the line.
      if (url.protocol === 'https:' && next.protocol === 'http:') throw lessSafe(next.hostname);
      url = next;
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (asked.signal?.aborted) throw asked.signal.reason;
    if (late.aborted) throw tooSlow(url.hostname, asked.timeoutMs);
    throw notReached(url.hostname, error);
  }
}

/** A name's look-up cannot be broken off: what comes of it after the time is not waited for. */
function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

function ask(
  url: URL,
  addresses: readonly Address[],
  headers: Record<string, string>,
  signal: AbortSignal,
  body?: string | Buffer,
): Promise<IncomingMessage> {
  const lookup: LookupFunction = (_host, options, done) => {
    const [first] = addresses;
    if (options.all) done(null, [...addresses]);
    else if (first) done(null, first.address, first.family);
  };
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    request(url, {
      agent: false,
      method: body === undefined ? 'GET' : 'POST',
      lookup,
      signal,
      headers: { accept: '*/*', 'user-agent': 'dttm-connector', ...headers, 'accept-encoding': 'gzip, deflate, br' },
    })
      .on('response', resolve)
      .on('error', reject)
      .end(body);
  });
}

async function read(answer: IncomingMessage, { maxBytes }: Asked, signal: AbortSignal): Promise<Fetched> {
  const { etag, 'last-modified': lastModified, 'retry-after': retryAfter } = answer.headers;
  if (Number(answer.headers['content-length'] ?? 0) > maxBytes) {
    answer.destroy();
    throw tooLong(maxBytes);
  }
  const parts: Buffer[] = [];
  const kept = new Writable({
    write(part: Buffer, _encoding, done) {
      parts.push(part);
      done();
    },
  });
  await pipeline([answer, atMost(maxBytes), ...unpacked(answer), atMost(maxBytes), kept], { signal });
  return {
    status: answer.statusCode ?? 0,
    etag: etag ?? null,
    lastModified: lastModified ?? null,
    retryAfter: retryAfter ?? null,
    body: Buffer.concat(parts),
  };
}

function atMost(bytes: number): Transform {
  let came = 0;
  return new Transform({
    transform(part: Buffer, _encoding, done) {
      came += part.length;
      if (came > bytes) done(tooLong(bytes));
      else done(null, part);
    },
  });
}

function unpacked(answer: IncomingMessage): Transform[] {
  const encoding = answer.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return [];
  if (encoding === 'gzip' || encoding === 'x-gzip') return [createGunzip()];
  if (encoding === 'deflate') return [createInflate()];
  if (encoding === 'br') return [createBrotliDecompress()];
  answer.destroy();
  throw refuse(422, 'pull-encoding', {
    vi: `Máy chủ trả lời bằng cách nén “${encoding}” không đọc được.`,
    en: `The server answers in the encoding “${encoding}”, which is not read.`,
  });
}

const tooLong = (bytes: number) =>
  refuse(422, 'pull-too-long', {
    vi: `Câu trả lời dài quá ${bytes} byte (kể cả sau khi giải nén); không nhận gì.`,
    en: `The answer is longer than ${bytes} bytes (unpacked as well); nothing was taken.`,
  });

const tooSlow = (host: string, ms: number) =>
  refuse(422, 'pull-too-slow', {
    vi: `“${host}” không trả lời trọn vẹn trong ${ms / 1000} giây.`,
    en: `“${host}” did not answer in full within ${ms / 1000} seconds.`,
  });

const tooManyRedirects = () =>
  refuse(422, 'pull-redirects', {
    vi: `Máy chủ chuyển hướng quá ${MOST_REDIRECTS} lần.`,
    en: `The server redirects more than ${MOST_REDIRECTS} times.`,
  });

const lessSafe = (host: string) =>
  refuse(422, 'pull-downgrade', {
    vi: `Máy chủ chuyển từ https sang http (“${host}”); không đi theo.`,
    en: `The server redirects from https to http (“${host}”); not followed.`,
  });

function notReached(host: string, error: unknown) {
  const code = (error as NodeJS.ErrnoException).code ?? (error as Error).name;
  return refuse(422, 'pull-not-reached', {
    vi: `Không lấy được dữ liệu từ “${host}” (${code}).`,
    en: `Nothing came from “${host}” (${code}).`,
  });
}
