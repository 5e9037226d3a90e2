import { add, instantOf, isRecord, nothing, notUnderstood, type Read } from './reading.ts';

const datastreamOf = (value: unknown): string | null => {
  const id = isRecord(value) ? value['@iot.id'] : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null;
};

/** An interval's figure is of its beginning: a value covers what follows its time. */
const startOf = (time: unknown, now: number): number => {
  if (time === undefined || time === null) return now;
  return instantOf(typeof time === 'string' ? time.split('/')[0] : time);
};

/**
 * OGC SensorThings API 1.1 part 1, an Observation: `{phenomenonTime, result, Datastream: {"@iot.id"}}`. The name of the
 * figure is the number of its Datastream.
 */
export function readObservation(body: unknown, now: number): Read {
  const read = nothing();
  const datastream = isRecord(body) ? datastreamOf(body.Datastream) : null;
  if (!isRecord(body) || datastream === null || !('result' in body)) {
    return { ...read, bad: [notUnderstood('"result", "Datastream": {"@iot.id"}')] };
  }
  add(read, null, datastream, body.result, startOf(body.phenomenonTime, now));
  return read;
}

/** Its data array extension (`CreateObservations`): `[{Datastream, components, dataArray}]`. */
export function readDataArray(body: unknown, now: number): Read {
  const read = nothing();
  if (!Array.isArray(body)) return { ...read, bad: [notUnderstood('[{"Datastream", "components", "dataArray"}]')] };
  body.forEach((part: unknown, index) => {
    const datastream = isRecord(part) ? datastreamOf(part.Datastream) : null;
    if (!isRecord(part) || datastream === null || !Array.isArray(part.components) || !Array.isArray(part.dataArray)) {
      read.bad.push({ ...notUnderstood('{"Datastream", "components", "dataArray"}'), at: String(index) });
      return;
    }
    const [time, result] = [part.components.indexOf('phenomenonTime'), part.components.indexOf('result')];
    part.dataArray.forEach((row: unknown, line) => {
      if (!Array.isArray(row) || result < 0) read.bad.push({ ...notUnderstood('result'), at: `${index}/${line}` });
      else add(read, null, datastream, row[result], startOf(time < 0 ? undefined : row[time], now));
    });
  });
  return read;
}
