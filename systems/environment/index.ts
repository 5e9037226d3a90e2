/** Environment (system 10): stations of air, surface water, wastewater and noise, their indexes, limits and alarms. */
import { declareSystem } from '../../platform/declaration/index.ts';
import { derivations } from './derived.ts';
import { AirQualityStation, NoiseStation, SurfaceWaterStation, WastewaterStation } from './entities.ts';
import { serveEnvironment } from './routes.ts';
import { parseStationFile } from './station-file.ts';

export const environment = declareSystem({
  name: 'environment',
  title: { vi: 'Tài nguyên và Môi trường', en: 'Natural resources and environment' },

  entities: { AirQualityStation, SurfaceWaterStation, WastewaterStation, NoiseStation },

  doors: [
    {
      id: 'station-files',
      by: 'file',
      sample: {
        name: 'TB_TTQT_KKTHD_20261123080500.txt',
        text: 'PM2.5\t38.4\tug/Nm3\t20261123080500\t00\r\nCO\t0.61\tmg/Nm3\t20261123080500\t00\r\nSO2\t12\tug/Nm3\t20261123080500\t01\r\n',
      },
      parse: parseStationFile,
      folderOf: (station) => station.split('_').at(-1) ?? station,
    },
  ],

  derive: derivations,

  rules: [
    {
      id: 'environment.air.aqi-bad',
      on: 'AirQualityStation.vn_aqi_hourly',
      when: 'vn_aqi_hourly > 150',
      // Hysteresis: it ends only well below, so that an index around 150 does not flutter.
      clear: 'vn_aqi_hourly <= 130',
      for: 'PT1H',
      severity: 4,
      title: { vi: 'Không khí xấu', en: 'Bad air' },
      text: {
        vi: '{entity}: VN_AQI giờ là {value}, trên 150 trong một giờ trở lên.',
        en: '{entity}: hourly VN_AQI is {value}, above 150 for an hour or more.',
      },
      law: { vi: 'Quyết định 1459/QĐ-TCMT: mức Xấu từ 151', en: 'Decision 1459/QĐ-TCMT: level Bad from 151' },
      opens: 'incident',
    },
    {
      id: 'environment.air.aqi-hazardous',
      on: 'AirQualityStation.vn_aqi_hourly',
      when: 'vn_aqi_hourly > 300',
      clear: 'vn_aqi_hourly <= 280',
      for: 'PT1H',
      severity: 5,
      title: { vi: 'Không khí nguy hại', en: 'Hazardous air' },
      text: {
        vi: '{entity}: VN_AQI giờ là {value}, mức Nguy hại.',
        en: '{entity}: hourly VN_AQI is {value}, level Hazardous.',
      },
      law: {
        vi: 'Quyết định 1459/QĐ-TCMT: mức Nguy hại từ 301',
        en: 'Decision 1459/QĐ-TCMT: level Hazardous from 301',
      },
      opens: 'incident',
    },
    {
      id: 'environment.wastewater.cod-a',
      on: 'WastewaterStation.cod',
      when: 'cod > 75 [mg/l]',
      clear: 'cod <= 70 [mg/l]',
      for: 'PT30M',
      severity: 3,
      title: { vi: 'COD nước thải cao', en: 'High COD in wastewater' },
      text: {
        vi: '{entity}: COD {value} {unit}, trên 75 mg/l liên tục 30 phút (cảnh báo sớm, chưa kết luận vượt quy chuẩn).',
        en: '{entity}: COD {value} {unit}, above 75 mg/l for 30 minutes (early warning, not yet an exceedance).',
      },
      law: { vi: 'QCVN 40:2011/BTNMT cột A (75 mg/l)', en: 'QCVN 40:2011/BTNMT column A (75 mg/l)' },
      opens: 'incident',
    },
    {
      id: 'environment.water.oxygen-low',
      on: 'SurfaceWaterStation.do',
      when: 'do < 2 [mg/l]',
      clear: 'do >= 3 [mg/l]',
      for: 'PT1H',
      severity: 3,
      title: { vi: 'Ôxy hòa tan thấp', en: 'Low dissolved oxygen' },
      text: { vi: '{entity}: DO {value} {unit}, cá có thể chết.', en: '{entity}: DO {value} {unit}, fish may die.' },
      law: { vi: 'QCVN 08:2023/BTNMT: dưới mức C', en: 'QCVN 08:2023/BTNMT: below class C' },
      opens: 'incident',
    },
  ],

  routes: serveEnvironment,

  pages: [
    {
      path: 'environment',
      file: 'network',
      access: 'entity:read',
      shell: 'console',
      order: 20,
      icon: 'leaf',
      title: { vi: 'Mạng quan trắc', en: 'Monitoring network' },
    },
    {
      path: 'environment/stations/$id',
      file: 'station',
      access: 'entity:read',
      shell: 'console',
      title: { vi: 'Trạm quan trắc', en: 'Station' },
    },
    {
      path: 'environment/exceedances',
      file: 'exceedances',
      access: 'entity:read',
      shell: 'console',
      order: 21,
      icon: 'list',
      title: { vi: 'Sổ vượt quy chuẩn', en: 'Exceedance register' },
    },
    {
      path: 'environment/reports',
      file: 'reports',
      access: 'indicator:read',
      shell: 'console',
      order: 22,
      icon: 'report',
      title: { vi: 'Báo cáo tháng', en: 'Monthly reports' },
    },
  ],
});
