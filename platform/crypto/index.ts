/**
 * Crypto: a text sealed with a key, AES-256-GCM. Promise: what was sealed for one opens for no other; bytes that were
 * altered open for nobody. Where keys lie, and when they are destroyed, is the business of who holds them.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const NONCE = 12;
const TAG = 16;

/**
 * Layout: nonce (12 bytes), tag (16), the rest.
 * @param of whose it is; not kept in the bytes
 */
export function seal(key: Uint8Array, text: string, of: string): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(of));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** Throws where the bytes were altered, or sealed with another key or for another. */
export function unseal(key: Uint8Array, sealed: Uint8Array, of: string): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG })
    .setAAD(Buffer.from(of))
    .setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
}
