import type { Text } from '../words/index.ts';

/** Every permission that exists. A route, a page or a role that names another one does not compile. */
export const permissions = {
  'entity:read': { vi: 'Xem đối tượng (trạm, công trình…)', en: 'See entities' },
  'entity:write': { vi: 'Sửa đối tượng', en: 'Edit entities' },
  'history:correct': { vi: 'Hiệu chỉnh, loại bỏ số liệu đã lưu', en: 'Correct and take out stored values' },
  'retention:manage': { vi: 'Quản lý thời hạn lưu giữ số liệu', en: 'Manage how long data are kept' },
  'device:manage': { vi: 'Quản lý thiết bị và khóa', en: 'Manage devices and their keys' },
  'ingest:manage': { vi: 'Xem và xử lý dữ liệu bị cách ly', en: 'See and retry quarantined input' },
  'alert:read': { vi: 'Xem cảnh báo', en: 'See alerts' },
  'alert:act': { vi: 'Tiếp nhận, đóng cảnh báo', en: 'Acknowledge and close alerts' },
  'case:read': { vi: 'Xem sự cố, hồ sơ', en: 'See cases' },
  'case:act': { vi: 'Mở, xử lý, đóng sự cố', en: 'Open, work and close cases' },
  'report:act': { vi: 'Xử lý phản ánh của người dân', en: 'Handle citizens’ reports' },
  'report:moderate': { vi: 'Kiểm duyệt phản ánh trước khi công khai', en: 'Moderate reports before publication' },
  'report:approve': { vi: 'Duyệt trả lời phản ánh', en: 'Approve answers to reports' },
  'report:personal': { vi: 'Xem thông tin cá nhân của người phản ánh', en: 'Read personal data of those who report' },
  'report:manage': { vi: 'Quản lý danh mục, phân tuyến phản ánh', en: 'Manage categories and routing of reports' },
  'report:hotline': { vi: 'Nhận cuộc gọi của Tổng đài 1022', en: 'Take calls at the desk of the hotline 1022' },
  'report:knowledge': { vi: 'Biên soạn kho tri thức của Tổng đài 1022', en: 'Write what the hotline answers with' },
  'task:act': { vi: 'Thực hiện nhiệm vụ được giao', en: 'Carry out assigned tasks' },
  'consultation:manage': {
    vi: 'Soạn, công bố và kiểm phiếu lấy ý kiến nhân dân',
    en: 'Prepare, publish and count consultations',
  },
  'consultation:paper': { vi: 'Nhập và kiểm lại phiếu giấy', en: 'Enter and check paper ballots' },
  'voice:moderate': {
    vi: 'Kiểm duyệt sáng kiến, bình luận của người dân',
    en: 'Moderate citizens’ initiatives and comments',
  },
  'voice:answer': {
    vi: 'Trả lời sáng kiến, bình luận của người dân',
    en: 'Answer citizens’ initiatives and comments',
  },
  'rule:manage': { vi: 'Quản lý luật cảnh báo', en: 'Manage rules' },
  'indicator:read': { vi: 'Xem chỉ tiêu, báo cáo', en: 'See indicators and reports' },
  'wall:read': { vi: 'Xem màn hình điều hành', en: 'See the wall and the leader view' },
  'shift:write': { vi: 'Ghi sổ trực', en: 'Write the shift log' },
  'user:manage': { vi: 'Quản lý người dùng, đơn vị, vai trò', en: 'Manage users, organisations and roles' },
  'calendar:manage': { vi: 'Quản lý lịch làm việc', en: 'Manage the working calendar' },
  'territory:manage': { vi: 'Quản lý địa giới', en: 'Manage territory' },
  'audit:read': { vi: 'Xem nhật ký kiểm toán', en: 'Read the audit log' },
  'service:read': { vi: 'Xem tình trạng hệ thống', en: 'See service health' },
} as const satisfies Record<string, Text>;

export type Permission = keyof typeof permissions;

export const allPermissions = Object.keys(permissions) as Permission[];
