import { describe, expect, it } from 'vitest';
import { compile, type FormulaEnv, type FormulaValues } from './index.ts';

const env: FormulaEnv = {
  aqi: { type: 'number', unit: '', title: { vi: 'VN_AQI giờ', en: 'Hourly VN_AQI' } },
  pm25: { type: 'number', unit: 'µg/m³', title: { vi: 'Bụi PM2.5', en: 'PM2.5' } },
  temperature: { type: 'number', unit: '°C', title: { vi: 'Nhiệt độ', en: 'Temperature' } },
  'alerts.opened': { type: 'number', title: { vi: 'cảnh báo đã mở', en: 'alerts opened' } },
  'alerts.late': { type: 'number', title: { vi: 'cảnh báo trễ', en: 'late alerts' } },
  zone: { type: 'text', title: { vi: 'khu vực', en: 'zone' } },
  hours: { type: 'series', unit: 'µg/m³', title: { vi: 'các giờ', en: 'the hours' } },
};
const evaluate = (source: string, values: FormulaValues = {}) => {
  const compiled = compile(source, env);
  if (!compiled.ok) throw new Error(compiled.errors[0]?.message.en);
  return compiled.formula.evaluate(values);
};
const errorOf = (source: string) => {
  const compiled = compile(source, env);
  return compiled.ok ? null : compiled.errors[0];
};

describe('a formula', () => {
  it('follows the usual order of operations', () => {
    expect(evaluate('2 + 3 * 4 - 6 / 2')).toBe(11);
    expect(evaluate('(2 + 3) * -4')).toBe(-20);
    expect(evaluate('not (1 > 2) and 3 <= 3 or 1 = 2')).toBe(true);
    expect(evaluate('10 - 3 - 2')).toBe(5);
  });

  it('keeps the unknown unknown: null is not zero, and a rule fires on true only', () => {
    expect(evaluate('aqi + 1', { aqi: null })).toBeNull();
    expect(evaluate('aqi > 150')).toBeNull();
    expect(evaluate('aqi > 150 or pm25 > 10', { pm25: 20 })).toBe(true);
    expect(evaluate('aqi > 150 and pm25 > 10', { pm25: 20 })).toBeNull();
    expect(evaluate('aqi > 150 and pm25 > 10', { pm25: 5 })).toBe(false);
    expect(evaluate('1 / 0')).toBeNull();
    expect(evaluate('share(0, 0)')).toBeNull();
    expect(evaluate('aqi = 0', { aqi: 0 })).toBe(true);
  });

  it('converts units that fit and refuses those that do not', () => {
    expect(evaluate('pm25 > 0.15 [mg/m³]', { pm25: 151 })).toBe(true);
    expect(evaluate('pm25 > 0.15 [mg/m³]', { pm25: 149 })).toBe(false);
    expect(evaluate('pm25 + 1 [mg/m³]', { pm25: 5 })).toBe(1005);
    expect(errorOf('pm25 + temperature')?.message.vi).toContain('không cùng loại');
    expect(errorOf('pm25 > temperature')).not.toBeNull();
  });

  it('computes shares, sums and means', () => {
    expect(evaluate('share(alerts.late, alerts.opened)', { 'alerts.late': 3, 'alerts.opened': 12 })).toBe(25);
    expect(evaluate('mean(hours)', { hours: [10, null, 20] })).toBe(15);
    expect(evaluate('count(hours)', { hours: [] })).toBe(0);
    expect(evaluate('sum(hours)', { hours: [] })).toBeNull();
    expect(evaluate('if(aqi > 100, 1, 0)', { aqi: 120 })).toBe(1);
    expect(evaluate('between(aqi, 51, 100)', { aqi: 100 })).toBe(true);
    expect(evaluate('zone = "special"', { zone: 'ordinary' })).toBe(false);
  });

  it('says itself in Vietnamese and English, with values where it has them', () => {
    const compiled = compile('aqi > 150', env);
    if (!compiled.ok) throw new Error('no');
    expect(compiled.formula.explain('vi')).toBe('VN_AQI giờ lớn hơn 150');
    expect(compiled.formula.explain('vi', { aqi: 1163.5 })).toBe('VN_AQI giờ (1.163,5) lớn hơn 150');
    expect(compiled.formula.explain('en', { aqi: 163 })).toBe('Hourly VN_AQI (163) is greater than 150');
    expect(compiled.formula.names).toEqual(['aqi']);
  });

  it('says where the error is', () => {
    expect(errorOf('aqi > nothing')).toMatchObject({ at: 6, length: 7 });
    expect(errorOf('aqi >')).toMatchObject({ at: 5 });
    expect(errorOf('aqi ; 3')).toMatchObject({ at: 4 });
    expect(errorOf('(1 + 2')).not.toBeNull();
    expect(errorOf('constructor')).not.toBeNull();
    expect(errorOf('toString(1)')).not.toBeNull();
    expect(errorOf('hours')).not.toBeNull();
    expect(errorOf('min()')).not.toBeNull();
  });

  it('never throws and always ends, whatever it is given', () => {
    const parts = [
      '1',
      'aqi',
      '(',
      ')',
      '+',
      '-',
      '*',
      '<',
      'and',
      'not',
      ',',
      'min',
      '"x"',
      '[',
      '150',
      'if',
      '.',
      '\u0000',
      'ế',
    ];
    let random = 7;
    for (let round = 0; round < 3000; round++) {
      let source = '';
      for (let length = 0; length < 12; length++) {
        random = (random * 1103515245 + 12345) % 2147483648;
        source += ` ${parts[random % parts.length]}`;
      }
      expect(() => compile(source, env)).not.toThrow();
    }
    expect(compile('('.repeat(1900), env).ok).toBe(false);
    expect(compile(`1${' + 1'.repeat(400)}`, env).ok).toBe(true);
    expect(compile('-'.repeat(1999), env).ok).toBe(false);
    expect(compile('x'.repeat(5000), env).ok).toBe(false);
  });
});
