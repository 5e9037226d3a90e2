/** Types of their own: whatever counts stations of the authorities never meets one of these. Browser-safe data. */
import Type from 'typebox';
import type { EntityType } from '../../platform/context/index.ts';
import type { Kind } from './models.ts';

const DAY_SECONDS = 86_400;

const measured = (vi: string, en: string, unit: string, range: [number, number], decimals = 1) => ({
  title: { vi, en },
  unit,
  range,
  decimals,
  everySeconds: 300,
  rollUp: 'mean' as const,
  // A sensor that was without a network for a week empties its memory; what is older comes of a clock that was never set.
  latestSeconds: 7 * DAY_SECONDS,
});

const common = {
  // Nobody is woken up where a citizen pulls the plug: no alert of silence, no entry in the register of sources.
  schema: Type.Object({ expectsData: Type.Literal(false) }, { additionalProperties: false }),
  // Each is made public by name, and no longer when it is retired or excluded.
  visible: 'unit' as const,
  marker: 'triangle' as const,
};

export const CitizenAirSensor = {
  ...common,
  title: { vi: 'Cảm biến không khí của người dân (chỉ để tham khảo)', en: 'Citizen’s air sensor (for reference only)' },
  observes: {
    // Ranges of what such sensors can tell (data sheets of SDS011 and PMS5003: up to 1,000 µg/m³).
    pm25: measured('Bụi PM2.5', 'PM2.5', 'µg/m³', [0, 1000]),
    pm10: measured('Bụi PM10', 'PM10', 'µg/m³', [0, 2000]),
    temperature: measured('Nhiệt độ', 'Temperature', '°C', [-20, 60]),
    humidity: measured('Độ ẩm', 'Humidity', '%', [0, 100], 0),
  },
  columns: ['pm25', 'pm10'],
  headline: { property: 'pm25' },
} as const satisfies EntityType;

export const CitizenNoiseSensor = {
  ...common,
  title: {
    vi: 'Cảm biến tiếng ồn của người dân (chỉ để tham khảo)',
    en: 'Citizen’s noise sensor (for reference only)',
  },
  observes: { laeq: measured('Mức ồn LAeq', 'Noise level LAeq', 'dBA', [20, 140]) },
  columns: ['laeq'],
  headline: { property: 'laeq' },
} as const satisfies EntityType;

export const typeOf = { air: 'CitizenAirSensor', noise: 'CitizenNoiseSensor' } as const satisfies Record<Kind, string>;

export const entityIdOf = (kind: Kind, id: string): string => `urn:ngsi-ld:${typeOf[kind]}:${id}`;
