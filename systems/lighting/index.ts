/** Street lighting: lamps, their outages, and the energy that they use. */
import Type from 'typebox';
import type { EntityType } from '../../platform/context/index.ts';
import { declareSystem } from '../../platform/declaration/index.ts';

const text = (vi: string, en: string) => ({ 'x-text': { vi, en } });
// A lamp's controller reports every quarter of an hour, by day too.
const every = { everySeconds: 900, decimals: 1 };

const Streetlight = {
  title: { vi: 'Đèn chiếu sáng', en: 'Street light' },
  schema: Type.Object(
    {
      everySeconds: Type.Optional(
        Type.Number({ minimum: 1, maximum: 86_400, ...text('Chu kỳ gửi (giây)', 'Interval (s)') }),
      ),
      street: Type.Optional(Type.String({ maxLength: 100, ...text('Tuyến đường', 'Street') })),
      ratedPower: Type.Optional(
        Type.Number({ minimum: 1, maximum: 2000, ...text('Công suất (W)', 'Rated power (W)') }),
      ),
    },
    { additionalProperties: false },
  ),
  observes: {
    switched_on: { title: { vi: 'Lệnh bật', en: 'Switched on' }, unit: '', range: [0, 1], rollUp: 'last', ...every },
    power: {
      title: { vi: 'Công suất tiêu thụ', en: 'Power drawn' },
      unit: 'W',
      range: [0, 2000],
      rollUp: 'mean',
      ...every,
    },
    // Of the interval just ended, so that the sum of a day is its use.
    energy: {
      title: { vi: 'Điện năng', en: 'Energy' },
      unit: 'kWh',
      range: [0, 5],
      rollUp: 'sum',
      ...every,
      decimals: 3,
    },
  },
  columns: ['street', 'switched_on', 'power', 'energy'],
  visible: 'public',
  marker: 'diamond',
  headline: { property: 'power' },
} as const satisfies EntityType;

export const lighting = declareSystem({
  name: 'lighting',
  title: { vi: 'Chiếu sáng đô thị', en: 'Street lighting' },
  entities: { Streetlight },
  rules: [
    {
      id: 'lighting.outage',
      on: 'Streetlight.power',
      when: 'switched_on >= 1 and power < 5 [W]',
      clear: 'power >= 10 [W]',
      for: 'PT30M',
      severity: 2,
      title: { vi: 'Đèn không sáng', en: 'Lamp out' },
      text: {
        vi: '{entity}: đã có lệnh bật nhưng chỉ tiêu thụ {value} {unit} trong {for}.',
        en: '{entity}: switched on, but draws only {value} {unit} for {for}.',
      },
      opens: 'incident',
    },
  ],
  indicators: [
    {
      code: 'lighting.energy',
      title: { vi: 'Điện năng chiếu sáng công cộng', en: 'Energy of street lighting' },
      formula: 'Streetlight.energy',
      unit: 'kWh',
      period: 'month',
      better: 'lower',
    },
  ],
  pages: [
    {
      path: 'lighting',
      file: 'lamps',
      access: 'entity:read',
      shell: 'console',
      order: 26,
      icon: 'list',
      title: { vi: 'Đèn chiếu sáng', en: 'Street lights' },
    },
  ],
});
