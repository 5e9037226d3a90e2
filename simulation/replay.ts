/**
 * A real hourly file (columns year, month, day, hour, PM2.5 ...) replayed as a station: its hours are moved by whole
 * days so that they end in the present, and are marked as replayed wherever they are shown.
 */
import { readFileSync } from 'node:fs';
import { readStationCsv } from '../systems/environment/station-csv.ts';
import type { Sample } from './doors.ts';
import type { StationPlan } from './stations.ts';

export type Replay = { file: string; station: string; days: number };

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LOCAL = 7 * HOUR;

type Hour = { at: number; values: Record<string, number> };

const loaded = new Map<string, Hour[]>();

/** The file's hours as instants of its own time (the file's local time is taken for ours). */
function hoursOf(file: string): Hour[] {
  const known = loaded.get(file);
  if (known) return known;
  const hours = readStationCsv(readFileSync(file)).hours.map((hour) => ({ at: hour.at, values: hour.values }));
  loaded.set(file, hours);
  return hours;
}

/** Samples of the replayed station between two instants of the present, at most `days` back from `to`. */
export function replaySamples(replay: Replay, from: number, to: number): Sample[] {
  const hours = hoursOf(replay.file);
  const last = hours.at(-1);
  if (!last) return [];
  // Move by whole days, to the same day of the year in the file's last full year.
  const today = new Date(to + LOCAL);
  const end = new Date(last.at + LOCAL);
  let year = end.getUTCFullYear();
  if (Date.UTC(year, today.getUTCMonth(), today.getUTCDate()) > Date.UTC(year, end.getUTCMonth(), end.getUTCDate() - 2))
    year -= 1;
  const shift =
    Math.round(
      (Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()) -
        Date.UTC(year, today.getUTCMonth(), today.getUTCDate())) /
        DAY,
    ) * DAY;
  const station: StationPlan = {
    id: replay.station,
    kind: 'AirQualityStation',
    name: '',
    lon: 0,
    lat: 0,
    door: 'http',
    everySeconds: 3600,
    traffic: 0,
    industry: 0,
    rural: 0,
  };
  const earliest = Math.max(from, to - replay.days * DAY);
  return (
    hours
      .map((hour) => ({ station, at: hour.at + shift, reading: { values: hour.values, quality: 0 as const } }))
      // An hour's mean is known when the hour is over.
      .filter(
        (sample) =>
          sample.at + HOUR > earliest && sample.at + HOUR <= to && Object.keys(sample.reading.values).length > 0,
      )
  );
}
