/** What the platform computes of the stations' hours: VN_AQI, the 24-hour mean, VN_WQI; with their explanations. */
import type { Derivation, HourSeries, Reasoning } from '../../platform/history/index.ts';
import type { Text } from '../../platform/words/index.ts';
import {
  type Aqi,
  aqiSource,
  breakPoints,
  dailyAqi,
  hourlyAqi,
  indexSteps,
  meanOf,
  pollutantNames,
  pollutants,
} from './air-quality.ts';
import { type WaterSample, waterQualityIndex, wqiLevel, wqiSource } from './water-quality.ts';

const air = ['pm25', 'pm10', 'so2', 'no2', 'co', 'o3'].map((name) => `AirQualityStation.${name}` as const) as [
  'AirQualityStation.pm25',
  'AirQualityStation.pm10',
  'AirQualityStation.so2',
  'AirQualityStation.no2',
  'AirQualityStation.co',
  'AirQualityStation.o3',
];

const number = (value: number): string => value.toLocaleString('vi-VN', { maximumFractionDigits: 1 });

function explainAqi(aqi: Aqi): Reasoning {
  const rows = pollutants.flatMap((pollutant) => {
    const part = aqi.parts[pollutant];
    return part
      ? [{ name: named(pollutantNames[pollutant]), value: part.concentration, unit: 'µg/m³', note: part.note }]
      : [];
  });
  const steps: Text[] = pollutants.flatMap((pollutant) => {
    const part = aqi.parts[pollutant];
    if (!part) return [];
    const name = pollutantNames[pollutant];
    const points = breakPoints[pollutant];
    const at = points.findIndex((point) => part.concentration <= point);
    const between =
      at > 0
        ? ` (${number(points[at - 1] as number)}–${number(points[at] as number)} µg/m³ → ${indexSteps[at - 1]}–${indexSteps[at]})`
        : '';
    return [
      {
        vi: `AQI ${name} = ${part.index}${between}${part.beyondScale ? ', vượt thang đo' : ''}`,
        en: `AQI ${name} = ${part.index}${between}${part.beyondScale ? ', beyond the scale' : ''}`,
      },
    ];
  });
  steps.push(
    aqi.value === null
      ? { vi: 'Không có VN_AQI: thiếu PM10 và PM2.5 hợp lệ.', en: 'No VN_AQI: neither PM10 nor PM2.5 is valid.' }
      : {
          vi: `VN_AQI là giá trị lớn nhất: ${aqi.value} (${pollutantNames[aqi.pollutant ?? 'pm25']}).`,
          en: `VN_AQI is the largest: ${aqi.value} (${pollutantNames[aqi.pollutant ?? 'pm25']}).`,
        },
  );
  return { rows, steps };
}

const named = (name: string): Text => ({ vi: name, en: name });

const waterNames = {
  ph: 'pH',
  do: 'DO',
  temperature: 'T',
  bod5: 'BOD5',
  cod: 'COD',
  n_nh4: 'N_NH4',
  n_no3: 'N_NO3',
  p_po4: 'P_PO4',
  coliform: 'Coliform',
} as const;

/** Means of a day's valid hours as one sample. */
function sampleOf(inputs: Readonly<Record<string, HourSeries>>): WaterSample {
  const sample: WaterSample = {};
  for (const [property, parameter] of Object.entries(waterNames)) {
    const present = (inputs[property] ?? []).filter((value): value is number => value !== null);
    if (present.length > 0) sample[parameter] = present.reduce((sum, value) => sum + value, 0) / present.length;
  }
  return sample;
}

export const derivations = [
  {
    to: 'AirQualityStation.vn_aqi_hourly',
    from: air,
    every: 'hour',
    lookBackHours: 11,
    version: 1,
    source: aqiSource,
    formula: {
      vi: 'PM2.5, PM10: NowCast 12 giờ; SO₂, NO₂, CO, O₃: trung bình giờ; nội suy tuyến tính giữa hai điểm ngắt; lấy giá trị lớn nhất.',
      en: 'PM2.5, PM10: 12-hour NowCast; SO₂, NO₂, CO, O₃: hourly mean; linear between break points; the largest counts.',
    },
    compute: (inputs) => hourlyAqi(inputs).value,
    explain: (inputs) => explainAqi(hourlyAqi(inputs)),
  },
  {
    to: 'AirQualityStation.vn_aqi_daily',
    from: air,
    every: 'day',
    lookBackHours: 7,
    version: 1,
    source: aqiSource,
    formula: {
      vi: 'PM2.5, PM10: trung bình 24 giờ (từ 18 giờ hợp lệ); O₃: lớn nhất của 1 giờ và 8 giờ; SO₂, NO₂, CO: giờ lớn nhất; lấy giá trị lớn nhất.',
      en: 'PM2.5, PM10: 24-hour mean (18 valid hours); O₃: the greater of 1 and 8 hours; SO₂, NO₂, CO: largest hour; the largest counts.',
    },
    compute: (inputs) => dailyAqi(inputs).value,
    explain: (inputs) => explainAqi(dailyAqi(inputs)),
  },
  {
    to: 'AirQualityStation.pm25_24h',
    from: ['AirQualityStation.pm25'],
    every: 'day',
    lookBackHours: 0,
    version: 1,
    source: { vi: 'QCVN 05:2023/BTNMT (trung bình 24 giờ)', en: 'QCVN 05:2023/BTNMT (24-hour mean)' },
    formula: {
      vi: 'Trung bình các giờ hợp lệ trong ngày, từ 18 giờ trở lên.',
      en: 'Mean of the day’s valid hours, 18 at least.',
    },
    compute: ({ pm25 }) => {
      const mean = meanOf(pm25 ?? [], 24);
      return mean ? Math.round(mean.mean * 10) / 10 : null;
    },
    explain: ({ pm25 }) => {
      const mean = meanOf(pm25 ?? [], 24);
      return {
        rows: mean
          ? [
              {
                name: named('PM2.5'),
                value: mean.mean,
                unit: 'µg/m³',
                note: { vi: `${mean.present}/24 giờ`, en: `${mean.present} of 24 hours` },
              },
            ]
          : [],
        steps: [],
      };
    },
  },
  {
    to: 'SurfaceWaterStation.vn_wqi_daily',
    from: [
      'SurfaceWaterStation.ph',
      'SurfaceWaterStation.do',
      'SurfaceWaterStation.temperature',
      'SurfaceWaterStation.bod5',
      'SurfaceWaterStation.cod',
      'SurfaceWaterStation.n_nh4',
      'SurfaceWaterStation.n_no3',
      'SurfaceWaterStation.p_po4',
      'SurfaceWaterStation.coliform',
    ],
    every: 'day',
    lookBackHours: 0,
    version: 1,
    source: wqiSource,
    formula: {
      vi: 'Trung bình ngày của từng thông số → chỉ số q; WQI = (I × II × III) × căn bậc hai (IV × V).',
      en: 'Daily mean of each parameter → q; WQI = (I × II × III) × square root of (IV × V).',
    },
    compute: (inputs) => waterQualityIndex(sampleOf(inputs)).value,
    explain: (inputs) => {
      const wqi = waterQualityIndex(sampleOf(inputs));
      return {
        rows: wqi.parts.map((part) => ({
          name: named(part.parameter),
          value: part.value,
          unit: part.parameter === 'DO' ? '% bão hòa' : '',
          note: {
            vi: `nhóm ${part.group}, q = ${number(part.q)}`,
            en: `group ${part.group}, q = ${part.q.toFixed(1)}`,
          },
        })),
        steps: [
          ...Object.entries(wqi.groups).map(([group, value]) => ({
            vi: `Nhóm ${group}: ${number(value)}`,
            en: `Group ${group}: ${value.toFixed(1)}`,
          })),
          wqi.value === null
            ? (wqi.reason ?? named(''))
            : {
                vi: `VN_WQI = ${wqi.value} (${wqiLevel(wqi.value).vi})`,
                en: `VN_WQI = ${wqi.value} (${wqiLevel(wqi.value).en})`,
              },
        ],
      };
    },
  },
] as const satisfies readonly Derivation[];
