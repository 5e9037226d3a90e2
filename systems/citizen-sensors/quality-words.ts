/** A judgement in plain words. Pure; browser-safe. */
import type { Text } from '../../platform/words/index.ts';
import { type Kind, official } from './models.ts';
import { type Grade, HUMID_PERCENT, type Judgement, LEAST_SHARED, WINDOW_HOURS } from './quality.ts';

export const gradeWords: Record<Grade, Text> = {
  good: { vi: 'Khớp với trạm chính thức', en: 'Agrees with the official station' },
  fair: { vi: 'Có sai lệch', en: 'Somewhat off' },
  poor: { vi: 'Sai lệch nhiều', en: 'Far off' },
  unknown: { vi: 'Chưa đánh giá được', en: 'Not judged yet' },
};

export const gradeOfSensor = (judgement: Judgement | null): Grade => judgement?.grade ?? 'unknown';

/** From so many of the shared hours on, the reader is told what humidity does. */
const HUMID_SHARE = 0.25;

const both = (value: number, decimals = 0): Text => ({
  vi: value.toFixed(decimals).replace('.', ','),
  en: value.toFixed(decimals),
});

const distance = (metres: number): Text =>
  metres < 1000
    ? { vi: `${metres} m`, en: `${metres} m` }
    : { vi: `${both(metres / 1000, 1).vi} km`, en: `${both(metres / 1000, 1).en} km` };

const names: Record<string, Text & { unit: string }> = {
  pm25: { vi: 'bụi PM2.5', en: 'PM2.5', unit: 'µg/m³' },
  pm10: { vi: 'bụi PM10', en: 'PM10', unit: 'µg/m³' },
  laeq: { vi: 'mức ồn', en: 'noise', unit: 'dBA' },
};

/** Why it is graded so, in one or two sentences. */
export function explainGrade(kind: Kind, judgement: Judgement | null): Text {
  if (!judgement)
    return { vi: 'Lần so sánh đầu tiên có trong vài phút nữa.', en: 'The first comparison comes within minutes.' };
  const { ground, station, shared, hours, fit, stuck, humid } = judgement;
  const within = distance(official[kind].metres);
  if (ground === 'stuck') {
    return {
      vi: `Giá trị đứng yên ${stuck} giờ liền. Hãy kiểm tra quạt hút, dây nối và nguồn điện.`,
      en: `The value stood still for ${stuck} hours. Check fan, wires and power.`,
    };
  }
  if (ground === 'no-station' || !station) {
    const word = kind === 'air' ? { vi: 'không khí', en: 'air' } : { vi: 'tiếng ồn', en: 'noise' };
    return {
      vi: `Không có trạm ${word.vi} chính thức trong vòng ${within.vi} để so sánh; chỉ biết cảm biến gửi được ${hours}/${WINDOW_HOURS} giờ của 7 ngày qua và giá trị nằm trong khoảng hợp lý.`,
      en: `No official ${word.en} station within ${within.en} to compare with; known is only that it sent in ${hours} of the ${WINDOW_HOURS} hours of the last 7 days, within a plausible range.`,
    };
  }
  const far = distance(station.metres);
  if (ground === 'few-hours') {
    return {
      vi: `Chưa đủ dữ liệu: mới có ${shared}/${LEAST_SHARED} giờ có số liệu của cả cảm biến và ${station.name} (cách ${far.vi}).`,
      en: `Not enough data: ${shared} of ${LEAST_SHARED} hours with data of both the sensor and ${station.name} (${far.en} away).`,
    };
  }
  if (!fit) {
    return {
      vi: `${station.name} không đổi giá trị trong 7 ngày qua nên không so sánh được.`,
      en: `${station.name} did not change in the last 7 days, so that nothing can be compared.`,
    };
  }
  const { unit, ...name } = names[judgement.property] ?? { vi: judgement.property, en: judgement.property, unit: '' };
  const off = both(Math.abs(fit.bias), 1);
  const same = off.en === '0.0';
  const error = both(fit.rmse, 1);
  const follows = Math.round(fit.r2 * 100);
  const wet = humid >= shared * HUMID_SHARE && kind === 'air';
  const share = Math.round((humid / shared) * 100);
  return {
    vi:
      `So ${name.vi} với ${station.name} cách ${far.vi}, ${shared} giờ trong 7 ngày qua: trung bình đọc ${same ? 'bằng trạm' : `${fit.bias > 0 ? 'cao' : 'thấp'} hơn ${off.vi} ${unit}`}, ` +
      `sai số thường gặp ${error.vi} ${unit}, theo sát ${follows} % biến động.` +
      (wet
        ? ` ${share} % số giờ có độ ẩm trên ${HUMID_PERCENT} %: khi đó cảm biến quang học thường đọc cao hơn thật.`
        : ''),
    en:
      `${name.en} against ${station.name}, ${far.en} away, ${shared} hours of the last 7 days: on average ${same ? 'the same' : `${off.en} ${unit} too ${fit.bias > 0 ? 'high' : 'low'}`}, ` +
      `usual error ${error.en} ${unit}, follows ${follows} % of the changes.` +
      (wet
        ? ` In ${share} % of the hours humidity was above ${HUMID_PERCENT} %: optical sensors then read too high.`
        : ''),
  };
}
