import { readChirpStack, readTtn } from './lorawan.ts';
import { readNotification } from './ngsi.ts';
import type { Read } from './reading.ts';
import { readDataArray, readObservation } from './sensorthings.ts';
import { readAttributes, readTelemetry } from './thingsboard.ts';

/** Forms of other platforms' messages, by the name that an entry in quarantine carries too (`chirpstack/<event>`). */
export type Form =
  | 'thingsboard/telemetry'
  | 'thingsboard/attributes'
  | 'ngsi-v2'
  | 'ttn'
  | 'sensorthings/one'
  | 'sensorthings/array'
  | `chirpstack/${string}`;

/** @param now what a message without a time of its own is of, in ms since 1970 */
export function readForm(form: Form, body: unknown, now: number): Read {
  switch (form) {
    case 'thingsboard/telemetry':
      return readTelemetry(body, now);
    case 'thingsboard/attributes':
      return readAttributes(body);
    case 'ngsi-v2':
      return readNotification(body, now);
    case 'ttn':
      return readTtn(body, now);
    case 'sensorthings/one':
      return readObservation(body, now);
    case 'sensorthings/array':
      return readDataArray(body, now);
    default:
      return readChirpStack(body, form.slice('chirpstack/'.length), now);
  }
}

export const isForm = (name: string): name is Form =>
  [
    'thingsboard/telemetry',
    'thingsboard/attributes',
    'ngsi-v2',
    'ttn',
    'sensorthings/one',
    'sensorthings/array',
  ].includes(name) || name.startsWith('chirpstack/');
