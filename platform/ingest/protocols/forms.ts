import { readChirpStack, readTtn } from './lorawan.ts';
import { readNotification } from './ngsi.ts';
import type { Read } from './reading.ts';
import { readSensorCommunity } from './sensor-community.ts';
import { readDataArray, readObservation } from './sensorthings.ts';
import { readAttributes, readTelemetry } from './thingsboard.ts';

const readers = {
  'thingsboard/telemetry': readTelemetry,
  'thingsboard/attributes': readAttributes,
  'sensor-community': readSensorCommunity,
  'ngsi-v2': readNotification,
  ttn: readTtn,
  'sensorthings/one': readObservation,
  'sensorthings/array': readDataArray,
} satisfies Record<string, (body: unknown, now: number) => Read>;

const CHIRPSTACK = 'chirpstack/';

/** Forms of other platforms' messages, by the name that an entry in quarantine carries too (`chirpstack/<event>`). */
export type Form = keyof typeof readers | `${typeof CHIRPSTACK}${string}`;

const isNamed = (name: string): name is keyof typeof readers => Object.hasOwn(readers, name);

export const isForm = (name: string): name is Form => isNamed(name) || name.startsWith(CHIRPSTACK);

/** @param now what a message without a time of its own is of, in ms since 1970 */
export const readForm = (form: Form, body: unknown, now: number): Read =>
  isNamed(form) ? readers[form](body, now) : readChirpStack(body, form.slice(CHIRPSTACK.length), now);
