import { describe, expect, it } from 'vitest';
import { oxygenAtSaturation, type WaterSample, waterQualityIndex, wqiLevel } from './water-quality.ts';

const worked: WaterSample = {
  pH: 8.88,
  Aldrin: 0.021,
  BHC: 0.048,
  Dieldrin: 0.047,
  DDTs: 0.052,
  As: 0.021,
  Cd: 0.004,
  Pb: 0.009,
  Cr6: 0.007,
  Cu: 0.001,
  Zn: 0.074,
  Hg: 0.002,
  DO: 7.095,
  T: 25,
  BOD5: 8.28,
  COD: 23.253,
  TOC: 17.855,
  N_NH4: 0.163,
  N_NO3: 0.93,
  N_NO2: 0.18,
  P_PO4: 0,
  Coliform: 1300,
  Ecoli: 92,
};

describe('VN_WQI', () => {
  it('gives 20 for the worked case', () => {
    // I: pH 8.88, 100 - 50 * 0.38 / 0.5 = 62. II: 100, 10, 100, 100 -> 10^(7/4) = 56.23.
    expect(waterQualityIndex(worked)).toMatchObject({ value: 20 });
    expect(waterQualityIndex(worked).groups.I).toBeCloseTo(62, 10);
    expect(waterQualityIndex(worked).groups.II).toBeCloseTo(56.234, 3);
  });

  const clean: WaterSample = { pH: 7, BOD5: 4, COD: 10, N_NO3: 2, Coliform: 2500 };

  it('is 100 at the best break points', () => {
    expect(waterQualityIndex(clean).value).toBe(100);
  });

  it('needs three groups, and group IV with three parameters', () => {
    expect(waterQualityIndex({ ...clean, Coliform: null }).value).toBeNull();
    expect(waterQualityIndex({ ...clean, N_NO3: null }).value).toBeNull();
    expect(waterQualityIndex({ ...clean, Coliform: null, As: 0.01 }).value).toBe(100);
    expect(waterQualityIndex({}).value).toBeNull();
  });

  it('has its steps: below the first point of cadmium 100, at it 75', () => {
    const q = (sample: WaterSample, parameter: string) =>
      waterQualityIndex(sample).parts.find((part) => part.parameter === parameter)?.q;
    expect(q({ Cd: 0.0049 }, 'Cd')).toBe(100);
    expect(q({ Cd: 0.005 }, 'Cd')).toBe(75);
    // Half way between 0.005 (75) and 0.008 (50).
    expect(q({ Cd: 0.0065 }, 'Cd')).toBeCloseTo(62.5, 10);
    expect(q({ Cd: 0.2 }, 'Cd')).toBe(10);
    expect(q({ N_NO2: 0.05 }, 'N_NO2')).toBe(100);
    expect(q({ N_NO2: 0.051 }, 'N_NO2')).toBe(10);
    expect(q({ pH: 5.4 }, 'pH')).toBe(10);
    expect(q({ pH: 5.5 }, 'pH')).toBe(50);
    expect(q({ pH: 9.1 }, 'pH')).toBe(10);
    // The two heptachlors count as their sum.
    expect(q({ Heptachlor: 0.15, Heptachlorepoxide: 0.1 }, 'Heptachlors')).toBe(10);
  });

  it('judges oxygen by its share of saturation', () => {
    // 14.652 - 0.41022 * 25 + 0.0079910 * 625 - 0.000077774 * 15625 = 14.652 - 10.2555 + 4.994375 - 1.21521875
    expect(oxygenAtSaturation(25)).toBeCloseTo(8.17565625, 8);
    const share = (percent: number) =>
      waterQualityIndex({ DO: (percent / 100) * oxygenAtSaturation(20), T: 20 }).parts[0]?.q;
    expect(share(100)).toBeCloseTo(100, 6);
    expect(share(19)).toBe(10);
    expect(share(35)).toBeCloseTo(37.5, 6);
    expect(share(137.5)).toBeCloseTo(62.5, 6);
    expect(share(201)).toBe(10);
    // Without a temperature oxygen says nothing.
    expect(waterQualityIndex({ DO: 8 }).parts).toEqual([]);
  });

  it('has the weighted form for waters that take waste', () => {
    // IV = 50 (three parameters at q 50), V = 100: plain sqrt(5000) = 70.7 -> 71; weighted cbrt(250000) = 62.996 -> 63.
    const sample: WaterSample = { pH: 7, BOD5: 15, COD: 30, N_NO3: 10, Coliform: 100 };
    expect(waterQualityIndex(sample).value).toBe(71);
    expect(waterQualityIndex(sample, { weighted: true }).value).toBe(63);
  });

  it('names its levels', () => {
    expect([9, 10, 25, 26, 50, 51, 75, 76, 90, 91].map((value) => wqiLevel(value).vi)).toEqual([
      'Ô nhiễm rất nặng',
      'Kém',
      'Kém',
      'Xấu',
      'Xấu',
      'Trung bình',
      'Trung bình',
      'Tốt',
      'Tốt',
      'Rất tốt',
    ]);
  });
});
