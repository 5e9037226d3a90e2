import { describe, expect, it } from 'vitest';
import {
  type AnswerType,
  type CompiledFormula,
  compile,
  convert,
  type Expectation,
  type FormulaEnv,
  type FormulaValues,
  functions,
  limits,
} from './index.ts';

const env: FormulaEnv = {
  vn_aqi_hourly: { type: 'number', unit: '', title: { vi: 'VN_AQI giờ', en: 'Hourly VN_AQI' }, decimals: 0 },
  pm25: { type: 'number', unit: 'µg/m³', title: { vi: 'Bụi PM2.5', en: 'PM2.5' } },
  co: { type: 'number', unit: 'mg/m³', title: { vi: 'CO', en: 'CO' } },
  temperature: { type: 'number', unit: '°C', title: { vi: 'Nhiệt độ', en: 'Temperature' } },
  humidity: { type: 'number', unit: '%', title: { vi: 'Độ ẩm', en: 'Humidity' } },
  flow: { type: 'number', unit: 'm³/h', title: { vi: 'Lưu lượng', en: 'Flow' } },
  distance: { type: 'number', unit: 'km', title: { vi: 'Khoảng cách', en: 'Distance' } },
  duration: { type: 'number', unit: 'min', title: { vi: 'Thời gian', en: 'Duration' } },
  laeq: { type: 'number', unit: 'dBA', title: { vi: 'Mức ồn', en: 'Noise level' } },
  night: { type: 'number', unit: 'dBA', title: { vi: 'Mức ồn đêm', en: 'Night level' } },
  catch: { type: 'number', unit: 'con', title: { vi: 'Số con', en: 'Heads' } },
  'alerts.opened': { type: 'number', title: { vi: 'Cảnh báo đã mở', en: 'Alerts opened' } },
  'alerts.late': { type: 'number', title: { vi: 'Cảnh báo trễ', en: 'Late alerts' } },
  open: { type: 'boolean', title: { vi: 'Cống mở', en: 'Gate open' } },
  zone: { type: 'text', title: { vi: 'Khu vực', en: 'Zone' } },
  hours: { type: 'series', unit: 'µg/m³', title: { vi: 'PM2.5 từng giờ', en: 'Hourly PM2.5' } },
  levels: { type: 'series', unit: 'dBA', title: { vi: 'Mức ồn từng phút', en: 'Levels by minute' } },
};

function ready<T extends AnswerType = AnswerType>(source: string, expectation?: Expectation<T>): CompiledFormula<T> {
  const compiled = compile(source, env, expectation);
  if (!compiled.ok) throw new Error(`${source}: ${compiled.errors.map((error) => error.message.en).join(' ')}`);
  return compiled.formula;
}
const answer = (source: string, values: FormulaValues = {}) => ready(source).evaluate(values);
const errors = (source: string, expectation?: Expectation) => {
  const compiled = compile(source, env, expectation);
  return compiled.ok ? [] : compiled.errors;
};

describe('the unknown', () => {
  it('stays unknown through arithmetic, comparison and choice', () => {
    for (const source of ['pm25 + 1', '-pm25', 'pm25 * 0', 'abs(pm25)', 'round(pm25)', 'min(pm25, 1)', 'pm25 != 0']) {
      expect(answer(source, { pm25: null }), source).toBeNull();
    }
    expect(answer('if(pm25 > 5, 1, 0)', {})).toBeNull();
    expect(answer('not open', {})).toBeNull();
    expect(answer('between(pm25, 1, 5)', {})).toBeNull();
    expect(answer('zone = "A"', {})).toBeNull();
  });

  it('is decided by the other side of and, or where that side alone decides', () => {
    expect(answer('open and false')).toBe(false);
    expect(answer('false and open')).toBe(false);
    expect(answer('open or true')).toBe(true);
    expect(answer('open or false')).toBeNull();
    expect(answer('open and true')).toBeNull();
  });

  it('can be asked for and replaced, and a value can be withheld', () => {
    expect(answer('known(pm25)', {})).toBe(false);
    expect(answer('known(pm25)', { pm25: 0 })).toBe(true);
    expect(answer('coalesce(pm25, co, 7)', { co: 0.002 })).toBe(2);
    expect(answer('coalesce(pm25, 7)', {})).toBe(7);
    expect(answer('coalesce(pm25, 7)', { pm25: 0 })).toBe(0);
    expect(answer('if(completeness(hours) >= 75, mean(hours), null)', { hours: [1, null, null, 3] })).toBeNull();
    expect(answer('if(completeness(hours) >= 75, mean(hours), null)', { hours: [1, 2, null, 3] })).toBe(2);
  });

  it('is what no finite number comes out of', () => {
    expect(answer('1 / 0')).toBeNull();
    expect(answer('share(0, 0)')).toBeNull();
    expect(answer('share(3, 0)')).toBeNull();
    expect(answer('pm25 * 1e300', { pm25: 1e300 })).toBeNull();
    expect(answer('pm25 + 1', { pm25: Number.NaN })).toBeNull();
    expect(answer('pm25 > 1', { pm25: Number.POSITIVE_INFINITY })).toBeNull();
  });

  it('is left out of a series, whose empty sum is not zero', () => {
    const some = { hours: [4, null, 10] };
    expect(answer('sum(hours)', some)).toBe(14);
    expect(answer('mean(hours)', some)).toBe(7);
    expect(answer('count(hours)', some)).toBe(2);
    expect(answer('min(hours)', some)).toBe(4);
    expect(answer('max(hours)', some)).toBe(10);
    // 2 of 3: 66.66 %
    expect(answer('round(completeness(hours), 2)', some)).toBe(66.67);
    for (const hours of [[], [null, null]]) {
      for (const fold of ['sum', 'mean', 'min', 'max']) expect(answer(`${fold}(hours)`, { hours })).toBeNull();
      expect(answer('count(hours)', { hours })).toBe(0);
    }
    expect(answer('completeness(hours)', { hours: [] })).toBeNull();
    expect(answer('count(hours)', {})).toBeNull();
  });
});

describe('units', () => {
  it('are converted where they measure the same, to the unit of the first side', () => {
    expect(answer('co > pm25', { co: 0.2, pm25: 199 })).toBe(true);
    expect(answer('co > pm25', { co: 0.2, pm25: 201 })).toBe(false);
    expect(ready('co + pm25').unit).toBe('mg/m³');
    expect(answer('co + pm25', { co: 1, pm25: 500 })).toBe(1.5);
    expect(answer('distance > 1500 [m]', { distance: 1.6 })).toBe(true);
    expect(answer('duration >= 2 [h]', { duration: 119 })).toBe(false);
    expect(answer('duration >= 2 [h]', { duration: 120 })).toBe(true);
    expect(answer('duration < 1 [day]', { duration: 1439 })).toBe(true);
    expect(answer('pm25 = 150 [ug/m3]', { pm25: 150 })).toBe(true);
  });

  it('are converted on the decimal number, so that a limit that is met is not exceeded', () => {
    // 0.28 * 1000 is 280.00000000000006 in binary floating point.
    expect(answer('pm25 >= 0.28 [mg/m³]', { pm25: 280 })).toBe(true);
    expect(answer('280 [µg/m³] < co', { co: 0.28 })).toBe(false);
  });

  it('are refused where they measure different things', () => {
    for (const source of [
      'pm25 + temperature',
      'pm25 > temperature',
      'min(pm25, flow)',
      'share(pm25, flow)',
      'laeq > 3 [dB]',
    ]) {
      expect(errors(source), source).toHaveLength(1);
    }
    expect(errors('if(open, pm25, flow)')).toHaveLength(1);
    expect(errors('between(pm25, 1, 2 [km])')).toMatchObject([{ at: 17, length: 6 }]);
    expect(errors('pm25 + vn_aqi_hourly')[0]?.message.vi).toContain('số không có đơn vị');
    expect(errors('pm25 > 1 [kittens]')).toMatchObject([{ at: 9, length: 9 }]);
  });

  it('are taken on by a number without one, also after some arithmetic', () => {
    expect(ready('pm25 + 10 * 2').explain('vi')).toBe('Bụi PM2.5 cộng 20');
    expect(ready('50 < pm25').explain('en')).toBe('50 is less than PM2.5');
    expect(answer('pm25 > if(open, 10, 20)', { pm25: 15, open: true })).toBe(true);
    expect(answer('pm25 > if(open, 10, 20)', { pm25: 15, open: false })).toBe(false);
    expect(answer('pm25 > if(known(zone), 10, 20)', { pm25: 15, zone: 'A' })).toBe(true);
  });

  it('are multiplied and divided', () => {
    expect(ready('flow * duration').unit).toBe('m³');
    // 60 m³/h for 30 min
    expect(answer('flow * duration', { flow: 60, duration: 30 })).toBe(30);
    expect(ready('distance / duration').unit).toBe('km/phút');
    expect(answer('distance / duration > 50 [km/h]', { distance: 1, duration: 1 })).toBe(true);
    expect(answer('distance / duration > 61 [km/h]', { distance: 1, duration: 1 })).toBe(false);
    expect(ready('pm25 / co').unit).toBe('');
    expect(answer('pm25 / co', { pm25: 500, co: 1 })).toBe(0.5);
    expect(ready('pm25 * flow', { type: 'number', unit: 'kg/day' }).evaluate({ pm25: 1e6, flow: 100 })).toBe(2.4);
  });

  it('take a percentage for what it is, and never mix it up with a plain quantity', () => {
    expect(answer('humidity > 80', { humidity: 81 })).toBe(true);
    expect(answer('humidity > 80%', { humidity: 80 })).toBe(false);
    expect(ready('share(alerts.late, alerts.opened)').unit).toBe('%');
    expect(answer('share(alerts.late, alerts.opened) > 20%', { 'alerts.late': 3, 'alerts.opened': 12 })).toBe(true);
    expect(answer('share(co, pm25)', { co: 0.1, pm25: 400 })).toBe(25);
    // 80 % of 10 m³/h; half of 80 %; 50 % of 50 %
    expect(ready('flow * 80%').unit).toBe('m³/h');
    expect(answer('flow * 80%', { flow: 10 })).toBe(8);
    expect(answer('humidity / 2', { humidity: 80 })).toBe(40);
    expect(answer('50% * 50%')).toBe(25);
    expect(answer('flow / 50%', { flow: 10 })).toBe(20);
    expect(errors('humidity > vn_aqi_hourly')[0]?.message.vi).toContain('share(phần, tổng)');
  });

  it('of a logarithmic level are compared and subtracted, never summed or averaged', () => {
    expect(answer('laeq - night > 10', { laeq: 65, night: 50 })).toBe(true);
    expect(answer('max(levels)', { levels: [50, 61] })).toBe(61);
    expect(answer('laeq > night + 5', { laeq: 56, night: 50 })).toBe(true);
    for (const source of ['laeq + night', 'laeq * 2', 'mean(levels)', 'sum(levels)']) {
      expect(errors(source)[0]?.message.en, source).toContain('logarithmic');
    }
  });

  it('that the table lacks equal only themselves', () => {
    expect(answer('catch > 5 [con]', { catch: 6 })).toBe(true);
    expect(answer('catch > 5', { catch: 6 })).toBe(true);
    expect(errors('catch > pm25')).toHaveLength(1);
  });

  it('are converted for whoever needs it', () => {
    expect(convert(1.2, 'mg/m³', 'µg/m³')).toBe(1200);
    expect(convert(1, 'mg/l', 'g/m3')).toBe(1);
    expect(convert(36, 'km/h', 'm/s')).toBe(10);
    expect(convert(1, 'µg/m³', '°C')).toBeNull();
    expect(convert(1, 'con', 'm')).toBeNull();
  });
});

describe('the answer', () => {
  it('is what was asked for, in the unit that was asked for', () => {
    const hours = ready('duration * 3', { type: 'number', unit: 'h' });
    expect(hours.unit).toBe('giờ');
    expect(hours.evaluate({ duration: 40 })).toBe(2);
    const fires: boolean | null = ready('pm25 > 50', { type: 'boolean' }).evaluate({ pm25: 51 });
    expect(fires).toBe(true);
    expect(errors('pm25', { type: 'boolean' })).toMatchObject([{ at: 0, length: 4 }]);
    expect(errors('pm25', { type: 'number', unit: 'h' })).toHaveLength(1);
    expect(errors('hours')).toHaveLength(1);
    expect(errors('null')).toHaveLength(1);
  });

  it('tells the names it needs and the limits it compares them with, in their own units', () => {
    const formula = ready(
      'pm25 > 0.15 [mg/m³] and 6 <= temperature or not (humidity > 90) or between(flow, 1, 5) or pm25 < co',
    );
    expect(formula.names).toEqual(['pm25', 'temperature', 'humidity', 'flow', 'co']);
    expect(formula.thresholds).toEqual([
      { name: 'pm25', operator: '>', value: 150 },
      { name: 'temperature', operator: '>=', value: 6 },
      { name: 'flow', operator: '>=', value: 1 },
      { name: 'flow', operator: '<=', value: 5 },
    ]);
  });

  it('rounds halves away from zero, on the decimal number', () => {
    expect(answer('round(2.5)')).toBe(3);
    expect(answer('round(-2.5)')).toBe(-3);
    expect(answer('round(1.005, 2)')).toBe(1.01);
    expect(answer('round(0.4)')).toBe(0);
    expect(Object.is(answer('round(-0.4)'), -0)).toBe(false);
    expect(errors('round(pm25, 11)')).toHaveLength(1);
    expect(errors('round(pm25, 1.5)')).toHaveLength(1);
  });

  it('refuses a value of another type, and finds no value in what every object inherits', () => {
    expect(() => answer('pm25 > 1', { pm25: '20' })).toThrow('formula-value-type');
    const odd: FormulaEnv = Object.fromEntries([['constructor', { type: 'number', title: { vi: 'x', en: 'x' } }]]);
    const compiled = compile('constructor + 1', odd);
    expect(compiled.ok && compiled.formula.evaluate({})).toBeNull();
    expect(compile('constructor', {}).ok).toBe(false);
  });

  it('compares texts letter by letter, however the diacritics are put together', () => {
    expect(answer('zone = "Vũ Thư"', { zone: 'Vũ Thư'.normalize('NFD') })).toBe(true);
    expect(answer("zone != 'A'", { zone: 'A' })).toBe(false);
  });
});

describe('the words', () => {
  const says = (source: string, vi: string, en: string, values?: FormulaValues) => {
    expect(ready(source).explain('vi', values)).toBe(vi);
    expect(ready(source).explain('en', values)).toBe(en);
  };

  it('name what is compared, with its value where there is one', () => {
    says('vn_aqi_hourly > 150', 'VN_AQI giờ lớn hơn 150', 'Hourly VN_AQI is greater than 150');
    says('vn_aqi_hourly > 150', 'VN_AQI giờ (163) lớn hơn 150', 'Hourly VN_AQI (163) is greater than 150', {
      vn_aqi_hourly: 163.2,
    });
    says(
      'vn_aqi_hourly > 150',
      'VN_AQI giờ (chưa có số liệu) lớn hơn 150',
      'Hourly VN_AQI (no data) is greater than 150',
      {},
    );
  });

  it('write numbers the Vietnamese way, with their units', () => {
    says(
      'flow >= 1315.5',
      'Lưu lượng (2.000,25\u00a0m³/h) lớn hơn hoặc bằng 1.315,5',
      'Flow (2,000.25\u00a0m³/h) is at least 1,315.5',
      { flow: 2000.25 },
    );
    says('temperature < -3', 'Nhiệt độ nhỏ hơn −3', 'Temperature is less than −3');
    says('pm25 > 0.15 [mg/m³]', 'Bụi PM2.5 lớn hơn 0,15\u00a0mg/m³', 'PM2.5 is greater than 0.15\u00a0mg/m³');
    says('duration > 2 [h]', 'Thời gian lớn hơn 2\u00a0giờ', 'Duration is greater than 2\u00a0h');
  });

  it('bracket what words alone would leave open', () => {
    says(
      'pm25 > 50 and (open or humidity > 90)',
      'Bụi PM2.5 lớn hơn 50 và (Cống mở hoặc Độ ẩm lớn hơn 90)',
      'PM2.5 is greater than 50 and (Gate open or Humidity is greater than 90)',
    );
    says('co - (pm25 - co)', 'CO trừ (Bụi PM2.5 trừ CO)', 'CO minus (PM2.5 minus CO)');
    says('pm25 - co - co', 'Bụi PM2.5 trừ CO trừ CO', 'PM2.5 minus CO minus CO');
    says('not (pm25 > 50)', 'không phải (Bụi PM2.5 lớn hơn 50)', 'not (PM2.5 is greater than 50)');
  });

  it('say functions as phrases', () => {
    says(
      'share(alerts.late, alerts.opened) > 20',
      'tỷ lệ phần trăm của Cảnh báo trễ trên Cảnh báo đã mở lớn hơn 20',
      'the percentage of Late alerts in Alerts opened is greater than 20',
    );
    says(
      'mean(hours)',
      'trung bình của PM2.5 từng giờ (có 2 trên 3 giá trị)',
      'the mean of Hourly PM2.5 (2 of 3 values)',
      { hours: [1, 2, null] },
    );
    says('zone = "A"', 'Khu vực là “A”', 'Zone is “A”');
    says('if(open, pm25, 0)', 'nếu Cống mở thì Bụi PM2.5, nếu không thì 0', 'if Gate open then PM2.5, otherwise 0');
  });
});

describe('errors', () => {
  it('stand where they are, all of them, and say what to do in both languages', () => {
    expect(errors('pm25 > nothing and zone > 3')).toMatchObject([
      { at: 7, length: 7 },
      { at: 19, length: 8 },
    ]);
    for (const [source, at] of [
      ['pm25 >', 6],
      ['pm25 == 3', 5],
      ['1 < pm25 < 5', 9],
      ['pm25 > 1,5', 8],
      ['pm25 > 5µg', 8],
      ['pm25 && open', 5],
      ['pm25 5', 5],
      ['(pm25', 0],
      ['zone = "A', 7],
      ['', 0],
      ['pm25 = null', 7],
      ['hours > 5', 0],
      ['open + 1', 0],
      ['Pm25 > 1', 0],
    ] as const) {
      const [error] = errors(source);
      expect(error?.at, source).toBe(at);
      expect(error?.message.vi.length, source).toBeGreaterThan(10);
      expect(error?.message.en.length, source).toBeGreaterThan(10);
    }
  });

  it('name what was probably meant', () => {
    expect(errors('humidty > 5')[0]?.message.en).toContain('“humidity”');
    expect(errors('maen(hours)')[0]?.message.vi).toContain('mean');
    expect(errors('open = "yes"')[0]?.message.en).toContain('cannot be compared');
  });

  it('end what is too long or too deep, soon', () => {
    const began = performance.now();
    for (const source of [
      '('.repeat(limits.characters),
      '-'.repeat(limits.characters),
      'not '.repeat(limits.characters / 4),
      'abs('.repeat(limits.characters / 4),
      'x'.repeat(limits.characters + 1),
      'x'.repeat(limits.characters),
      '['.repeat(limits.characters),
      '1'.repeat(limits.characters),
      ' '.repeat(limits.characters),
      `1${' + 1'.repeat(limits.characters / 4 - 1)}`,
    ]) {
      expect(errors(source).length, source.slice(0, 10)).toBeGreaterThan(0);
    }
    expect(performance.now() - began).toBeLessThan(2000);
    const long = `pm25${' + pm25'.repeat(490)}`;
    expect(answer(long, { pm25: 1 })).toBe(491);
    expect(ready(long).explain('vi').length).toBeGreaterThan(5000);
  });
});

describe('every function', () => {
  it('is in the guide with words in both languages, and none is missing there', () => {
    const names = functions.map(({ form }) => /^\w+/.exec(form)?.[0]);
    expect(names.toSorted()).toEqual([
      'abs',
      'between',
      'coalesce',
      'completeness',
      'count',
      'if',
      'known',
      'max',
      'mean',
      'min',
      'round',
      'share',
      'sum',
    ]);
    for (const { means } of functions) expect(means.vi && means.en).toBeTruthy();
    // A function of the guide is known to the language: what is refused is the empty list of values, not the name.
    for (const name of names) expect(errors(`${name}()`)[0]?.message.en).toContain('is written');
  });
});
