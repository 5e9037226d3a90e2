import { add, isRecord, nothing, notUnderstood, type Read } from './reading.ts';

/**
 * What a Sensor.Community kit (airRohr) sends to an address of one's own, every 145 s: `{software_version,
 * sensordatavalues: [{value_type: 'SDS_P2', value: '4.98'}, …]}`. It knows no time: the server's counts.
 */
export function readSensorCommunity(body: unknown, now: number): Read {
  const read = nothing();
  if (!isRecord(body) || !Array.isArray(body.sensordatavalues)) {
    return { ...read, bad: [notUnderstood('{"sensordatavalues": [{"value_type", "value"}]}')] };
  }
  for (const one of body.sensordatavalues) {
    if (isRecord(one) && typeof one.value_type === 'string') add(read, null, one.value_type, one.value, now);
    else read.bad.push(notUnderstood('{"value_type", "value"}'));
  }
  if (typeof body.software_version === 'string') read.attributes.software_version = body.software_version.slice(0, 500);
  return read;
}
