/**
 * What the people of the simulated province report, and what becomes of it: places around communes, words as people
 * write them, pictures drawn for each, twins of what a neighbour reported, answers, ratings. A pure function of the
 * seed; times are days and hours before the present.
 */
import { hashed } from './noise.ts';

export type Outcome = 'waiting' | 'assigned' | 'in-progress' | 'asked' | 'answered' | 'refused' | 'reopened';

export type PlannedReport = {
  n: number;
  category: string;
  text: string;
  urgency: 'normal' | 'urgent';
  /** which commune of a list, and how far from its middle, in degrees */
  commune: number;
  east: number;
  north: number;
  hoursAgo: number;
  /** the report that it is about the same thing as: sent after that, by another, close to it */
  twinOf: number | null;
  outcome: Outcome;
  /** hours from receipt to moderation, and from there to the answer */
  moderationHours: number;
  workHours: number;
  answer: string;
  rating: number | null;
  why: string | null;
  joined: number;
  /** colours of the picture: ground, thing, sky */
  colours: [string, string, string];
};

type Kind = { category: string; texts: readonly string[]; answers: readonly string[]; thing: string };

const kinds: readonly Kind[] = [
  {
    category: 'roads.pothole',
    texts: [
      'Mặt đường trước chợ có ổ gà lớn, xe máy tránh nhau rất nguy hiểm',
      'Đoạn đường liên xã bị lún, nứt sau mưa, trời tối không thấy hố',
      'Ổ gà sâu ngay khúc cua, tuần trước đã có người ngã',
    ],
    answers: [
      'Đã vá lại mặt đường, kiểm tra sau mưa vẫn bằng phẳng.',
      'Đã đổ đá dăm tạm; đoạn này được thảm lại trong tháng.',
    ],
    thing: '#2b2b2b',
  },
  {
    category: 'environment.litter',
    texts: [
      'Rác đổ thành đống ở bờ mương, bốc mùi đã bốn ngày chưa ai thu gom',
      'Bãi rác tự phát cạnh trường học, gió thổi bay khắp nơi',
      'Phế thải xây dựng đổ trộm ven đường ban đêm',
    ],
    answers: ['Đã thu gom và cắm biển cấm đổ rác.', 'Đã dọn sạch, lắp camera và nhắc các hộ xung quanh.'],
    thing: '#7a6a3a',
  },
  {
    category: 'power.lighting',
    texts: ['Cả dãy đèn đường không sáng, đường tối om', 'Đèn cao áp đầu ngõ hỏng hơn một tuần'],
    answers: ['Đã thay bóng và bộ điều khiển.', 'Đã nối lại dây bị chuột cắn, đèn sáng bình thường.'],
    thing: '#c9a227',
  },
  {
    category: 'water.flooding',
    texts: ['Cống tắc, mưa nhỏ cũng ngập vào sân nhà', 'Ngập úng kéo dài ở ngã tư, xe chết máy nhiều'],
    answers: ['Đã nạo vét 40 m cống, nước thoát trong 20 phút.', 'Đã thông cống; kế hoạch mở rộng cống trình năm sau.'],
    thing: '#3d6f8e',
  },
  {
    category: 'order.pavement',
    texts: ['Hàng quán chiếm hết vỉa hè, trẻ em phải đi xuống lòng đường', 'Chợ cóc họp ngay cổng bệnh viện mỗi sáng'],
    answers: ['Đã nhắc nhở, lập biên bản hai hộ và giải tỏa.', 'Đã bố trí chỗ bán tạm, ra quân giải tỏa hằng sáng.'],
    thing: '#a0522d',
  },
  {
    category: 'environment.smoke',
    texts: [
      'Đốt rơm rạ sát đường, khói mù mịt chiều nào cũng có',
      'Cơ sở tái chế đốt nhựa ban đêm, khét không thở được',
    ],
    answers: ['Đã vận động các hộ không đốt, bố trí điểm gom rơm.', 'Đã kiểm tra, xử phạt và đình chỉ lò đốt.'],
    thing: '#6b6b6b',
  },
  {
    category: 'water.manhole',
    texts: ['Nắp hố ga vỡ giữa đường, đã cắm tạm cành cây', 'Mất nắp cống trước cổng trường tiểu học'],
    answers: ['Đã thay nắp mới bằng gang.', 'Đã đậy nắp tạm trong ngày và thay nắp mới.'],
    thing: '#1f1f1f',
  },
  {
    category: 'telecom.cables',
    texts: ['Dây cáp viễn thông võng xuống ngang đầu người', 'Cáp đứt nằm trên vỉa hè từ hôm bão'],
    answers: ['Đã bó gọn và nâng cáp.', 'Đã thu hồi cáp đứt.'],
    thing: '#222244',
  },
];

const reasons = {
  good: ['Xử lý nhanh, cảm ơn', 'Đã sạch sẽ', null, 'Tốt'],
  poor: ['Vẫn còn mùi', 'Chậm, phải hỏi nhiều lần', 'Làm qua loa'],
} as const;

const DAYS = 28;

/** @param communes how many communes there are to choose from */
export function planReports(seed: number, count: number, communes: number): PlannedReport[] {
  const planned: PlannedReport[] = [];
  for (let n = 0; n < count; n++) {
    const chance = (name: string): number => hashed(seed, `report:${name}`, n);
    const pick = <T>(name: string, from: readonly T[]): T => from[Math.floor(chance(name) * from.length)] as T;
    // Oldest first, evenly over four weeks, by day rather than by night.
    const day = Math.floor(DAYS * (1 - (n + 0.5) / count));
    const hoursAgo = day * 24 + 2 + chance('hour') * 12;
    const before = planned.findLast((one) => one.twinOf === null && one.hoursAgo > hoursAgo);
    const twin = before !== undefined && before.hoursAgo - hoursAgo < 72 && chance('twin') < 0.12 ? before : null;
    const kind = twin
      ? (kinds.find((one) => one.category === twin.category) ?? pick('kind', kinds))
      : pick('kind', kinds);
    const outcome = outcomeOf(chance('outcome'), hoursAgo);
    const stars = chance('stars');
    const rated = (outcome === 'answered' || outcome === 'reopened') && chance('rated') < 0.6;
    const rating = rated ? (stars < 0.1 ? 1 : stars < 0.2 ? 2 : stars < 0.35 ? 3 : stars < 0.65 ? 4 : 5) : null;
    planned.push({
      n,
      category: kind.category,
      text: `${pick('text', kind.texts)}${twin ? ', nhà tôi cũng gặp' : ''}`,
      urgency: kind.category === 'water.manhole' && chance('urgency') < 0.5 ? 'urgent' : 'normal',
      commune: twin?.commune ?? Math.floor(chance('commune') ** 1.6 * communes),
      east: (twin?.east ?? (chance('east') - 0.5) * 0.02) + (twin ? (chance('near-east') - 0.5) * 0.0006 : 0),
      north: (twin?.north ?? (chance('north') - 0.5) * 0.02) + (twin ? (chance('near-north') - 0.5) * 0.0006 : 0),
      hoursAgo,
      twinOf: twin?.n ?? null,
      outcome,
      moderationHours: 0.3 + 3 * chance('moderation'),
      // Most in time, some late: the tail is long.
      workHours: 6 + 90 * chance('work') ** 2 + (chance('late') < 0.15 ? 120 : 0),
      answer: pick('answer', kind.answers),
      rating,
      why: rating === null ? null : rating >= 4 ? pick('why', reasons.good) : pick('why', reasons.poor),
      joined: Math.floor(4 * chance('joined') ** 3),
      colours: [
        pick('ground', ['#8c8c86', '#9a9388', '#7f857f']),
        kind.thing,
        pick('sky', ['#cfd8dc', '#b8c7d3', '#d9d3c3']),
      ],
    });
  }
  return planned;
}

/** The older, the further: what came today waits, what came weeks ago is answered but for a few. */
function outcomeOf(chance: number, hoursAgo: number): Outcome {
  if (hoursAgo < 30) return chance < 0.5 ? 'waiting' : chance < 0.8 ? 'assigned' : 'in-progress';
  if (hoursAgo < 120)
    return chance < 0.3 ? 'in-progress' : chance < 0.4 ? 'asked' : chance < 0.46 ? 'refused' : 'answered';
  return chance < 0.05 ? 'in-progress' : chance < 0.1 ? 'refused' : chance < 0.17 ? 'reopened' : 'answered';
}

/** The picture of a report as SVG: a street with the thing on it, and what it is said plainly across it. */
export function pictureOf({ n, colours: [ground, thing, sky] }: PlannedReport, seed: number, after = false): string {
  const at = (name: string, from: number, to: number): number =>
    Math.round(from + hashed(seed, `picture:${name}`, n) * (to - from));
  const [x, y, w] = [at('x', 180, 460), at('y', 330, 420), at('w', 60, 150)];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480">
<rect width="640" height="480" fill="${sky}"/><rect y="230" width="640" height="250" fill="${ground}"/>
<rect x="${at('a', 20, 80)}" y="${at('b', 90, 130)}" width="150" height="${at('c', 110, 150)}" fill="#b7a68c"/>
<rect x="${at('d', 400, 470)}" y="${at('e', 100, 150)}" width="130" height="${at('f', 90, 130)}" fill="#a89f94"/>
<path d="M300 230 L340 230 L420 480 L220 480 Z" fill="#5e6063"/>
${after ? '' : `<ellipse cx="${x}" cy="${y}" rx="${w}" ry="${Math.round(w * 0.45)}" fill="${thing}"/><ellipse cx="${x + 20}" cy="${y + 8}" rx="${Math.round(w * 0.6)}" ry="${Math.round(w * 0.22)}" fill="#00000055"/>`}
<rect y="440" width="640" height="40" fill="#000000aa"/><text x="320" y="467" font-family="sans-serif" font-size="22" fill="#fff" text-anchor="middle">ẢNH MÔ PHỎNG${after ? ' – SAU XỬ LÝ' : ''}</text></svg>`;
}
