/** Operations centre (system 1): incidents with procedures, the operator's map and queue, wall and leader's views. */
import Type from 'typebox';
import { declareSystem } from '../../platform/declaration/index.ts';
import { serveShift } from './shift.ts';

const text = (vi: string, en: string) => ({ 'x-text': { vi, en } });

export const operations = declareSystem({
  name: 'operations',
  title: { vi: 'Trung tâm điều hành', en: 'Operations centre' },
  entities: {},
  routes: serveShift,

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
        handling: { title: { vi: 'Đang xử lý', en: 'Handling' }, to: ['resolved', 'verifying'], may: 'case:act' },
        resolved: { title: { vi: 'Đã khắc phục', en: 'Resolved' }, to: ['closed', 'handling'], may: 'case:act' },
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

  indicators: [
    {
      code: 'operations.alerts-raised',
      title: { vi: 'Số cảnh báo phát sinh', en: 'Alerts raised' },
      formula: 'alerts.opened',
      unit: '',
      period: 'month',
      better: 'lower',
    },
    {
      code: 'operations.alerts-in-time',
      title: { vi: 'Cảnh báo được nhận trong 30 phút', en: 'Alerts acknowledged within 30 minutes' },
      formula: 'share(alerts.acknowledged_in_time, alerts.opened)',
      unit: '%',
      period: 'month',
      better: 'higher',
      target: 90,
      law: { vi: 'Chỉ tiêu nội bộ của Trung tâm (chờ phê duyệt)', en: 'The centre’s own target (to be approved)' },
    },
    {
      code: 'operations.incidents-opened',
      title: { vi: 'Số sự cố mở', en: 'Incidents opened' },
      formula: 'incidents.opened',
      unit: '',
      period: 'month',
      better: 'lower',
    },
    {
      code: 'operations.incidents-closed',
      title: { vi: 'Số sự cố đã đóng', en: 'Incidents closed' },
      formula: 'incidents.closed',
      unit: '',
      period: 'month',
      better: 'higher',
    },
    {
      code: 'operations.incidents-in-time',
      title: { vi: 'Sự cố đóng đúng hạn', en: 'Incidents closed in time' },
      formula: 'share(incidents.closed_in_time, incidents.closed)',
      unit: '%',
      period: 'month',
      better: 'higher',
      target: 95,
      law: { vi: 'Chỉ tiêu nội bộ của Trung tâm (chờ phê duyệt)', en: 'The centre’s own target (to be approved)' },
    },
    {
      code: 'environment.air-good-hours',
      title: { vi: 'Thời gian không khí ở mức Tốt, Trung bình', en: 'Time with good or moderate air' },
      formula: 'share(air.hours_good, air.hours)',
      unit: '%',
      period: 'month',
      better: 'higher',
      target: 80,
      law: { vi: 'Quyết định 1459/QĐ-TCMT (thang VN_AQI)', en: 'Decision 1459/QĐ-TCMT (the VN_AQI scale)' },
    },
  ],

  pages: [
    {
      path: 'map',
      file: 'map',
      access: 'alert:read',
      shell: 'console',
      order: 1,
      icon: 'map',
      title: { vi: 'Bản đồ điều hành', en: 'Operations map' },
    },
    {
      path: 'alerts',
      file: 'alerts',
      access: 'alert:read',
      shell: 'console',
      order: 2,
      icon: 'alert',
      title: { vi: 'Hàng đợi cảnh báo', en: 'Alert queue' },
    },
    {
      path: 'alerts/$id',
      file: 'alert',
      access: 'alert:read',
      shell: 'console',
      title: { vi: 'Cảnh báo', en: 'Alert' },
    },
    {
      path: 'incidents',
      file: 'incidents',
      access: 'case:read',
      shell: 'console',
      order: 3,
      icon: 'incident',
      title: { vi: 'Sự cố', en: 'Incidents' },
    },
    {
      path: 'incidents/$id',
      file: 'incident',
      access: 'case:read',
      shell: 'console',
      title: { vi: 'Sự cố', en: 'Incident' },
    },
    {
      path: 'tasks',
      file: 'tasks',
      access: 'task:act',
      shell: 'console',
      order: 4,
      icon: 'task',
      title: { vi: 'Nhiệm vụ', en: 'Tasks' },
    },
    { path: 'tasks/$id', file: 'task', access: 'task:act', shell: 'console', title: { vi: 'Nhiệm vụ', en: 'Task' } },
    {
      path: 'shift',
      file: 'shift',
      access: 'shift:write',
      shell: 'console',
      order: 5,
      icon: 'book',
      title: { vi: 'Sổ trực', en: 'Shift log' },
    },
    {
      path: 'wall',
      file: 'wall',
      access: 'wall:read',
      shell: 'wall',
      order: 6,
      icon: 'wall',
      title: { vi: 'Màn hình lớn', en: 'Wall' },
    },
    {
      path: 'leader',
      file: 'leader',
      access: 'wall:read',
      shell: 'console',
      order: 7,
      icon: 'phone',
      title: { vi: 'Lãnh đạo', en: 'Leader' },
    },
    {
      path: 'indicators',
      file: 'indicators',
      access: 'indicator:read',
      shell: 'console',
      order: 8,
      icon: 'chart',
      title: { vi: 'Chỉ tiêu tháng', en: 'Monthly figures' },
    },
    {
      path: 'entities',
      file: 'entities',
      access: 'entity:read',
      shell: 'console',
      order: 9,
      icon: 'list',
      title: { vi: 'Danh mục đối tượng', en: 'Entities' },
    },
    {
      path: 'entities/$id',
      file: 'entity',
      access: 'entity:read',
      shell: 'console',
      title: { vi: 'Đối tượng', en: 'Entity' },
    },
    {
      path: 'rules',
      file: 'rules',
      access: 'rule:manage',
      shell: 'console',
      order: 30,
      icon: 'rule',
      title: { vi: 'Luật cảnh báo', en: 'Alert rules' },
    },
    {
      path: 'devices',
      file: 'devices',
      access: 'device:manage',
      shell: 'console',
      order: 31,
      icon: 'device',
      title: { vi: 'Thiết bị và dữ liệu vào', en: 'Devices and input' },
    },
    {
      path: 'users',
      file: 'users',
      access: 'user:manage',
      shell: 'console',
      order: 32,
      icon: 'users',
      title: { vi: 'Người dùng', en: 'Users' },
    },
    {
      path: 'audit',
      file: 'audit',
      access: 'audit:read',
      shell: 'console',
      order: 33,
      icon: 'shield',
      title: { vi: 'Nhật ký kiểm toán', en: 'Audit log' },
    },
  ],
});
