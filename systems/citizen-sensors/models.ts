/** The kinds of sensors, and what the models that people have call their figures. Browser-safe data. */
import type { Text } from '../../platform/words/index.ts';

export type Kind = 'air' | 'noise';

type Model = { kind: Kind; title: Text };

/** A short list of what is sold and built here; whatever else goes by `own`. */
export const models = {
  'sensor-community': {
    kind: 'air',
    title: { vi: 'Bộ Sensor.Community (airRohr)', en: 'Sensor.Community kit (airRohr)' },
  },
  sds011: { kind: 'air', title: { vi: 'Nova SDS011', en: 'Nova SDS011' } },
  pms5003: { kind: 'air', title: { vi: 'Plantower PMS5003, PMS7003', en: 'Plantower PMS5003, PMS7003' } },
  sps30: { kind: 'air', title: { vi: 'Sensirion SPS30', en: 'Sensirion SPS30' } },
  'own-air': { kind: 'air', title: { vi: 'Loại khác hoặc tự làm', en: 'Another, or made by myself' } },
  dnms: { kind: 'noise', title: { vi: 'Sensor.Community DNMS', en: 'Sensor.Community DNMS' } },
  'own-noise': { kind: 'noise', title: { vi: 'Loại khác hoặc tự làm', en: 'Another, or made by myself' } },
} as const satisfies Record<string, Model>;

export type ModelId = keyof typeof models;

export const modelIds = Object.keys(models) as ModelId[];

/** Names of figures in the firmware that is around (airRohr, Tasmota, ESPHome examples), by our property. */
const names: Record<Kind, Record<string, readonly string[]>> = {
  air: {
    pm25: ['pm25', 'pm2_5', 'pm2.5', 'PM2.5', 'PM25', 'SDS_P2', 'PMS_P2', 'SPS30_P2', 'P2'],
    pm10: ['pm10', 'pm10_0', 'PM10', 'SDS_P1', 'PMS_P1', 'SPS30_P1', 'P1'],
    temperature: ['temperature', 'temp', 'BME280_temperature', 'SHT3X_temperature', 'HTU21D_temperature'],
    humidity: ['humidity', 'hum', 'BME280_humidity', 'SHT3X_humidity', 'HTU21D_humidity'],
  },
  noise: { laeq: ['laeq', 'LAeq', 'noise_LAeq', 'DNMS_noise_LAeq'] },
};

/** What a device of a kind calls its figures; other names (signal, battery) are kept as its attributes. */
export function mappingOf(kind: Kind): { properties: Record<string, { property: string }> } {
  const pairs = Object.entries(names[kind]).flatMap(([property, all]) =>
    all.map((name) => [name, { property }] as const),
  );
  return { properties: Object.fromEntries(pairs) };
}

/**
 * The stations that sensors of a kind are compared with, by the names that their system gives them; where that system
 * is left out there are none. What is compared stands first.
 */
export const official = {
  air: { type: 'AirQualityStation', properties: ['pm25', 'pm10'], metres: 5000 },
  // Noise is of a street: further off there is another one.
  noise: { type: 'NoiseStation', properties: ['laeq'], metres: 300 },
} as const satisfies Record<Kind, { type: string; properties: readonly string[]; metres: number }>;
