import { readFile } from 'node:fs/promises';
import { Refusal } from '../../platform/words/index.ts';
import {
  dailyAqi,
  type HoursByPollutant,
  hourlyAqi,
  type Pollutant,
  pollutantNames,
  pollutants,
} from '../../systems/environment/air-quality.ts';
import { readStationCsv, type StationHour } from '../../systems/environment/station-csv.ts';
import { type Command, wrongCall } from './command.ts';

const HOUR = 3_600_000;

export const aqi: Command = {
  name: 'aqi',
  usage: 'aqi FILE.csv',
  summary: {
    vi: 'VN_AQI theo giờ và ngày từ tệp nồng độ giờ',
    en: 'Hourly and daily VN_AQI of a file of hourly concentrations',
  },
  async run(args, io) {
    const [file, ...rest] = args;
    if (!file || rest.length > 0) return wrongCall(aqi, io);
    let read: ReturnType<typeof readStationCsv>;
    try {
      read = readStationCsv(await readFile(file));
    } catch (error) {
      const reason = error instanceof Refusal ? `${error.text.vi} / ${error.text.en}` : (error as Error).message;
      io.err(`${file}: ${reason}`);
      return 2;
    }
    for (const { line, reason } of read.bad) io.err(`${file}:${line}: ${reason.vi} / ${reason.en}`);
    for (const line of aqiLines(read.hours)) io.out(line);
    return 0;
  },
};

/** One line for each hour from the first to the last of the file; hours absent from it count as missing. */
export function* aqiLines(hours: readonly StationHour[]): Generator<string> {
  yield 'time,hourly_aqi,hourly_pollutant,daily_aqi,daily_pollutant';
  const first = hours[0]?.label;
  const last = hours.at(-1)?.label;
  if (first === undefined || last === undefined) return;
  const length = (last - first) / HOUR + 1;
  const series = Object.fromEntries(
    pollutants.map((pollutant) => [pollutant, Array<number | null>(length).fill(null)]),
  ) as Record<Pollutant, (number | null)[]>;
  for (const hour of hours) {
    for (const pollutant of pollutants) {
      series[pollutant][(hour.label - first) / HOUR] = hour.values[pollutant] ?? null;
    }
  }
  const before = (end: number, count: number): HoursByPollutant =>
    Object.fromEntries(pollutants.map((one) => [one, series[one].slice(Math.max(0, end - count), end)]));
  for (let index = 0; index < length; index++) {
    const label = new Date(first + index * HOUR);
    const hourly = hourlyAqi(before(index + 1, 12));
    const isLast = label.getUTCHours() === 23;
    const daily = isLast ? dailyAqi(whole(before(index + 1, 31))) : null;
    yield [
      label.toISOString().slice(0, 16).replace('T', ' '),
      hourly.value ?? '',
      hourly.pollutant ? pollutantNames[hourly.pollutant] : '',
      daily?.value ?? '',
      daily?.pollutant ? pollutantNames[daily.pollutant] : '',
    ].join(',');
  }
}

/** A first day that begins in the middle is filled up with missing hours, so that 24 and 8 stay 24 and 8. */
function whole(hours: HoursByPollutant): HoursByPollutant {
  return Object.fromEntries(
    Object.entries(hours).map(([name, values]) => [
      name,
      [...Array<null>(Math.max(0, 31 - values.length)).fill(null), ...values],
    ]),
  );
}
