/**
 * Station files of Circular 10/2021/TT-BTNMT (form to be confirmed against the text): one text file for five minutes,
 * named `<province>_<facility>_<station>_<yyyyMMddHHmmss>.txt`, tab-separated lines: parameter, value, unit, time
 * `yyyyMMddHHmmss` (local), status 00 measuring, 01 calibrating, 02 fault.
 */
import { refuse, type Text } from '../../platform/words/index.ts';

export type StationReading = {
  property: string;
  at: Date;
  value: number;
  quality: 0 | 1 | 2;
  line: number;
};

export type StationFile = {
  /** '<province>_<facility>_<station>': the name that the platform knows the station by */
  station: string;
  /** the station's own part: the folder it writes to */
  folder: string;
  good: StationReading[];
  bad: { at: number; reason: Text; text: string }[];
  unfinished: boolean;
};

const NAME = /^([A-Za-z0-9-]+)_([A-Za-z0-9-]+)_([A-Za-z0-9-]+)_(\d{14})\.txt$/;
const FUTURE_MS = 5 * 60_000;
const LOCAL_MS = 7 * 3_600_000;

/** Names of parameters in files -> properties; compared without case, spaces, dots and dashes. */
const parameterNames: Record<string, string> = {
  pm25: 'pm25',
  pm10: 'pm10',
  so2: 'so2',
  no2: 'no2',
  co: 'co',
  o3: 'o3',
  temp: 'temperature',
  temperature: 'temperature',
  nhietdo: 'temperature',
  rh: 'humidity',
  humidity: 'humidity',
  ph: 'ph',
  do: 'do',
  tss: 'tss',
  cod: 'cod',
  bod5: 'bod5',
  bod: 'bod5',
  flow: 'flow',
  luuluong: 'flow',
  amoni: 'n_nh4',
  nh4: 'n_nh4',
  nh4n: 'n_nh4',
  nnh4: 'n_nh4',
  no3: 'n_no3',
  no3n: 'n_no3',
  nno3: 'n_no3',
  po4: 'p_po4',
  po4p: 'p_po4',
  ppo4: 'p_po4',
  coliform: 'coliform',
  laeq: 'laeq',
  leq: 'laeq',
};

/** Units that are taken, with their factor to the unit that the platform keeps. */
const unitFactors: Record<string, Record<string, number>> = {
  air: { 'ug/m3': 1, 'ug/nm3': 1, 'µg/m3': 1, 'μg/m3': 1, 'µg/nm3': 1, 'μg/nm3': 1, 'mg/m3': 1000, 'mg/nm3': 1000 },
  water: { 'mg/l': 1, 'ug/l': 0.001, 'µg/l': 0.001, 'μg/l': 0.001 },
  temperature: { c: 1, oc: 1, '°c': 1, celsius: 1 },
  humidity: { '%': 1 },
  flow: { 'm3/h': 1, 'm3/s': 3600, 'l/s': 3.6 },
  ph: { '-': 1, '': 1, ph: 1 },
  coliform: { 'mpn/100ml': 1, 'cfu/100ml': 1 },
  laeq: { dba: 1, 'db(a)': 1, db: 1 },
};
const kindOf: Record<string, string> = {
  pm25: 'air',
  pm10: 'air',
  so2: 'air',
  no2: 'air',
  co: 'air',
  o3: 'air',
  do: 'water',
  tss: 'water',
  cod: 'water',
  bod5: 'water',
  n_nh4: 'water',
  n_no3: 'water',
  p_po4: 'water',
};

const qualities: Record<string, 0 | 1 | 2> = { '00': 0, '0': 0, '01': 1, '1': 1, '02': 2, '2': 2 };

/**
 * Reads one file; lines that are wrong are told with their number and reason, the others are taken.
 * @throws Refusal where the name is not of the form or the bytes are not text
 */
export function parseStationFile(bytes: Uint8Array, name: string, now: Date): StationFile {
  const match = NAME.exec(name);
  if (!match) {
    throw refuse(422, 'station-file-name', {
      vi: `Tên tệp “${name}” không đúng dạng <tỉnh>_<cơ sở>_<trạm>_<yyyyMMddHHmmss>.txt.`,
      en: `The file name “${name}” is not <province>_<facility>_<station>_<yyyyMMddHHmmss>.txt.`,
    });
  }
  let text: string;
  try {
    // The decoder takes the BOM off by itself.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse(422, 'station-file-encoding', {
      vi: `Tệp “${name}” không phải văn bản UTF-8.`,
      en: `The file “${name}” is not UTF-8 text.`,
    });
  }
  if (text.includes('\0')) {
    throw refuse(422, 'station-file-binary', {
      vi: `Tệp “${name}” không phải văn bản.`,
      en: `The file “${name}” is not text.`,
    });
  }
  const good = new Map<string, StationReading>();
  const bad: StationFile['bad'] = [];
  const unfinished = text.length > 0 && !/[\r\n]$/.test(text);
  const lines = text.split(/\r\n|\n|\r/);
  lines.forEach((line, index) => {
    if (line.trim() === '') return;
    const at = index + 1;
    if (unfinished && index === lines.length - 1) {
      // A cut number is still a number: '12.5' of '12.57'. A line without its end is never trusted.
      bad.push({ at, reason: cut, text: line });
      return;
    }
    const reading = readLine(line, at, now);
    if ('reason' in reading) bad.push({ at, reason: reading.reason, text: line });
    // The last line for one parameter and instant counts.
    else good.set(`${reading.property} ${reading.at.getTime()}`, reading);
  });
  const [, province, facility, station] = match;
  return {
    station: `${province}_${facility}_${station}`,
    folder: station ?? '',
    good: [...good.values()],
    bad,
    unfinished,
  };
}

function readLine(line: string, at: number, now: Date): StationReading | { reason: Text } {
  const [name = '', value = '', unit = '', stamp = '', status = ''] = line.split('\t').map((part) => part.trim());
  if (line.split('\t').length < 5) return { reason: tooFewColumns };
  const property = parameterNames[name.toLowerCase().replace(/[\s._-]/g, '')];
  if (!property) return { reason: { vi: `không rõ thông số “${name}”`, en: `unknown parameter “${name}”` } };
  const factor = unitFactors[kindOf[property] ?? property]?.[unit.toLowerCase().replace(/\s/g, '')];
  if (factor === undefined) {
    return { reason: { vi: `đơn vị “${unit}” không dùng cho ${name}`, en: `unit “${unit}” is not one of ${name}` } };
  }
  const number = /^[-+]?\d+([.,]\d+)?$/.test(value) ? Number(value.replace(',', '.')) : Number.NaN;
  if (!Number.isFinite(number)) return { reason: { vi: `“${value}” không phải số`, en: `“${value}” is no number` } };
  const instant = instantOf(stamp);
  if (instant === null) return { reason: { vi: `thời gian “${stamp}” không đúng`, en: `wrong time “${stamp}”` } };
  if (instant > now.getTime() + FUTURE_MS) {
    return { reason: { vi: `thời gian “${stamp}” ở tương lai`, en: `time “${stamp}” is in the future` } };
  }
  const quality = qualities[status];
  if (quality === undefined)
    return { reason: { vi: `trạng thái “${status}” không rõ`, en: `unknown status “${status}”` } };
  return { property, at: new Date(instant), value: number * factor, quality, line: at };
}

/** `yyyyMMddHHmmss` in local time -> ms UTC; null where it is no time. */
function instantOf(stamp: string): number | null {
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(stamp);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const label = Date.UTC(year, month - 1, day, hour, minute, second);
  return new Date(label).toISOString().replace(/\D/g, '').slice(0, 14) === stamp ? label - LOCAL_MS : null;
}

const cut: Text = { vi: 'dòng cuối bị cắt (thiếu ký tự xuống dòng)', en: 'the last line is cut (no line end)' };
const tooFewColumns: Text = {
  vi: 'thiếu cột: cần thông số, giá trị, đơn vị, thời gian, trạng thái cách nhau bằng tab',
  en: 'columns missing: parameter, value, unit, time, status, separated by tabs',
};
