import { add, isRecord, nothing, notUnderstood, type Read } from './reading.ts';

/**
 * ThingsBoard device API, telemetry: `{key: value}`, `{ts, values: {key: value}}` or an array of either (ThingsBoard,
 * 'MQTT Device API' and 'HTTP Device API', Telemetry upload). `ts` in ms since 1970; without it the server's time.
 */
export function readTelemetry(body: unknown, now: number): Read {
  const read = nothing();
  const parts = Array.isArray(body) ? body : [body];
  for (const part of parts) {
    if (!isRecord(part)) {
      read.bad.push(notUnderstood('{"key": value} / {"ts", "values"}'));
      continue;
    }
    const timed = isRecord(part.values) && 'ts' in part;
    const values = timed ? (part.values as Record<string, unknown>) : part;
    const at = timed ? Number(part.ts) : now;
    for (const [name, value] of Object.entries(values)) add(read, null, name, value, at);
  }
  return read;
}

/** Client attributes: all that a device says of itself. */
export function readAttributes(body: unknown): Read {
  const read = nothing();
  if (!isRecord(body)) return { ...read, bad: [notUnderstood('{"attribute": value}')] };
  for (const [name, value] of Object.entries(body)) {
    if (typeof value === 'string') read.attributes[name] = value.slice(0, 500);
    else if (typeof value === 'number' || typeof value === 'boolean') read.attributes[name] = value;
    else read.attributes[name] = JSON.stringify(value).slice(0, 500);
  }
  return read;
}
