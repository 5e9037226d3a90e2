import { allPermissions, type Permission } from '../rights/index.ts';
import type { Text } from '../words/index.ts';

export type RoleSeed = { code: string; name: Text; permissions: readonly Permission[] };

const seeing = ['entity:read', 'alert:read', 'case:read', 'indicator:read'] as const;

/**
 * The roles that the platform starts with; administrators may change them and add others. How far a role reaches is
 * said by each assignment, not here.
 */
export const defaultRoles: readonly RoleSeed[] = [
  {
    code: 'administrator',
    name: { vi: 'Quản trị hệ thống', en: 'Administrator' },
    // Nobody can give what he has not: the one who gives out the first rights has all of them.
    permissions: allPermissions,
  },
  {
    code: 'auditor',
    name: { vi: 'Kiểm toán viên', en: 'Auditor' },
    permissions: ['audit:read', 'service:read'],
  },
  {
    code: 'operator',
    name: { vi: 'Trực ban điều hành', en: 'Operator' },
    permissions: [
      ...seeing,
      'alert:act',
      'case:act',
      'task:act',
      'report:act',
      'report:moderate',
      'report:personal',
      'voice:moderate',
      'wall:read',
      'shift:write',
      'service:read',
    ],
  },
  {
    code: 'officer',
    name: { vi: 'Chuyên viên sở, ngành', en: 'Department officer' },
    permissions: [
      ...seeing,
      'entity:write',
      'history:correct',
      'alert:act',
      'case:act',
      'task:act',
      'report:act',
      'report:personal',
      'report:knowledge',
      'ingest:manage',
      'rule:manage',
      'consultation:manage',
      'voice:answer',
    ],
  },
  {
    code: 'commune-officer',
    name: { vi: 'Cán bộ xã, phường', en: 'Commune officer' },
    permissions: [...seeing, 'task:act', 'report:act', 'report:personal', 'consultation:paper', 'voice:answer'],
  },
  {
    code: 'unit-head',
    name: { vi: 'Lãnh đạo đơn vị', en: 'Head of a unit' },
    permissions: [...seeing, 'task:act', 'report:act', 'report:personal', 'report:approve', 'voice:answer'],
  },
  {
    code: 'hotline-operator',
    name: { vi: 'Điện thoại viên Tổng đài 1022', en: 'Operator of the hotline 1022' },
    // No list and no case: what the one who calls is told comes with the call.
    permissions: ['report:hotline'],
  },
  {
    code: 'leader',
    name: { vi: 'Lãnh đạo', en: 'Leader' },
    permissions: [...seeing, 'wall:read'],
  },
];
