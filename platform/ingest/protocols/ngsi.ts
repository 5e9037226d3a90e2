import { add, instantOf, isRecord, nothing, notUnderstood, type Read } from './reading.ts';

const TIMES = ['TimeInstant', 'dateObserved', 'dateObservedFrom', 'timestamp'];
/** Of an entity itself, not measured. */
const NOT_MEASURED = new Set(['id', 'type', 'location', 'address', ...TIMES]);

/**
 * Orion's NGSI-v2 notification: `{subscriptionId, data: [entity]}`, attributes normalized (`{value, type, metadata}`) or
 * as keyValues. The time is the attribute's metadata `TimeInstant`, else the entity's (`TimeInstant`, `dateObserved`), else
 * the server's.
 */
export function readNotification(body: unknown, now: number): Read {
  const read = nothing();
  if (!isRecord(body) || !Array.isArray(body.data))
    return { ...read, bad: [notUnderstood('{"subscriptionId", "data": []}')] };
  for (const entity of body.data) {
    if (!isRecord(entity) || typeof entity.id !== 'string') {
      read.bad.push(notUnderstood('"data": [{"id", "type", …}]'));
      continue;
    }
    const plain = (attribute: unknown): unknown =>
      isRecord(attribute) && 'value' in attribute ? attribute.value : attribute;
    const stated = TIMES.map((name) => instantOf(plain(entity[name]))).find((at) => !Number.isNaN(at));
    for (const [name, attribute] of Object.entries(entity)) {
      if (NOT_MEASURED.has(name)) continue;
      const metadata = isRecord(attribute) && isRecord(attribute.metadata) ? attribute.metadata : {};
      const own = instantOf(plain(metadata.TimeInstant));
      add(read, entity.id, name, plain(attribute), Number.isNaN(own) ? (stated ?? now) : own);
    }
  }
  return read;
}
