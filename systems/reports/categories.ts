/** The categories that a province starts with; administrators edit them. Pure data. */
import Type, { type TObject } from 'typebox';
import type { Category, Deadline, UnitOf, Urgency } from './types.ts';

const none = Type.Object({}, { additionalProperties: false });
const label = (vi: string, en: string) => ({ 'x-text': { vi, en } });
const short = (vi: string, en: string) => Type.Optional(Type.String({ maxLength: 100, ...label(vi, en) }));

const commune: UnitOf = { to: 'commune' };
const body = (id: string): UnitOf => ({ to: 'organisation', id });

const within = (normal: string, urgent: string, emergency: string): Record<Urgency, Deadline> => ({
  normal: { budget: normal, kind: 'working' },
  urgent: { budget: urgent, kind: 'working' },
  // Danger does not wait for office hours.
  emergency: { budget: emergency, kind: 'calendar' },
});
const usual = within('P5D', 'P2D', 'PT4H');
const quick = within('P2D', 'P1D', 'PT2H');
const slow = within('P10D', 'P5D', 'PT8H');

type More = Partial<Pick<Category, 'isPublic' | 'blurred' | 'aboutUnit' | 'deadlines'>> & { form?: TObject };
const family = (code: string, vi: string, en: string): Category => ({
  ...leaf(null, code, vi, en, commune, []),
  words: [],
});

function leaf(
  parent: string | null,
  code: string,
  vi: string,
  en: string,
  unit: UnitOf,
  words: readonly string[],
  more: More = {},
): Category {
  const { form = none, deadlines = usual, isPublic = true, blurred = false, aboutUnit = false } = more;
  return { code, parent, title: { vi, en }, unit, deadlines, isPublic, blurred, aboutUnit, form, words };
}

/**
 * Families first, each with its leaves. Times allowed are the province's own proposal, to be decided by its people's
 * committee; the words are those that people write, with or without diacritics.
 */
export const categories: readonly Category[] = [
  family('roads', 'Giao thông, hạ tầng', 'Roads and infrastructure'),
  leaf('roads', 'roads.pothole', 'Ổ gà, mặt đường hư hỏng', 'Pothole, damaged road', commune, [
    'ổ gà',
    'mặt đường',
    'hố',
    'sụt lún',
    'nứt đường',
    'đường hỏng',
    'đường xấu',
    'lún',
    'ổ voi',
  ]),
  leaf('roads', 'roads.pavement', 'Vỉa hè hư hỏng', 'Damaged pavement', commune, [
    'vỉa hè hỏng',
    'gạch vỉa hè',
    'bó vỉa',
    'lát vỉa hè',
  ]),
  leaf('roads', 'roads.sign', 'Biển báo, vạch kẻ, đèn tín hiệu', 'Signs, markings, traffic lights', body('so-xd'), [
    'biển báo',
    'đèn tín hiệu',
    'đèn đỏ',
    'đèn giao thông',
    'vạch kẻ',
    'biển chỉ dẫn',
    'gương cầu',
  ]),
  leaf(
    'roads',
    'roads.bridge',
    'Cầu, cống hư hỏng',
    'Damaged bridge or culvert',
    body('so-xd'),
    ['cầu hỏng', 'cầu yếu', 'lan can', 'cống sập', 'nứt cầu', 'sập cầu'],
    { deadlines: quick },
  ),
  leaf('roads', 'roads.works', 'Công trình thi công gây cản trở', 'Works that obstruct', body('so-xd'), [
    'thi công',
    'đào đường',
    'rào chắn',
    'công trường',
    'hoàn trả mặt đường',
  ]),

  family('environment', 'Môi trường, rác thải', 'Environment and waste'),
  leaf(
    'environment',
    'environment.litter',
    'Rác chưa thu gom, bãi rác tự phát',
    'Uncollected waste, illegal dump',
    commune,
    ['rác', 'bãi rác', 'đổ rác', 'thu gom', 'rác thải', 'bốc mùi', 'đổ trộm', 'phế thải', 'xả rác'],
    { deadlines: quick },
  ),
  leaf(
    'environment',
    'environment.smoke',
    'Đốt rác, đốt rơm rạ, khói bụi',
    'Burning, smoke and dust',
    commune,
    ['đốt rơm', 'đốt rác', 'khói', 'bụi', 'khói bụi', 'đốt đồng', 'ô nhiễm không khí'],
    { deadlines: quick },
  ),
  leaf(
    'environment',
    'environment.wastewater',
    'Xả thải, nước thải',
    'Discharge of waste water',
    body('so-nnmt'),
    ['xả thải', 'nước thải', 'nước đen', 'cá chết', 'hôi thối', 'kênh ô nhiễm', 'sông ô nhiễm', 'xả trộm'],
    {
      deadlines: quick,
      form: Type.Object({ source: short('Nguồn nghi xả thải', 'Suspected source') }, { additionalProperties: false }),
    },
  ),
  leaf(
    'environment',
    'environment.noise',
    'Tiếng ồn',
    'Noise',
    commune,
    ['tiếng ồn', 'ồn ào', 'karaoke', 'loa kéo', 'loa đài', 'hát karaoke', 'ồn'],
    { deadlines: quick, blurred: true },
  ),
  leaf('environment', 'environment.trees', 'Cây xanh gãy đổ, cần cắt tỉa', 'Fallen trees, trees to trim', commune, [
    'cây đổ',
    'cây gãy',
    'cắt tỉa',
    'cành cây',
    'cây xanh',
    'cây khô',
    'cây nghiêng',
  ]),
  leaf(
    'environment',
    'environment.animals',
    'Gia súc, gia cầm chết, chó thả rông',
    'Dead livestock, stray dogs',
    commune,
    ['chó thả rông', 'lợn chết', 'gà chết', 'xác động vật', 'chó dại', 'dịch tả lợn', 'gia cầm chết'],
  ),

  family('power', 'Điện, chiếu sáng', 'Power and lighting'),
  leaf(
    'power',
    'power.lighting',
    'Đèn đường hỏng',
    'Street light out',
    commune,
    ['đèn đường', 'chiếu sáng', 'đèn hỏng', 'tối om', 'không sáng', 'đèn cao áp', 'đèn không sáng'],
    {
      form: Type.Object({ pole: short('Số cột đèn', 'Number on the pole') }, { additionalProperties: false }),
    },
  ),
  leaf(
    'power',
    'power.outage',
    'Mất điện, sự cố điện',
    'Power cut',
    body('pc-thaibinh'),
    ['mất điện', 'cắt điện', 'cúp điện', 'điện yếu', 'chập điện', 'trạm biến áp'],
    { deadlines: within('P2D', 'P1D', 'PT2H') },
  ),
  leaf(
    'power',
    'power.wires',
    'Dây, cột điện mất an toàn',
    'Unsafe wires or poles',
    body('pc-thaibinh'),
    ['dây điện', 'cột điện', 'dây điện đứt', 'hở điện', 'rò điện', 'cột điện nghiêng', 'dây sà'],
    { deadlines: within('P2D', 'PT4H', 'PT1H') },
  ),

  family('water', 'Cấp nước, thoát nước', 'Water supply and drainage'),
  leaf(
    'water',
    'water.supply',
    'Mất nước, vỡ đường ống',
    'No water, broken pipe',
    body('nuoc-sach'),
    ['mất nước', 'vỡ ống', 'đường ống nước', 'rò rỉ nước', 'nước sạch', 'cúp nước', 'nước yếu'],
    { deadlines: quick },
  ),
  leaf(
    'water',
    'water.quality',
    'Nước sinh hoạt đục, có mùi',
    'Turbid or smelling tap water',
    body('nuoc-sach'),
    ['nước đục', 'nước có mùi', 'nước vàng', 'nước máy bẩn', 'nước phèn'],
    { deadlines: quick },
  ),
  leaf(
    'water',
    'water.flooding',
    'Ngập úng, tắc cống',
    'Flooding, blocked drain',
    commune,
    ['ngập', 'úng', 'tắc cống', 'cống tắc', 'ngập úng', 'thoát nước', 'ngập nước', 'cống thoát'],
    { deadlines: quick },
  ),
  leaf(
    'water',
    'water.manhole',
    'Mất, hỏng nắp hố ga',
    'Missing or broken manhole cover',
    commune,
    ['nắp cống', 'hố ga', 'nắp hố ga', 'mất nắp', 'nắp cống vỡ'],
    { deadlines: within('P1D', 'PT4H', 'PT1H') },
  ),

  family('order', 'Trật tự đô thị', 'Urban order'),
  leaf('order', 'order.pavement', 'Lấn chiếm vỉa hè, lòng đường', 'Encroachment on pavements', commune, [
    'lấn chiếm',
    'lấn chiếm vỉa hè',
    'chiếm vỉa hè',
    'bán hàng rong',
    'họp chợ',
    'lòng đường',
    'chợ cóc',
  ]),
  leaf(
    'order',
    'order.parking',
    'Đỗ xe sai quy định',
    'Illegal parking',
    commune,
    ['đỗ xe', 'đậu xe', 'đỗ xe sai', 'xe đỗ', 'dừng đỗ', 'bãi xe'],
    { deadlines: quick },
  ),
  leaf(
    'order',
    'order.building',
    'Xây dựng không phép, sai phép',
    'Building without a permit',
    commune,
    ['xây dựng trái phép', 'không phép', 'sai phép', 'cơi nới', 'xây nhà trái phép', 'công trình vi phạm'],
    { deadlines: slow, blurred: true },
  ),
  leaf('order', 'order.advertising', 'Quảng cáo, rao vặt trái phép', 'Illegal advertising', commune, [
    'quảng cáo',
    'rao vặt',
    'dán quảng cáo',
    'biển quảng cáo',
    'tờ rơi',
    'khoan cắt bê tông',
  ]),
  leaf(
    'order',
    'order.security',
    'An ninh trật tự',
    'Public security',
    body('cong-an-tinh'),
    ['gây rối', 'đánh nhau', 'trộm cắp', 'đua xe', 'cờ bạc', 'ma túy', 'mất trật tự', 'trộm'],
    { isPublic: false, blurred: true, deadlines: quick },
  ),
  leaf(
    'order',
    'order.fire',
    'Nguy cơ cháy nổ',
    'Fire hazard',
    body('cong-an-tinh'),
    ['cháy nổ', 'phòng cháy', 'chữa cháy', 'lối thoát hiểm', 'bình gas', 'chập cháy'],
    { deadlines: quick },
  ),

  family('food', 'An toàn thực phẩm', 'Food safety'),
  leaf('food', 'food.shop', 'Cơ sở ăn uống mất vệ sinh', 'Unhygienic food outlet', body('so-yt'), [
    'mất vệ sinh',
    'quán ăn',
    'thức ăn',
    'thực phẩm bẩn',
    'ôi thiu',
    'nhà hàng',
    'hết hạn sử dụng',
  ]),
  leaf(
    'food',
    'food.poisoning',
    'Nghi ngộ độc thực phẩm',
    'Suspected food poisoning',
    body('so-yt'),
    ['ngộ độc', 'ngộ độc thực phẩm', 'đau bụng', 'nôn mửa', 'ăn xong bị'],
    { deadlines: within('P1D', 'PT4H', 'PT2H') },
  ),

  family('health', 'Y tế', 'Health'),
  leaf('health', 'health.service', 'Chất lượng khám, chữa bệnh', 'Quality of care', body('so-yt'), [
    'bệnh viện',
    'trạm y tế',
    'khám bệnh',
    'chữa bệnh',
    'bác sĩ',
    'y tá',
    'bảo hiểm y tế',
  ]),
  leaf(
    'health',
    'health.epidemic',
    'Dịch bệnh, muỗi, ổ dịch',
    'Epidemics and mosquitoes',
    commune,
    ['dịch bệnh', 'sốt xuất huyết', 'muỗi', 'ổ dịch', 'phun thuốc', 'tay chân miệng'],
    { deadlines: quick },
  ),

  family('education', 'Giáo dục', 'Education'),
  leaf('education', 'education.fees', 'Thu, chi trong trường học', 'School fees', body('so-gdt'), [
    'lạm thu',
    'học phí',
    'thu tiền',
    'quỹ lớp',
    'tiền trường',
    'dạy thêm',
    'học thêm',
  ]),
  leaf(
    'education',
    'education.safety',
    'An toàn, cơ sở vật chất trường học',
    'Safety and buildings of schools',
    body('so-gdt'),
    ['bạo lực học đường', 'lớp học', 'cổng trường', 'phòng học', 'bếp ăn trường'],
    { isPublic: false },
  ),

  family('administration', 'Thủ tục hành chính, thái độ cán bộ', 'Procedures and conduct of officers'),
  leaf(
    'administration',
    'administration.dossier',
    'Giải quyết hồ sơ, thủ tục chậm',
    'Slow procedures',
    commune,
    ['thủ tục', 'hồ sơ', 'chậm trả', 'giấy tờ', 'một cửa', 'trả kết quả', 'dịch vụ công', 'sổ đỏ'],
    { isPublic: false, blurred: true },
  ),
  leaf(
    'administration',
    'administration.conduct',
    'Thái độ, hành vi của cán bộ',
    'Conduct of an officer',
    commune,
    ['thái độ', 'cán bộ', 'nhũng nhiễu', 'hạch sách', 'quát mắng', 'vòi tiền', 'phong bì', 'hách dịch', 'tham nhũng'],
    {
      isPublic: false,
      blurred: true,
      aboutUnit: true,
      deadlines: slow,
    },
  ),

  family('telecom', 'Viễn thông', 'Telecommunications'),
  leaf('telecom', 'telecom.network', 'Sóng di động, Internet', 'Mobile signal, Internet', body('vnpt-thaibinh'), [
    'mất sóng',
    'sóng yếu',
    'internet',
    'wifi',
    'mạng chậm',
    'mất mạng',
    'mạng yếu',
  ]),
  leaf(
    'telecom',
    'telecom.cables',
    'Cáp viễn thông võng, đứt',
    'Hanging or broken cables',
    body('vnpt-thaibinh'),
    ['cáp viễn thông', 'dây cáp', 'cáp võng', 'cáp đứt', 'dây mạng', 'dây cáp võng'],
    { deadlines: quick },
  ),
  leaf(
    'telecom',
    'telecom.spam',
    'Cuộc gọi, tin nhắn rác, lừa đảo',
    'Spam and fraud calls',
    body('so-khcn'),
    ['lừa đảo', 'tin nhắn rác', 'cuộc gọi rác', 'giả danh', 'chiếm đoạt', 'mã otp'],
    { isPublic: false },
  ),

  family('other', 'Việc khác', 'Other'),
  leaf('other', 'other.other', 'Việc khác', 'Something else', commune, ['góp ý', 'kiến nghị', 'đề xuất', 'việc khác']),
];
