/**
 * A province that produces plausible, correlated data: one weather for all stations, traffic by the hour, industry by
 * the working day, burning of rice straw after the harvests. A pure function of seed, station and time.
 */
import { hashed, smooth } from './noise.ts';
import type { StationPlan } from './stations.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LOCAL = 7 * HOUR;

/** Smoke or a spill at one station for some hours: `strength` is the peak in µg/m³ of PM2.5, or a factor for water. */
export type Episode = { station: string; from: number; to: number; strength: number };

export type Reading = { values: Record<string, number>; quality: 0 | 1 | 2 };

export type Province = { read(station: StationPlan, at: number): Reading | null };

export function createProvince(seed: number, episodes: readonly Episode[] = []): Province {
  const weather = (at: number) => {
    const local = at + LOCAL;
    const hour = (local % DAY) / HOUR;
    const year = ((local / DAY) % 365.25) / 365.25;
    const season = -Math.cos(2 * Math.PI * (year - 0.03));
    const sun = Math.max(0, Math.sin((Math.PI * (hour - 6)) / 12));
    const front = smooth(seed, 'front', at, 3.2 * DAY);
    const wind = 0.6 + 4.5 * smooth(seed, 'wind', at, 9 * HOUR) * (0.5 + front);
    const rain = Math.max(0, smooth(seed, 'rain', at, 14 * HOUR) - 0.72) * 3;
    // Still air holds what is emitted: little wind, no rain, nights more than days.
    const stagnation = Math.max(0, 1 - wind / 5) * (1 - Math.min(1, rain)) * (sun > 0.3 ? 0.75 : 1);
    const temperature =
      23.5 + 6.5 * season + 3.2 * Math.sin((Math.PI * (hour - 9)) / 12) + 4 * (front - 0.5) - 2 * rain;
    return { hour, sun, wind, rain, stagnation, temperature, season };
  };

  const rush = (hour: number): number =>
    0.25 + 0.75 * Math.exp(-((hour - 7.3) ** 2) / 2.2) + 0.85 * Math.exp(-((hour - 17.6) ** 2) / 3.4);
  const working = (hour: number, at: number): number => {
    const weekday = Math.floor((at + LOCAL) / DAY + 4) % 7;
    const open = hour > 6.5 && hour < 18.5 ? 1 : 0.35;
    return weekday === 0 ? 0.3 : open;
  };
  const episodeAt = (station: StationPlan, at: number): number =>
    episodes
      .filter((one) => one.station === station.id && at >= one.from && at < one.to)
      .reduce((sum, one) => {
        const rise = Math.min(1, (at - one.from) / (0.75 * HOUR));
        const fall = Math.min(1, (one.to - at) / (1.5 * HOUR));
        return sum + one.strength * Math.min(rise, fall);
      }, 0);

  /** Evenings after the harvests of June and October to November, on some days, where there are fields. */
  const strawSmoke = (station: StationPlan, at: number, hour: number): number => {
    const day = Math.floor((at + LOCAL) / DAY);
    const month = new Date(at + LOCAL).getUTCMonth() + 1;
    const season = month === 6 || month === 10 || month === 11;
    if (!season || hashed(seed, `straw:${station.id}`, day) > 0.18) return 0;
    return 90 * station.rural * Math.exp(-((hour - 19) ** 2) / 3);
  };

  const jitter = (station: StationPlan, name: string, at: number, share: number): number =>
    1 + share * (2 * hashed(seed, `${station.id}:${name}`, Math.floor(at / (station.everySeconds * 1000))) - 1);

  const qualityAt = (station: StationPlan, at: number): 0 | 1 | 2 => {
    const week = Math.floor(at / (7 * DAY));
    const start = week * 7 * DAY + Math.floor(hashed(seed, `calibration:${station.id}`, week) * 6.9 * DAY);
    if (at >= start && at < start + 0.6 * HOUR) return 1;
    return hashed(seed, `fault:${station.id}`, Math.floor(at / (0.5 * HOUR))) < 0.0015 ? 2 : 0;
  };

  const air = (station: StationPlan, at: number): Record<string, number> => {
    const { hour, sun, wind, rain, stagnation, temperature, season } = weather(at);
    const traffic = station.traffic * rush(hour);
    const industry = station.industry * working(hour, at);
    const smoke = episodeAt(station, at) + strawSmoke(station, at, hour);
    const haze = 14 + 46 * stagnation * (1 - 0.35 * season);
    const pm25 = (haze * (1 - 0.5 * rain) + 9 * traffic + 7 * industry + smoke) * jitter(station, 'pm25', at, 0.06);
    const no2 = (9 + 34 * traffic * (0.5 + stagnation) + 8 * industry) * jitter(station, 'no2', at, 0.07);
    return {
      pm25: round(pm25, 1),
      pm10: round((pm25 * 1.42 + 12 * traffic + 6 * wind * (1 - rain)) * jitter(station, 'pm10', at, 0.06), 1),
      so2: round((7 + 21 * industry * (0.4 + stagnation)) * jitter(station, 'so2', at, 0.08), 1),
      no2: round(no2, 1),
      co: round((320 + 9 * pm25 + 260 * traffic) * jitter(station, 'co', at, 0.05), 0),
      o3: round(Math.max(4, 34 + 88 * sun * (1 - 0.4 * rain) - 0.35 * no2) * jitter(station, 'o3', at, 0.05), 1),
      temperature: round(temperature + 0.6 * station.traffic, 1),
      humidity: round(Math.min(99, Math.max(38, 78 + 14 * rain - 16 * sun + 6 * (1 - season))), 0),
    };
  };

  const water = (station: StationPlan, at: number): Record<string, number> => {
    const { sun, rain, temperature } = weather(at);
    const load = 0.5 + station.industry * 0.5 + rain * 0.5 + episodeAt(station, at);
    const warm = temperature - 1.5;
    const values: Record<string, number> = {
      temperature: round(warm, 1),
      ph: round(7.15 + 0.25 * sun - 0.2 * rain + 0.1 * (jitter(station, 'ph', at, 1) - 1), 2),
      do: round(Math.max(1.2, 8.6 - 0.09 * warm - 2 * load + 1.1 * sun) * jitter(station, 'do', at, 0.03), 2),
      tss: round((22 + 60 * rain + 12 * load) * jitter(station, 'tss', at, 0.1), 1),
      cod: round((6.5 + 9 * load) * jitter(station, 'cod', at, 0.06), 1),
      bod5: round((2.2 + 4 * load) * jitter(station, 'bod5', at, 0.06), 1),
      n_nh4: round((0.06 + 0.35 * load ** 2) * jitter(station, 'n_nh4', at, 0.1), 3),
      n_no3: round((0.6 + 0.9 * load) * jitter(station, 'n_no3', at, 0.08), 2),
      p_po4: round((0.04 + 0.09 * load) * jitter(station, 'p_po4', at, 0.1), 3),
    };
    // Coliform is a laboratory's count: one value a day, at 8 o'clock.
    const local = at + LOCAL;
    if (local % DAY === 8 * HOUR) values.coliform = round(900 + 3800 * load * jitter(station, 'coliform', at, 0.3), 0);
    return values;
  };

  const wastewater = (station: StationPlan, at: number): Record<string, number> => {
    const { hour, temperature } = weather(at);
    const busy = station.industry * working(hour, at);
    const spill = episodeAt(station, at);
    return {
      flow: round((18 + 95 * busy) * jitter(station, 'flow', at, 0.08), 1),
      ph: round(7.2 + 0.4 * (smooth(seed, `${station.id}:ph`, at, 6 * HOUR) - 0.5), 2),
      cod: round(
        (30 + 26 * busy + 12 * smooth(seed, `${station.id}:cod`, at, 5 * HOUR) + 60 * spill) *
          jitter(station, 'cod', at, 0.05),
        1,
      ),
      tss: round((18 + 16 * busy + 20 * spill) * jitter(station, 'tss', at, 0.08), 1),
      n_nh4: round((1.6 + 2 * busy + 4 * spill) * jitter(station, 'n_nh4', at, 0.08), 2),
      temperature: round(temperature + 4, 1),
    };
  };

  const noise = (station: StationPlan, at: number): Record<string, number> => {
    const { hour } = weather(at);
    const level = 44 + 19 * station.traffic * Math.min(1, rush(hour)) + 5 * station.industry * working(hour, at);
    return { laeq: round(level + 3 * (jitter(station, 'laeq', at, 1) - 1), 1) };
  };

  /** Lit from 18:00 to 5:30, half the power after 23:00; a lamp in twenty stays dark for a night. */
  const streetlight = (station: StationPlan, at: number): Record<string, number> => {
    const { hour } = weather(at);
    const on = hour >= 18 || hour < 5.5;
    const night = Math.floor((at + LOCAL - 12 * HOUR) / DAY);
    const out = hashed(seed, `out:${station.id}`, night) < 0.05;
    const dimmed = hour >= 23 || hour < 5.5 ? 0.5 : 1;
    const power = on && !out ? round(100 * dimmed * jitter(station, 'power', at, 0.03), 1) : 0;
    return { switched_on: on ? 1 : 0, power, energy: round((power * station.everySeconds) / 3.6e6, 4) };
  };

  const models = {
    AirQualityStation: air,
    SurfaceWaterStation: water,
    WastewaterStation: wastewater,
    NoiseStation: noise,
    Streetlight: streetlight,
  };

  return {
    read(station, at) {
      // Real networks lose a record now and then, and a link goes down for an hour on some days.
      const index = Math.floor(at / (station.everySeconds * 1000));
      if (hashed(seed, `lost:${station.id}`, index) < 0.004) return null;
      if (hashed(seed, `down:${station.id}`, Math.floor(at / HOUR)) < 0.003) return null;
      return { values: models[station.kind](station, at), quality: qualityAt(station, at) };
    },
  };
}

function round(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
