/** The kinds of stations and what they observe. Browser-safe data. */
import Type from 'typebox';
import type { EntityType, Level } from '../../platform/context/index.ts';

const text = (vi: string, en: string) => ({ 'x-text': { vi, en } });

/** Levels of VN_AQI with the colours of Decision 1459/QĐ-TCMT. */
export const aqiLevels: Level[] = [
  { upTo: 50, name: { vi: 'Tốt', en: 'Good' }, color: '#00E400' },
  { upTo: 100, name: { vi: 'Trung bình', en: 'Moderate' }, color: '#FFFF00' },
  { upTo: 150, name: { vi: 'Kém', en: 'Poor' }, color: '#FF7E00' },
  { upTo: 200, name: { vi: 'Xấu', en: 'Bad' }, color: '#FF0000' },
  { upTo: 300, name: { vi: 'Rất xấu', en: 'Very bad' }, color: '#8F3F97' },
  { upTo: 500, name: { vi: 'Nguy hại', en: 'Hazardous' }, color: '#7E0023' },
];

/** Levels of VN_WQI with the colours of Decision 1460/QĐ-TCMT, lowest first. */
export const wqiLevels: Level[] = [
  { upTo: 9, name: { vi: 'Ô nhiễm rất nặng', en: 'Very heavily polluted' }, color: '#7E0023' },
  { upTo: 25, name: { vi: 'Kém', en: 'Poor' }, color: '#FF0000' },
  { upTo: 50, name: { vi: 'Xấu', en: 'Bad' }, color: '#FF7E00' },
  { upTo: 75, name: { vi: 'Trung bình', en: 'Moderate' }, color: '#FFFF00' },
  { upTo: 90, name: { vi: 'Tốt', en: 'Good' }, color: '#00E400' },
  { upTo: 100, name: { vi: 'Rất tốt', en: 'Very good' }, color: '#3333FF' },
];

const every = { everySeconds: 300, rollUp: 'mean' as const };
const index = {
  unit: '',
  range: [0, 500] as [number, number],
  rollUp: 'mean' as const,
  decimals: 0,
  derived: true as const,
};
const gas = (vi: string, en: string, top: number, decimals = 1) => ({
  title: { vi, en },
  unit: 'µg/m³',
  range: [0, top] as [number, number],
  decimals,
  ...every,
});
const inWater = (vi: string, en: string, top: number, decimals = 2, everySeconds = 900) => ({
  title: { vi, en },
  unit: 'mg/l',
  range: [0, top] as [number, number],
  rollUp: 'mean' as const,
  everySeconds,
  decimals,
});
const measured = (
  vi: string,
  en: string,
  unit: string,
  range: [number, number],
  decimals: number,
  everySeconds: number,
) => ({
  title: { vi, en },
  unit,
  range,
  decimals,
  everySeconds,
  rollUp: 'mean' as const,
});

const common = {
  everySeconds: Type.Optional(
    Type.Number({ minimum: 1, maximum: 86_400, ...text('Chu kỳ gửi (giây)', 'Interval (s)') }),
  ),
  expectsData: Type.Optional(Type.Boolean(text('Có hẹn gửi số liệu', 'Promises data'))),
  note: Type.Optional(Type.String({ maxLength: 500, ...text('Ghi chú', 'Note') })),
};

export const AirQualityStation = {
  title: { vi: 'Trạm không khí', en: 'Air quality station' },
  schema: Type.Object(common, { additionalProperties: false }),
  observes: {
    pm25: gas('Bụi PM2.5', 'PM2.5', 2000),
    pm10: gas('Bụi PM10', 'PM10', 5000),
    so2: gas('SO₂', 'SO₂', 5000),
    no2: gas('NO₂', 'NO₂', 5000),
    co: gas('CO', 'CO', 200_000, 0),
    o3: gas('O₃', 'O₃', 3000),
    temperature: measured('Nhiệt độ', 'Temperature', '°C', [-20, 60], 1, 300),
    humidity: measured('Độ ẩm', 'Humidity', '%', [0, 100], 0, 300),
    vn_aqi_hourly: { ...index, title: { vi: 'VN_AQI giờ', en: 'Hourly VN_AQI' }, everySeconds: 3600 },
    vn_aqi_daily: { ...index, title: { vi: 'VN_AQI ngày', en: 'Daily VN_AQI' }, everySeconds: 86_400 },
    pm25_24h: {
      title: { vi: 'PM2.5 trung bình 24 giờ', en: 'PM2.5, 24-hour mean' },
      unit: 'µg/m³',
      range: [0, 2000],
      rollUp: 'mean',
      decimals: 1,
      derived: true,
      everySeconds: 86_400,
    },
  },
  columns: ['vn_aqi_hourly', 'pm25', 'pm10'],
  visible: 'public',
  marker: 'circle',
  headline: { property: 'vn_aqi_hourly', levels: aqiLevels },
} as const satisfies EntityType;

export const SurfaceWaterStation = {
  title: { vi: 'Trạm nước mặt', en: 'Surface water station' },
  schema: Type.Object(
    {
      ...common,
      river: Type.Optional(Type.String({ maxLength: 100, ...text('Sông, kênh', 'River or canal') })),
      qcvnClass: Type.Optional(
        Type.Union(
          [Type.Literal('A'), Type.Literal('B'), Type.Literal('C')],
          text('Mức QCVN 08:2023', 'QCVN 08:2023 class'),
        ),
      ),
    },
    { additionalProperties: false },
  ),
  observes: {
    temperature: measured('Nhiệt độ nước', 'Water temperature', '°C', [0, 50], 1, 900),
    ph: measured('pH', 'pH', '', [0, 14], 2, 900),
    do: inWater('Ôxy hòa tan (DO)', 'Dissolved oxygen', 30),
    tss: inWater('Chất rắn lơ lửng (TSS)', 'Suspended solids', 5000, 1),
    cod: inWater('COD', 'COD', 5000, 1),
    bod5: inWater('BOD₅', 'BOD₅', 2000, 1),
    n_nh4: inWater('Amoni (N-NH₄)', 'Ammonium (N-NH₄)', 200, 3),
    n_no3: inWater('Nitrat (N-NO₃)', 'Nitrate (N-NO₃)', 500, 2),
    p_po4: inWater('Phosphat (P-PO₄)', 'Phosphate (P-PO₄)', 100, 3),
    coliform: measured('Coliform', 'Coliform', 'MPN/100 ml', [0, 10_000_000], 0, 86_400),
    vn_wqi_daily: {
      ...index,
      title: { vi: 'VN_WQI ngày', en: 'Daily VN_WQI' },
      range: [0, 100] as [number, number],
      everySeconds: 86_400,
    },
  },
  columns: ['vn_wqi_daily', 'do', 'cod', 'n_nh4'],
  visible: 'public',
  marker: 'square',
  headline: { property: 'vn_wqi_daily', levels: wqiLevels, worst: 'first' },
} as const satisfies EntityType;

export const WastewaterStation = {
  title: { vi: 'Trạm nước thải', en: 'Wastewater station' },
  schema: Type.Object(
    {
      ...common,
      operator: Type.Optional(Type.String({ maxLength: 200, ...text('Cơ sở', 'Facility') })),
      qcvnColumn: Type.Optional(
        Type.Union([Type.Literal('A'), Type.Literal('B')], text('Cột QCVN 40:2011', 'QCVN 40:2011 column')),
      ),
    },
    { additionalProperties: false },
  ),
  observes: {
    flow: measured('Lưu lượng', 'Flow', 'm³/h', [0, 100_000], 1, 300),
    ph: measured('pH', 'pH', '', [0, 14], 2, 300),
    cod: inWater('COD', 'COD', 20_000, 1, 300),
    tss: inWater('Chất rắn lơ lửng (TSS)', 'Suspended solids', 20_000, 1, 300),
    n_nh4: inWater('Amoni (N-NH₄)', 'Ammonium (N-NH₄)', 2000, 2, 300),
    temperature: measured('Nhiệt độ', 'Temperature', '°C', [0, 90], 1, 300),
  },
  relations: {
    dischargesTo: {
      title: { vi: 'Nguồn tiếp nhận nước thải', en: 'Receiving water' },
      inverse: { vi: 'Cơ sở xả thải vào đây', en: 'Facilities that discharge here' },
      to: ['SurfaceWaterStation'],
    },
  },
  columns: ['cod', 'tss', 'n_nh4', 'flow'],
  visible: 'unit',
  marker: 'triangle',
  headline: { property: 'cod' },
} as const satisfies EntityType;

export const NoiseStation = {
  title: { vi: 'Trạm tiếng ồn', en: 'Noise station' },
  schema: Type.Object(
    {
      ...common,
      zone: Type.Optional(
        Type.Union([Type.Literal('special'), Type.Literal('ordinary')], text('Khu vực', 'Kind of area')),
      ),
    },
    { additionalProperties: false },
  ),
  observes: { laeq: measured('Mức ồn LAeq', 'Noise level LAeq', 'dBA', [0, 160], 1, 60) },
  columns: ['laeq'],
  visible: 'public',
  marker: 'diamond',
  headline: { property: 'laeq' },
} as const satisfies EntityType;
