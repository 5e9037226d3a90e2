/** Operations centre (system 1): incidents with procedures, the operator's map and queue, wall and leader's views. */
import Type from 'typebox';
import { declareSystem } from '../../platform/declaration/index.ts';

const text = (vi: string, en: string) => ({ 'x-text': { vi, en } });

export const operations = declareSystem({
  name: 'operations',
  title: { vi: 'Trung tâm điều hành', en: 'Operations centre' },
  entities: {},

  cases: {
    incident: {
      title: { vi: 'Sự cố', en: 'Incident' },
      prefix: 'SC',
      start: 'new',
      form: Type.Object(
        {
          situation: Type.Optional(
            Type.String({ maxLength: 4000, format: 'textarea', ...text('Diễn biến', 'What happened') }),
          ),
          cause: Type.Optional(Type.String({ maxLength: 4000, format: 'textarea', ...text('Nguyên nhân', 'Cause') })),
          consequences: Type.Optional(
            Type.String({ maxLength: 4000, format: 'textarea', ...text('Hậu quả', 'Consequences') }),
          ),
        },
        { additionalProperties: false },
      ),
      clock: { budget: 'PT24H', kind: 'calendar' },
      steps: {
        new: {
          title: { vi: 'Mới mở', en: 'New' },
          to: ['verifying', 'handling', 'cancelled'],
          may: 'case:act',
          within: 'PT1H',
        },
        verifying: {
          title: { vi: 'Đang xác minh', en: 'Verifying' },
          to: ['handling', 'resolved', 'cancelled'],
          may: 'case:act',
        },
        handling: { title: { vi: 'Đang xử lý', en: 'Handling' }, to: ['verifying', 'resolved'], may: 'case:act' },
        resolved: { title: { vi: 'Đã khắc phục', en: 'Resolved' }, to: ['handling', 'closed'], may: 'case:act' },
        closed: { title: { vi: 'Đã đóng', en: 'Closed' }, to: [], may: 'case:act', closed: true },
        cancelled: { title: { vi: 'Đã hủy', en: 'Cancelled' }, to: [], may: 'case:act', closed: true },
      },
    },
  },

  procedures: [
    {
      id: 'operations.air-pollution',
      caseType: 'incident',
      version: 1,
      title: { vi: 'Ô nhiễm không khí', en: 'Air pollution' },
      source: {
        vi: 'Quyết định 1459/QĐ-TCMT; quy trình mẫu của Trung tâm (chờ phê duyệt)',
        en: 'Decision 1459/QĐ-TCMT; the centre’s model procedure (to be approved)',
      },
      items: [
        {
          id: 'verify-station',
          required: true,
          text: {
            vi: 'Xác minh trạm: không hiệu chuẩn, không lỗi; so với các trạm lân cận',
            en: 'Verify the station: no calibration, no fault; compare with its neighbours',
          },
        },
        {
          id: 'field-check',
          required: true,
          text: {
            vi: 'Yêu cầu UBND xã kiểm tra nguồn đốt, nguồn phát thải tại chỗ, chụp ảnh',
            en: 'Ask the commune to check burning and sources on the spot, with photos',
          },
          task: {
            title: { vi: 'Kiểm tra nguồn gây ô nhiễm không khí', en: 'Check the source of air pollution' },
            text: {
              vi: 'Đến hiện trường quanh trạm, tìm nguồn đốt rơm rạ, rác hoặc khói công nghiệp; chụp ảnh; yêu cầu dừng nếu vi phạm; báo kết quả.',
              en: 'Go to the site, look for burning or smoke, take photos, have it stopped, report.',
            },
            to: 'commune-of-entity',
            within: 'PT2H',
          },
        },
        {
          id: 'advise',
          required: false,
          text: { vi: 'Thông báo khuyến cáo cho người dân khu vực', en: 'Advise the people of the area' },
        },
        {
          id: 'follow',
          required: true,
          text: {
            vi: 'Theo dõi đến khi VN_AQI giờ dưới 150 trong 2 giờ liên tục',
            en: 'Follow until hourly VN_AQI is below 150 for two hours',
          },
        },
        {
          id: 'conclude',
          required: true,
          text: { vi: 'Kết luận nguyên nhân, biện pháp đã thực hiện', en: 'Conclude cause and measures' },
        },
      ],
    },
    {
      id: 'operations.silent-station',
      caseType: 'incident',
      version: 1,
      title: { vi: 'Trạm mất tín hiệu', en: 'Silent station' },
      items: [
        { id: 'call', required: true, text: { vi: 'Liên hệ đơn vị vận hành trạm', en: 'Call the station’s operator' } },
        { id: 'power', required: true, text: { vi: 'Kiểm tra điện, đường truyền', en: 'Check power and link' } },
        { id: 'backfill', required: false, text: { vi: 'Yêu cầu gửi bù số liệu', en: 'Ask for the missing data' } },
      ],
    },
    {
      id: 'operations.water',
      caseType: 'incident',
      version: 1,
      title: { vi: 'Nước mặt, nước thải bất thường', en: 'Abnormal surface or waste water' },
      items: [
        {
          id: 'verify-station',
          required: true,
          text: {
            vi: 'Xác minh trạm và thời gian trung bình của quy chuẩn',
            en: 'Verify the station and the standard’s averaging time',
          },
        },
        {
          id: 'facility',
          required: true,
          text: {
            vi: 'Yêu cầu cơ sở báo cáo nguyên nhân, dừng xả nếu cần',
            en: 'Have the facility report the cause, stop discharge if needed',
          },
        },
        {
          id: 'sample',
          required: true,
          text: { vi: 'Lấy mẫu kiểm chứng tại hiện trường', en: 'Take a sample on the spot' },
          task: {
            title: { vi: 'Kiểm tra hiện trường, lấy mẫu nước', en: 'Check the site, take a water sample' },
            to: 'commune-of-entity',
            within: 'PT4H',
          },
        },
        {
          id: 'conclude',
          required: true,
          text: { vi: 'Kết luận, lập hồ sơ xử lý nếu vi phạm', en: 'Conclude; open a violation file if needed' },
        },
      ],
    },
  ],
});
