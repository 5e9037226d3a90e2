/** For tests only: a browser and its push service on loopback. It decrypts as RFC 8291 and 8188 say, by itself. */
import { createDecipheriv, createECDH, createHmac, createPublicKey, randomBytes, verify } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { PushSubscription } from './push.ts';

export type Pushed = { path: string; headers: IncomingHttpHeaders; raw: Buffer; text: string };

const hmac = (key: Buffer, data: Buffer): Buffer => createHmac('sha256', key).update(data).digest();
/** HKDF (RFC 5869) for at most one block. */
const derive = (salt: Buffer, ikm: Buffer, info: Buffer, length: number): Buffer =>
  hmac(hmac(salt, ikm), Buffer.concat([info, Buffer.from([1])])).subarray(0, length);

export async function startPushService() {
  const browser = createECDH('prime256v1');
  const publicKey = browser.generateKeys();
  const auth = randomBytes(16);
  const received: Pushed[] = [];
  let answer: (path: string) => number = () => 201;

  const decrypt = (body: Buffer): string => {
    // RFC 8188: salt (16), record size (4), length of the key id, the key id: the sender's public key.
    const salt = body.subarray(0, 16);
    const keyLength = body[20] ?? 0;
    const sender = body.subarray(21, 21 + keyLength);
    const sealed = body.subarray(21 + keyLength);
    const ikm = derive(
      auth,
      browser.computeSecret(sender),
      Buffer.concat([Buffer.from('WebPush: info\0'), publicKey, sender]),
      32,
    );
    const key = derive(salt, ikm, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
    const nonce = derive(salt, ikm, Buffer.from('Content-Encoding: nonce\0'), 12);
    const decipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    // One record: its end is marked by 2, filled up with zeros.
    return plain.subarray(0, plain.lastIndexOf(2)).toString('utf8');
  };

  const server = createServer(async (request, reply) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const raw = Buffer.concat(parts);
    received.push({ path: request.url ?? '', headers: request.headers, raw, text: decrypt(raw) });
    reply.writeHead(answer(request.url ?? '')).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const origin = `http://127.0.0.1:${address.port}`;

  return {
    origin,
    received,
    subscription: (path = '/send/1'): PushSubscription => ({
      endpoint: origin + path,
      keys: { p256dh: publicKey.toString('base64url'), auth: auth.toString('base64url') },
    }),
    answers(status: (path: string) => number): void {
      answer = status;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** The claims of `authorization: vapid t=…, k=…`, whose signature (ES256) must be of that key. */
export function readVapid(authorization: string): { key: string; claims: { aud: string; exp: number; sub: string } } {
  const [, token = '', key = ''] = /^vapid t=([^,\s]+), ?k=(\S+)$/.exec(authorization) ?? [];
  const [head = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((one) => one.toString('base64url'));
  const jwk = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, format: 'jwk' });
  const isRight = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: jwk, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!isRight) throw new Error('the signature is of another key');
  return { key, claims: JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) };
}
