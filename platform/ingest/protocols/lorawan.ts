import { add, instantOf, isRecord, nothing, notUnderstood, type Read } from './reading.ts';

/**
 * ChirpStack v4, HTTP and MQTT integration with JSON: an uplink brings `deviceInfo.devEui`, `time` and the decoded `object`;
 * a status brings `batteryLevel` (per cent) and `margin`. Other events (join, ack, …) measure nothing.
 */
export function readChirpStack(body: unknown, event: string, now: number): Read {
  const read = nothing();
  if (!isRecord(body) || !isRecord(body.deviceInfo) || typeof body.deviceInfo.devEui !== 'string') {
    return { ...read, bad: [notUnderstood('"deviceInfo": {"devEui"}')] };
  }
  const source = body.deviceInfo.devEui;
  const stated = instantOf(body.time);
  if (event === 'status') {
    if (typeof body.batteryLevel === 'number') read.attributes.battery = body.batteryLevel;
    return read;
  }
  if (event !== 'up') return read;
  if (!isRecord(body.object)) return { ...read, bad: [notUnderstood('"object" (codec)')] };
  for (const [name, value] of Object.entries(body.object)) {
    add(read, source, name, value, Number.isNaN(stated) ? now : stated);
  }
  return read;
}

/**
 * The Things Stack v3 uplink (webhook and MQTT): `end_device_ids.device_id`, `uplink_message.decoded_payload`; the time is
 * `uplink_message.received_at`, else `received_at`.
 */
export function readTtn(body: unknown, now: number): Read {
  const read = nothing();
  const ids = isRecord(body) && isRecord(body.end_device_ids) ? body.end_device_ids : {};
  if (!isRecord(body) || typeof ids.device_id !== 'string') {
    return { ...read, bad: [notUnderstood('"end_device_ids": {"device_id"}')] };
  }
  if (!isRecord(body.uplink_message)) return read;
  const { decoded_payload: payload, received_at: received } = body.uplink_message;
  if (!isRecord(payload)) return { ...read, bad: [notUnderstood('"uplink_message": {"decoded_payload"}')] };
  const times = [instantOf(received), instantOf(body.received_at), now];
  const at = times.find((one) => !Number.isNaN(one)) ?? now;
  for (const [name, value] of Object.entries(payload)) add(read, ids.device_id, name, value, at);
  const battery = isRecord(body.uplink_message.last_battery_percentage)
    ? body.uplink_message.last_battery_percentage.value
    : undefined;
  if (typeof battery === 'number') read.attributes.battery = battery;
  return read;
}
