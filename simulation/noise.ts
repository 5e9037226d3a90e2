/**
 * Repeatable noise: the same seed, name and time always give the same value, in whatever order they are asked, so
 * that a simulated past and a simulated present are one province.
 */

/** 32-bit hash (FNV-1a with a final mix) of text and numbers, as a number in [0, 1). */
export function hashed(seed: number, name: string, index: number): number {
  let hash = 2166136261 ^ seed;
  const text = `${name}#${index}`;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 12;
  hash = Math.imul(hash, 0x297a2d39);
  hash ^= hash >>> 15;
  return (hash >>> 0) / 4294967296;
}

/** Smooth noise in [0, 1] that changes over about `periodMs`. */
export function smooth(seed: number, name: string, at: number, periodMs: number): number {
  const place = at / periodMs;
  const index = Math.floor(place);
  const part = place - index;
  const eased = part * part * (3 - 2 * part);
  return hashed(seed, name, index) * (1 - eased) + hashed(seed, name, index + 1) * eased;
}
