/**
 * What the people of the simulated province propose, discuss, ask, vote on and judge. Written down rather than drawn by
 * chance: words that people read must make sense together. Communes are real ones; people, figures and answers are not.
 */
import type { Question } from '../systems/participation/ballots.ts';
import type { InitiativeField } from '../systems/participation/initiative-types.ts';
import type { SurveyQuestion } from '../systems/participation/survey-results.ts';

const VU_THU = '13192';
const KIEN_XUONG = '13075';
const TRAN_HUNG_DAO = '12452';
const THAI_THUY = '12826';
const TIEN_HAI = '12970';
const DONG_CHAU = '13003';
const DONG_HUNG = '12688';

/** How many simulated people live where: as many as support an initiative there. */
export const people: Readonly<Record<string, number>> = {
  [VU_THU]: 54,
  [KIEN_XUONG]: 18,
  [TRAN_HUNG_DAO]: 27,
  [THAI_THUY]: 12,
  [TIEN_HAI]: 4,
  [DONG_CHAU]: 9,
  [DONG_HUNG]: 3,
};

/** `by`: the so-many-eth person of the place, or the unit that answers. Replies are to this remark. */
export type PlannedComment = {
  by: number | 'agency';
  text: string;
  replies?: PlannedComment[];
  taken?: string;
  reported?: string;
};

export type PlannedInitiative = {
  area: string;
  /** of the whole province; its author lives in `area` */
  wholeProvince?: true;
  category: InitiativeField;
  title: string;
  body: string;
  daysAgo: number;
  ends:
    | { as: 'waiting' }
    | { as: 'refused'; reason: string }
    | { as: 'open' | 'due' | 'lapsed'; supporters: number }
    | { as: 'answered'; supporters: number; daysAgo: number; answer: string }
    | { as: 'consulted'; supporters: number; daysAgo: number };
  talk?: PlannedComment[];
};

export const initiatives: readonly PlannedInitiative[] = [
  {
    area: THAI_THUY,
    category: 'moi-truong',
    title: 'Trồng thêm cây chắn cát dọc đoạn đê biển đã trống',
    body: 'Sau mấy trận bão, có đoạn ngoài đê không còn cây, gió thổi cát vào ruộng và nhà dân. Đề nghị xã giao các đoàn thể mỗi năm trồng một đoạn và chăm trong hai năm đầu.',
    daysAgo: 68,
    ends: { as: 'lapsed', supporters: 11 },
    talk: [{ by: 3, text: 'Nên chọn cây bần, cây vẹt chịu mặn; phi lao trồng sát mép nước hay chết.' }],
  },
  {
    area: VU_THU,
    category: 'moi-truong',
    title: 'Đặt bể thu gom vỏ bao thuốc bảo vệ thực vật ở đầu các cánh đồng',
    body: 'Sau mỗi đợt phun thuốc, vỏ chai và bao gói vứt đầy bờ mương rồi trôi xuống sông. Đề nghị đặt bể bê tông có nắp ở đầu mỗi cánh đồng và hợp đồng với đơn vị xử lý chất thải nguy hại đến lấy hai tháng một lần.',
    daysAgo: 40,
    ends: {
      as: 'answered',
      supporters: 52,
      daysAgo: 21,
      answer:
        'UBND xã tiếp thu sáng kiến. Trong vụ xuân 2027 xã đặt 24 bể có nắp ở các cánh đồng lớn, vị trí đã lấy ý kiến từng thôn. Việc vận chuyển, xử lý ký hợp đồng với đơn vị có giấy phép, hai tháng một lần, kinh phí từ nguồn sự nghiệp môi trường. Hội Nông dân xã hướng dẫn bà con tráng vỏ ba lần trước khi bỏ vào bể.',
    },
    talk: [
      {
        by: 7,
        text: 'Đồng xa nhà, không ai mang vỏ chai về tận thôn đâu. Phải đặt ngay đầu bờ thì mới có người bỏ vào.',
        replies: [
          { by: 12, text: 'Đúng thế, và phải có nắp, không thì mưa lại tràn ra mương.' },
          {
            by: 'agency',
            text: 'Xã ghi nhận: bể được đặt cách kênh tưới ít nhất 10 m và có nắp đậy, chống tràn khi mưa.',
          },
        ],
      },
      { by: 20, text: 'Ai đến lấy và bao lâu lấy một lần? Năm trước có bể ở xã cũ mà đầy cả năm không ai dọn.' },
    ],
  },
  {
    area: TRAN_HUNG_DAO,
    category: 'giao-thong',
    title: 'Kẻ làn riêng cho xe đạp trên các tuyến phố gần trường học',
    body: 'Giờ tan học, học sinh đi xe đạp lẫn với ô tô rất nguy hiểm. Đề nghị kẻ một làn rộng 1,5 m cho xe đạp, trước hết ở các phố có trường trung học cơ sở.',
    daysAgo: 30,
    ends: {
      as: 'answered',
      supporters: 26,
      daysAgo: 12,
      answer:
        'UBND phường đã khảo sát. Các phố được đề nghị có mặt đường từ 7 đến 7,5 m, không đủ để kẻ làn riêng mà vẫn giữ hai chiều ô tô theo quy chuẩn, nên chưa làm được như đề xuất. Trước mắt phường đề nghị Sở Xây dựng hạn chế tốc độ 30 km/h và cấm đỗ ô tô quanh cổng trường từ 6 giờ 30 đến 7 giờ 30 và từ 16 giờ đến 17 giờ 30; khi cải tạo vỉa hè năm 2027 sẽ xem xét lại.',
    },
    talk: [
      { by: 2, text: 'Không kẻ được làn thì cấm đỗ xe trước cổng trường giờ cao điểm cũng đã tốt hơn nhiều.' },
      { by: 5, text: 'Phụ huynh đón con cũng nên dừng xe đúng chỗ, đừng trách mỗi đường hẹp.' },
      {
        by: 9,
        text: 'Toàn bọn ngu mới nghĩ ra mấy trò này.',
        taken: 'Lời lẽ xúc phạm người khác.',
      },
    ],
  },
  {
    area: KIEN_XUONG,
    wholeProvince: true,
    category: 'hanh-chinh',
    title: 'Bộ phận một cửa của xã làm việc thêm sáng thứ Bảy',
    body: 'Nhiều người đi làm công ty cả tuần, muốn nộp hồ sơ phải xin nghỉ một buổi. Đề nghị bộ phận một cửa các xã, phường tiếp nhận hồ sơ vào sáng thứ Bảy, có thể chia nhau mỗi tuần vài lĩnh vực.',
    daysAgo: 26,
    ends: { as: 'consulted', supporters: 74, daysAgo: 15 },
    talk: [
      { by: 1, text: 'Công nhân như chúng tôi rất cần. Chỉ cần nhận và trả kết quả, không cần đủ mọi thủ tục.' },
      { by: 4, text: 'Nộp qua mạng được rồi thì có cần mở thêm buổi không? Nên hỏi xem bao nhiêu người thật sự đến.' },
    ],
  },
  {
    area: VU_THU,
    category: 'giao-thong',
    title: 'Lắp đèn cảnh báo và kẻ vạch qua đường trước cổng trường tiểu học',
    body: 'Đường trước trường xe tải chạy nhiều, sáng nào phụ huynh cũng phải dắt các cháu chạy qua. Đề nghị kẻ vạch sang đường, lắp đèn vàng nhấp nháy và biển hạn chế tốc độ 30 km/h.',
    daysAgo: 14,
    ends: { as: 'due', supporters: 53 },
    talk: [
      {
        by: 3,
        text: 'Tuần trước suýt có va chạm ngay trước cổng. Mong làm sớm, trước mắt cho kẻ vạch đã.',
        replies: [
          {
            by: 'agency',
            text: 'UBND xã đã đề nghị Sở Xây dựng khảo sát chung vì đây là đường tỉnh; xã sẽ trả lời đúng hạn.',
          },
        ],
      },
      { by: 15, text: 'Nên có thêm bảo vệ hoặc dân phòng đứng lúc vào học và tan trường.' },
      {
        by: 31,
        text: 'Biển 30 km/h đặt rồi mà không ai phạt thì cũng như không.',
        reported: 'Không bàn về sáng kiến, chỉ than phiền.',
      },
    ],
  },
  {
    area: KIEN_XUONG,
    category: 'van-hoa',
    title: 'Mở nhà văn hóa thôn buổi tối làm phòng đọc cho học sinh',
    body: 'Nhà văn hóa buổi tối thường khóa cửa trong khi nhiều cháu không có chỗ học yên tĩnh. Đề nghị mở ba buổi tối mỗi tuần, Đoàn thanh niên và Hội Khuyến học thay nhau trông, sách xin tặng.',
    daysAgo: 9,
    ends: { as: 'open', supporters: 17 },
    talk: [
      { by: 2, text: 'Tôi xin góp một tủ sách thiếu nhi và trông một buổi mỗi tuần.' },
      { by: 6, text: 'Tiền điện, tiền quạt ai trả? Nên tính rõ ngay từ đầu.' },
    ],
  },
  {
    area: DONG_CHAU,
    category: 'van-hoa',
    title: 'Làm chỗ tắm tráng nước ngọt công cộng ở bãi biển Đồng Châu',
    body: 'Khách đến tắm biển phải trả tiền tắm tráng khá đắt, rác và nước thải chảy thẳng ra bãi. Đề nghị làm một điểm tắm tráng, thay đồ công cộng có thu phí niêm yết và thùng rác.',
    daysAgo: 6,
    ends: { as: 'open', supporters: 8 },
    talk: [{ by: 2, text: 'Thu phí cũng được, miễn niêm yết giá và sạch sẽ.' }],
  },
  {
    area: DONG_HUNG,
    category: 'khac',
    title: 'Đề nghị giải quyết việc tranh chấp lối đi với hàng xóm',
    body: 'Gia đình tôi bị hàng xóm xây tường lấn ra lối đi chung từ năm ngoái, đã nói nhiều lần không được. Đề nghị cấp trên về giải quyết.',
    daysAgo: 5,
    ends: {
      as: 'refused',
      reason:
        'Đây là việc tranh chấp riêng giữa hai gia đình, không phải sáng kiến chung. Đề nghị gửi đơn đến tổ hòa giải của thôn hoặc gửi phản ánh ở mục “Gửi phản ánh”.',
    },
  },
  {
    area: VU_THU,
    category: 'do-thi',
    title: 'Trồng cây bóng mát và đặt ghế ngồi ở sân vận động xã',
    body: 'Sân rộng nhưng không có bóng cây, chiều hè người già và trẻ em không ngồi được. Đề nghị trồng hai hàng cây và đặt mười ghế. Ai muốn góp công xin gọi tôi số 0900 000 000.',
    daysAgo: 1,
    ends: { as: 'waiting' },
  },
  {
    area: TIEN_HAI,
    category: 'kinh-te',
    title: 'Thêm đèn và vòi nước rửa cho chợ hải sản họp sớm',
    body: 'Chợ họp từ bốn giờ sáng, trời tối và không có nước rửa nên sàn rất trơn, mùi tanh cả ngày. Đề nghị lắp thêm đèn và hai vòi nước, tiểu thương xin đóng góp một phần.',
    daysAgo: 1,
    ends: { as: 'waiting' },
  },
];

type PlannedBatch = {
  place: string;
  counts: Record<string, number>;
  spoiled: number;
  voters: number;
  checked: boolean;
};

export type PlannedConsultation = {
  area: string | null;
  title: string;
  body: string;
  question: Question;
  binding: boolean;
  quorum: number;
  createdDaysAgo: number;
  /** days from now; before now where negative */
  opens: number;
  closes: number;
  stays?: 'draft' | 'uncounted';
  ballots: { list: 'national-id' | 'code'; choices: string[] }[];
  paper: PlannedBatch[];
  talk?: PlannedComment[];
};

const cast = (list: 'national-id' | 'code', ...choices: string[][]): PlannedConsultation['ballots'] =>
  choices.map((one) => ({ list, choices: one }));

export const consultations: readonly PlannedConsultation[] = [
  {
    area: VU_THU,
    title: 'Chọn công trình xã Vũ Thư làm trước trong năm 2027',
    body: 'Năm 2027 xã cân đối được vốn cho một công trình. Ba phương án dưới đây đã có thiết kế sơ bộ.\nUBND xã trình Hội đồng nhân dân xã phương án được nhiều phiếu nhất.',
    question: {
      kind: 'choice',
      options: [
        {
          id: 'duong',
          title: 'Nâng cấp 1,8 km đường trục liên thôn',
          text: 'Mở rộng mặt đường từ 3,5 m lên 5,5 m, có rãnh thoát nước.',
        },
        {
          id: 'truong',
          title: 'Sửa điểm trường mầm non',
          text: 'Thay mái, làm lại nhà vệ sinh và sân chơi có mái che.',
        },
        {
          id: 'nuoc',
          title: 'Nối dài đường ống nước sạch',
          text: 'Thêm 2,4 km ống nhánh cho khoảng 310 hộ cuối tuyến.',
        },
      ],
    },
    binding: true,
    quorum: 150,
    createdDaysAgo: 42,
    opens: -35,
    closes: -14,
    ballots: [
      ...cast('national-id', ['nuoc'], ['nuoc'], ['duong'], ['truong'], ['nuoc'], ['duong']),
      ...cast('code', ['duong'], ['nuoc'], ['truong'], ['nuoc']),
    ],
    paper: [
      {
        place: 'Điểm bỏ phiếu khu vực Minh Khai (xã cũ)',
        counts: { duong: 21, truong: 14, nuoc: 29 },
        spoiled: 2,
        voters: 66,
        checked: true,
      },
      {
        place: 'Điểm bỏ phiếu khu vực Tam Quang (xã cũ)',
        counts: { duong: 18, truong: 11, nuoc: 22 },
        spoiled: 1,
        voters: 52,
        checked: true,
      },
      {
        place: 'Điểm bỏ phiếu khu vực Dũng Nghĩa (xã cũ)',
        counts: { duong: 17, truong: 9, nuoc: 15 },
        spoiled: 0,
        voters: 41,
        checked: true,
      },
    ],
    talk: [
      { by: 10, text: 'Các thôn cuối tuyến dùng nước giếng khoan nhiều năm rồi, mong ưu tiên nước sạch.' },
      {
        by: 22,
        text: 'Chọn nước sạch thì giá đấu nối mỗi hộ bao nhiêu? Cần nói rõ trước khi bỏ phiếu.',
        replies: [
          {
            by: 'agency',
            text: 'Phần ống nhánh do xã đầu tư; mỗi hộ trả phần đồng hồ và ống vào nhà theo giá niêm yết của đơn vị cấp nước.',
          },
        ],
      },
    ],
  },
  {
    area: THAI_THUY,
    title: 'Chọn nơi trồng cây xanh năm 2027 ở xã Thái Thuỵ',
    body: 'Xã có 600 cây giống. Mỗi người chọn nhiều nhất hai nơi; các nơi được trồng theo thứ tự số phiếu cho đến khi hết cây.',
    question: {
      kind: 'approval',
      mostChoices: 2,
      options: [
        { id: 'truong-hoc', title: 'Sân các trường học' },
        { id: 'nghia-trang', title: 'Quanh nghĩa trang nhân dân' },
        { id: 'de', title: 'Dọc đường chân đê' },
        { id: 'cho', title: 'Khu vực chợ và bến xe' },
      ],
    },
    binding: true,
    quorum: 200,
    createdDaysAgo: 33,
    opens: -28,
    closes: -8,
    ballots: [
      ...cast('national-id', ['truong-hoc', 'de'], ['truong-hoc'], ['de', 'cho']),
      ...cast('code', ['truong-hoc', 'cho']),
    ],
    paper: [
      {
        place: 'Nhà văn hóa trung tâm xã',
        counts: { 'truong-hoc': 44, 'nghia-trang': 19, de: 31, cho: 12 },
        spoiled: 3,
        voters: 66,
        checked: true,
      },
    ],
  },
  {
    area: KIEN_XUONG,
    title: 'Cùng quyết định 2 tỷ đồng ngân sách xã Kiến Xương năm 2027',
    body: 'Xã dành 2 tỷ đồng để người dân chọn việc làm trước. Bạn chọn bao nhiêu việc cũng được, miễn tổng kinh phí không quá 2 tỷ đồng.\nCác việc được làm theo thứ tự số phiếu, việc nào còn đủ tiền thì làm.',
    question: {
      kind: 'budget',
      budgetVnd: 2_000_000_000,
      options: [
        {
          id: 'den',
          title: 'Đèn năng lượng mặt trời ở đường thôn',
          text: '120 bộ đèn cho các đoạn chưa có chiếu sáng.',
          costVnd: 640_000_000,
        },
        {
          id: 'cau',
          title: 'Thay cầu dân sinh qua kênh',
          text: 'Cầu bê tông rộng 3,5 m thay cầu cũ đã cấm xe tải.',
          costVnd: 1_150_000_000,
        },
        { id: 'san', title: 'Sân thể thao và dụng cụ tập ngoài trời', costVnd: 380_000_000 },
        { id: 'rac', title: 'Xe và thùng gom rác phân loại', costVnd: 290_000_000 },
        {
          id: 'y-te',
          title: 'Thiết bị cho trạm y tế xã',
          text: 'Máy siêu âm, máy điện tim và tủ bảo quản vắc xin.',
          costVnd: 720_000_000,
        },
      ],
    },
    binding: true,
    quorum: 120,
    createdDaysAgo: 12,
    opens: -7,
    closes: 12,
    ballots: [
      ...cast('national-id', ['cau', 'den'], ['cau', 'y-te'], ['den', 'san', 'y-te'], ['rac', 'cau', 'san']),
      ...cast('code', ['cau', 'rac'], ['y-te', 'den']),
    ],
    paper: [
      {
        place: 'Nhà văn hóa thôn trung tâm',
        counts: { den: 23, cau: 31, san: 9, rac: 14, 'y-te': 17 },
        spoiled: 1,
        voters: 44,
        checked: true,
      },
      {
        place: 'Hội trường UBND xã',
        counts: { den: 11, cau: 18, san: 4, rac: 8, 'y-te': 13 },
        spoiled: 0,
        voters: 27,
        checked: false,
      },
    ],
    talk: [
      { by: 8, text: 'Cầu qua kênh nên làm trước, xe cứu thương phải đi vòng hơn ba cây số.' },
      {
        by: 11,
        text: 'Máy siêu âm mua về thì ai vận hành? Trạm hiện chỉ có một bác sĩ.',
        replies: [
          {
            by: 'agency',
            text: 'Trạm y tế xã đã cử một y sĩ đi học siêu âm tổng quát, hoàn thành trong quý I năm 2027.',
          },
        ],
      },
      { by: 13, text: 'Xem thêm ở http://re-qua-di.example va http://mua-ngay.example' },
    ],
  },
  {
    area: TRAN_HUNG_DAO,
    title: 'Góp ý giờ họp chợ dân sinh trên địa bàn phường Trần Hưng Đạo',
    body: 'Phường dự kiến sắp xếp lại giờ họp chợ để giảm ùn tắc buổi sáng.',
    question: {
      kind: 'approval',
      options: [
        { id: 'giu', title: 'Giữ như hiện nay' },
        { id: 'som', title: 'Họp từ 4 giờ 30, dừng bán lòng đường trước 6 giờ 30' },
        { id: 'chieu', title: 'Thêm phiên chiều từ 15 giờ đến 18 giờ' },
      ],
    },
    binding: false,
    quorum: 0,
    createdDaysAgo: 20,
    opens: -16,
    closes: -1,
    stays: 'uncounted',
    ballots: [...cast('national-id', ['som'], ['som', 'chieu']), ...cast('code', ['giu'], ['som'], ['chieu'])],
    paper: [],
    talk: [{ by: 4, text: 'Trước 6 giờ 30 thì người đi làm ca đêm về không mua được gì, nên có phiên chiều.' }],
  },
  {
    area: TIEN_HAI,
    title: 'Cách đặt tên ba tuyến đường mới ở xã Tiền Hải',
    body: 'Ba tuyến đường trong khu dân cư mới chưa có tên. UBND xã hỏi cách đặt tên trước khi trình cấp có thẩm quyền.',
    question: {
      kind: 'choice',
      options: [
        { id: 'danh-nhan', title: 'Đặt theo tên danh nhân quê ở địa phương' },
        { id: 'dia-danh', title: 'Đặt theo địa danh cũ của làng' },
        { id: 'so', title: 'Đánh số theo thứ tự' },
      ],
    },
    binding: false,
    quorum: 50,
    createdDaysAgo: 3,
    opens: 5,
    closes: 26,
    ballots: [],
    paper: [],
  },
  {
    area: VU_THU,
    title: 'Quy ước giữ gìn vệ sinh đường làng ngõ xóm (dự thảo)',
    body: 'Dự thảo quy ước gồm sáu điều, quy định ngày tổng vệ sinh chung và nơi để rác cồng kềnh.',
    question: {
      kind: 'choice',
      options: [
        { id: 'dong-y', title: 'Đồng ý với dự thảo' },
        { id: 'sua', title: 'Đồng ý nhưng cần sửa' },
        { id: 'khong', title: 'Không đồng ý' },
      ],
    },
    binding: false,
    quorum: 100,
    createdDaysAgo: 1,
    opens: 10,
    closes: 30,
    stays: 'draft',
    ballots: [],
    paper: [],
  },
];

/** What people chose in the consultation that a citizens' initiative led to. */
export const initiativeBallots: PlannedConsultation['ballots'] = [
  ...cast('national-id', ['dong-y'], ['dong-y'], ['khong-dong-y']),
  ...cast('code', ['dong-y'], ['dong-y'], ['khong-dong-y'], ['dong-y']),
];

export type PlannedQuestion = {
  area: string;
  field: string;
  text: string;
  daysAgo: number;
  publish: boolean;
  moderated: boolean;
  /** null where it waits still */
  answer: string | null;
};

export const questions: readonly PlannedQuestion[] = [
  {
    area: VU_THU,
    field: 'papers',
    text: 'Làm giấy khai sinh cho con mới sinh cần mang những giấy tờ gì, có nộp qua mạng được không?',
    daysAgo: 24,
    publish: true,
    moderated: true,
    answer:
      'Ông, bà mang giấy chứng sinh và xuất trình căn cước của cha hoặc mẹ; có giấy đăng ký kết hôn thì xuất trình kèm. Thời hạn đăng ký là 60 ngày kể từ ngày sinh. Có thể nộp trên Cổng Dịch vụ công quốc gia, chọn nhóm thủ tục liên thông khai sinh để đăng ký thường trú và cấp thẻ bảo hiểm y tế cùng lúc. Không thu lệ phí khi đăng ký đúng hạn.',
  },
  {
    area: TRAN_HUNG_DAO,
    field: 'building',
    text: 'Sửa mái và quét vôi lại nhà cấp bốn ở phường có phải xin giấy phép xây dựng không?',
    daysAgo: 20,
    publish: true,
    moderated: true,
    answer:
      'Sửa chữa, thay mái, quét vôi mà không thay đổi kết cấu chịu lực, công năng sử dụng và không làm tăng diện tích, chiều cao thì không phải xin giấy phép xây dựng. Nếu mặt ngoài nhà tiếp giáp đường có yêu cầu quản lý kiến trúc, đề nghị liên hệ bộ phận một cửa của phường trước khi làm.',
  },
  {
    area: KIEN_XUONG,
    field: 'land',
    text: 'Gia đình tôi muốn chuyển 500 m2 đất trồng lúa sang trồng cây ăn quả thì phải làm thủ tục gì?',
    daysAgo: 17,
    publish: true,
    moderated: true,
    answer:
      'Chuyển cơ cấu cây trồng trên đất lúa phải phù hợp kế hoạch chuyển đổi hằng năm của xã. Ông, bà nộp bản đăng ký chuyển đổi tại UBND xã; trong thời hạn quy định xã trả lời bằng văn bản. Việc chuyển đổi không được làm mất điều kiện để trồng lúa trở lại, không đào ao sâu quá mức cho phép.',
  },
  {
    area: THAI_THUY,
    field: 'papers',
    text: 'Sau khi sáp nhập xã, căn cước và sổ đỏ ghi tên xã cũ có phải đi đổi ngay không?',
    daysAgo: 12,
    publish: true,
    moderated: true,
    answer:
      'Không bắt buộc đổi. Giấy tờ đã cấp trước khi sắp xếp đơn vị hành chính vẫn được dùng theo thời hạn ghi trên giấy. Khi có nhu cầu đổi, ông, bà không phải nộp lệ phí cho việc thay đổi do sắp xếp đơn vị hành chính.',
  },
  {
    area: VU_THU,
    field: 'land',
    text: 'Khi nào xã thu gom bao bì thuốc bảo vệ thực vật, gom rồi để ở đâu?',
    daysAgo: 8,
    publish: true,
    moderated: true,
    answer:
      'Trong lúc chưa có bể ở đầu đồng, mỗi thôn có một điểm nhận tại kho hợp tác xã, mở sáng thứ Bảy. Đề nghị tráng vỏ ba lần, đậy nắp và không để lẫn rác sinh hoạt.',
  },
  {
    area: KIEN_XUONG,
    field: 'other',
    text: 'Tôi muốn hỏi riêng về chế độ trợ cấp cho người cao tuổi sống một mình, mẹ tôi năm nay 81 tuổi.',
    daysAgo: 6,
    publish: false,
    moderated: true,
    answer:
      'Người từ đủ 75 tuổi trở lên không có lương hưu, trợ cấp bảo hiểm xã hội hằng tháng được hưởng trợ cấp hưu trí xã hội. Đề nghị gia đình mang căn cước của bà đến bộ phận một cửa của xã, cán bộ sẽ hướng dẫn viết đơn và đối chiếu hồ sơ tại chỗ.',
  },
  {
    area: TIEN_HAI,
    field: 'papers',
    text: 'Chứng thực bản sao điện tử có dùng thay cho bản sao giấy khi nộp hồ sơ tuyển dụng được không?',
    daysAgo: 3,
    publish: true,
    moderated: true,
    answer: null,
  },
  {
    area: VU_THU,
    field: 'building',
    text: 'Đường trục liên thôn đoạn qua trạm bơm bao giờ sửa xong, xe chở lúa không đi được?',
    daysAgo: 1,
    publish: true,
    moderated: false,
    answer: null,
  },
];

export type PlannedSurvey = {
  organisationId: string;
  title: string;
  intro: string;
  service: string;
  questions: SurveyQuestion[];
  openedDaysAgo: number;
  /** days from now; before now where negative */
  closes: number;
  invited: number;
  answered: number;
  /** how well it is judged, 0 to 1 */
  mood: number;
  /** free words of some who answer */
  words: string[];
};

const overall: SurveyQuestion = {
  id: 'do-thi',
  title: 'Theo ông (bà), nơi mình sống so với một năm trước tốt lên đến mức nào?',
  kind: 'scale',
  measures: 'progress',
};
const more: SurveyQuestion = { id: 'y-kien', title: 'Ông (bà) mong đơn vị sửa đổi điều gì?', kind: 'text' };
const scale = (id: string, title: string): SurveyQuestion => ({ id, title, kind: 'scale' });

export const surveys: readonly PlannedSurvey[] = [
  {
    organisationId: 'so-nnmt',
    title: 'Khảo sát về thu gom rác thải sinh hoạt',
    intro: 'Phiếu dành cho hộ gia đình được chọn ngẫu nhiên theo danh sách thu phí vệ sinh. Trả lời không ghi tên.',
    service: 'Thu gom rác thải sinh hoạt',
    questions: [
      scale('dung-gio', 'Xe thu gom có đến đúng ngày, đúng giờ không?'),
      scale('sach', 'Điểm tập kết rác gần nhà có sạch không?'),
      {
        id: 'phan-loai',
        title: 'Gia đình đã phân loại rác tại nhà chưa?',
        kind: 'choice',
        options: ['Đã phân loại', 'Chưa, vì chưa được hướng dẫn', 'Chưa, vì xe gom chung'],
      },
      overall,
      more,
    ],
    openedDaysAgo: 50,
    closes: -22,
    invited: 40,
    answered: 29,
    mood: 0.48,
    words: [
      'Xe gom đến muộn vào mùa gặt, rác để hai ngày.',
      'Phân loại ở nhà xong xe lại đổ chung, phân loại làm gì.',
      'Đề nghị thêm thùng ở đầu ngõ hẹp, xe to không vào được.',
    ],
  },
  {
    organisationId: `ubnd-${VU_THU}`,
    title: 'Mức độ hài lòng khi làm thủ tục tại bộ phận một cửa xã Vũ Thư',
    intro: 'Phiếu gửi kèm giấy hẹn trả kết quả. Trả lời không ghi tên và không ảnh hưởng đến hồ sơ.',
    service: 'Tiếp nhận và trả kết quả thủ tục hành chính',
    questions: [
      scale('thai-do', 'Thái độ của người tiếp nhận hồ sơ'),
      scale('thoi-gian', 'Thời gian chờ và thời gian trả kết quả'),
      {
        id: 'so-lan',
        title: 'Ông (bà) phải đến mấy lần cho hồ sơ này?',
        kind: 'choice',
        options: ['Một lần', 'Hai lần', 'Ba lần trở lên', 'Nộp qua mạng'],
      },
      overall,
      more,
    ],
    openedDaysAgo: 20,
    closes: 12,
    invited: 60,
    answered: 41,
    mood: 0.72,
    words: [
      'Cán bộ hướng dẫn tận tình.',
      'Máy lấy số hay hỏng, nên có người chỉ dẫn.',
      'Nộp qua mạng rồi vẫn phải mang bản giấy lên, mong bỏ việc này.',
      'Nên mở thêm sáng thứ Bảy.',
      'Chờ lâu vào đầu tuần, gọi số 0900 000 000 không ai nghe máy.',
    ],
  },
  {
    organisationId: 'so-xd',
    title: 'Khảo sát về chiếu sáng công cộng buổi tối',
    intro: 'Phiếu phát tại các tổ dân phố có đèn mới thay trong năm. Trả lời không ghi tên.',
    service: 'Chiếu sáng công cộng',
    questions: [
      scale('du-sang', 'Đường quanh nhà buổi tối có đủ sáng không?'),
      scale('sua-nhanh', 'Đèn hỏng được sửa nhanh đến mức nào?'),
      overall,
      more,
    ],
    openedDaysAgo: 11,
    closes: 6,
    invited: 30,
    answered: 22,
    mood: 0.63,
    words: [
      'Đèn mới sáng hơn nhưng tắt sớm quá, 22 giờ đã tối.',
      'Ngõ nhỏ chưa có đèn.',
      'Báo hỏng hôm trước hôm sau đã sửa, rất tốt.',
    ],
  },
  {
    organisationId: `ubnd-${KIEN_XUONG}`,
    title: 'Khảo sát sau buổi tiếp công dân định kỳ xã Kiến Xương',
    intro: 'Phiếu phát cho người đã đến buổi tiếp công dân gần nhất. Trả lời không ghi tên.',
    service: 'Tiếp công dân',
    questions: [scale('lang-nghe', 'Ý kiến có được lắng nghe và ghi chép đầy đủ không?'), more],
    openedDaysAgo: 3,
    closes: 20,
    invited: 15,
    answered: 3,
    mood: 0.6,
    words: [],
  },
];
