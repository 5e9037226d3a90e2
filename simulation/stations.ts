/**
 * The simulated stations: plausible places in the communes of the former Thái Bình, none of them a real installation.
 * Coordinates are the communes' centres, moved a little.
 */
export type Kind = 'AirQualityStation' | 'SurfaceWaterStation' | 'WastewaterStation' | 'NoiseStation' | 'Streetlight';

export type StationPlan = {
  id: string;
  kind: Kind;
  name: string;
  lon: number;
  lat: number;
  /** how its data come in */
  door: 'file' | 'mqtt' | 'http';
  everySeconds: number;
  /** 0 to 1: how much of each influence it feels */
  traffic: number;
  industry: number;
  rural: number;
  /** codes in the names of its files (Circular 10/2021) */
  file?: { facility: string; station: string };
  properties?: Record<string, unknown>;
  /** whose it is; the department of the environment where nothing is said */
  organisationId?: string;
};

const air = 'urn:ngsi-ld:AirQualityStation:';
const water = 'urn:ngsi-ld:SurfaceWaterStation:';
const waste = 'urn:ngsi-ld:WastewaterStation:';
const light = 'urn:ngsi-ld:Streetlight:';
const noise = 'urn:ngsi-ld:NoiseStation:';

export const stations: readonly StationPlan[] = [
  {
    id: `${air}vu-thu`,
    kind: 'AirQualityStation',
    name: 'Trạm không khí Vũ Thư',
    lon: 106.2701,
    lat: 20.4462,
    door: 'file',
    everySeconds: 300,
    traffic: 0.5,
    industry: 0.2,
    rural: 0.9,
    file: { facility: 'TTQT', station: 'KKVTH' },
  },
  {
    id: `${air}tran-hung-dao`,
    kind: 'AirQualityStation',
    name: 'Trạm không khí Trần Hưng Đạo',
    lon: 106.3222,
    lat: 20.4511,
    door: 'mqtt',
    everySeconds: 60,
    traffic: 1,
    industry: 0.4,
    rural: 0.1,
  },
  {
    id: `${air}tra-ly`,
    kind: 'AirQualityStation',
    name: 'Trạm không khí Trà Lý',
    lon: 106.3561,
    lat: 20.4838,
    door: 'file',
    everySeconds: 300,
    traffic: 0.7,
    industry: 0.9,
    rural: 0.2,
    file: { facility: 'TTQT', station: 'KKTLY' },
  },
  {
    id: `${air}tien-hai`,
    kind: 'AirQualityStation',
    name: 'Trạm không khí Tiền Hải',
    lon: 106.5011,
    lat: 20.4168,
    door: 'http',
    everySeconds: 300,
    traffic: 0.4,
    industry: 0.7,
    rural: 0.5,
  },
  {
    id: `${air}thai-thuy`,
    kind: 'AirQualityStation',
    name: 'Trạm không khí Thái Thụy',
    lon: 106.5572,
    lat: 20.5671,
    door: 'http',
    everySeconds: 300,
    traffic: 0.4,
    industry: 0.8,
    rural: 0.6,
  },
  {
    id: `${air}quynh-phu`,
    kind: 'AirQualityStation',
    name: 'Trạm không khí Quỳnh Phụ',
    lon: 106.3391,
    lat: 20.6489,
    door: 'http',
    everySeconds: 300,
    traffic: 0.4,
    industry: 0.5,
    rural: 0.8,
  },
  {
    id: `${air}hung-ha`,
    kind: 'AirQualityStation',
    name: 'Trạm không khí Hưng Hà',
    lon: 106.2302,
    lat: 20.5841,
    door: 'http',
    everySeconds: 300,
    traffic: 0.4,
    industry: 0.4,
    rural: 0.9,
  },

  {
    id: `${water}tra-ly-thai-binh`,
    kind: 'SurfaceWaterStation',
    name: 'Trạm nước sông Trà Lý',
    lon: 106.3494,
    lat: 20.4761,
    door: 'http',
    everySeconds: 900,
    traffic: 0.3,
    industry: 0.5,
    rural: 0.5,
    properties: { river: 'Sông Trà Lý', qcvnClass: 'B' },
  },
  {
    id: `${water}kien-giang`,
    kind: 'SurfaceWaterStation',
    name: 'Trạm nước sông Kiến Giang',
    lon: 106.4351,
    lat: 20.3861,
    door: 'http',
    everySeconds: 900,
    traffic: 0.2,
    industry: 0.6,
    rural: 0.8,
    properties: { river: 'Sông Kiến Giang', qcvnClass: 'B' },
  },
  {
    id: `${water}luoc-quynh-phu`,
    kind: 'SurfaceWaterStation',
    name: 'Trạm nước sông Luộc',
    lon: 106.3322,
    lat: 20.6601,
    door: 'http',
    everySeconds: 900,
    traffic: 0.1,
    industry: 0.3,
    rural: 0.6,
    properties: { river: 'Sông Luộc', qcvnClass: 'A' },
  },
  {
    id: `${water}bach-tien-hai`,
    kind: 'SurfaceWaterStation',
    name: 'Trạm nước kênh Tiền Hải',
    lon: 106.5102,
    lat: 20.4082,
    door: 'http',
    everySeconds: 900,
    traffic: 0.2,
    industry: 0.9,
    rural: 0.7,
    properties: { river: 'Kênh Tiền Hải', qcvnClass: 'B' },
  },

  {
    id: `${waste}kcn-phuc-khanh`,
    kind: 'WastewaterStation',
    name: 'Nước thải KCN Phúc Khánh',
    lon: 106.3031,
    lat: 20.4701,
    door: 'file',
    everySeconds: 300,
    traffic: 0,
    industry: 0.9,
    rural: 0,
    file: { facility: 'KCNPK', station: 'NT01' },
    properties: { operator: 'KCN Phúc Khánh (mô phỏng)', qcvnColumn: 'A' },
  },
  {
    id: `${waste}kcn-tien-hai`,
    kind: 'WastewaterStation',
    name: 'Nước thải KCN Tiền Hải',
    lon: 106.5201,
    lat: 20.4122,
    door: 'http',
    everySeconds: 300,
    traffic: 0,
    industry: 1,
    rural: 0,
    properties: { operator: 'KCN Tiền Hải (mô phỏng)', qcvnColumn: 'B' },
  },
  {
    id: `${waste}kcn-gia-le`,
    kind: 'WastewaterStation',
    name: 'Nước thải KCN Gia Lễ',
    lon: 106.3402,
    lat: 20.5192,
    door: 'http',
    everySeconds: 300,
    traffic: 0,
    industry: 0.7,
    rural: 0,
    properties: { operator: 'KCN Gia Lễ (mô phỏng)', qcvnColumn: 'A' },
  },

  {
    id: `${noise}tran-lam`,
    kind: 'NoiseStation',
    name: 'Trạm tiếng ồn Trần Lãm',
    lon: 106.3712,
    lat: 20.4522,
    door: 'mqtt',
    everySeconds: 60,
    traffic: 1,
    industry: 0.2,
    rural: 0,
    properties: { zone: 'ordinary' },
  },
  {
    id: `${noise}dong-hung`,
    kind: 'NoiseStation',
    name: 'Trạm tiếng ồn Đông Hưng',
    lon: 106.3622,
    lat: 20.5591,
    door: 'http',
    everySeconds: 60,
    traffic: 0.8,
    industry: 0.3,
    rural: 0.3,
    properties: { zone: 'ordinary' },
  },
  {
    id: `${noise}thai-binh-hospital`,
    kind: 'NoiseStation',
    name: 'Trạm tiếng ồn khu bệnh viện',
    lon: 106.3312,
    lat: 20.4461,
    door: 'http',
    everySeconds: 60,
    traffic: 0.6,
    industry: 0,
    rural: 0,
    properties: { zone: 'special' },
  },
  // Two streets of lamps, 40 m apart.
  ...[
    { street: 'Lý Bôn', slug: 'ly-bon', lon: 106.3361, lat: 20.4489 },
    { street: 'Trần Thái Tông', slug: 'tran-thai-tong', lon: 106.3442, lat: 20.4441 },
  ].flatMap(({ street, slug, lon, lat }) =>
    Array.from({ length: 10 }, (_, index): StationPlan => {
      const number = String(index + 1).padStart(2, '0');
      return {
        id: `${light}${slug}-${number}`,
        kind: 'Streetlight',
        name: `Đèn ${street} ${number}`,
        lon: lon + index * 0.0004,
        lat,
        door: 'http',
        everySeconds: 900,
        traffic: 0,
        industry: 0,
        rural: 0,
        properties: { street, ratedPower: 100 },
        organisationId: 'so-xd',
      };
    }),
  ),
];
