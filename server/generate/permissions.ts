import { defaultRoles } from '../../platform/identity/index.ts';
import { allPermissions, permissions } from '../../platform/rights/index.ts';
import { page, table } from './markdown.ts';

export function permissionsPage(): string {
  const rows = allPermissions.map((name) => [
    `\`${name}\``,
    permissions[name].vi,
    permissions[name].en,
    ...defaultRoles.map((role) => (role.permissions.includes(name) ? 'x' : '')),
  ]);
  return page(
    '# Permissions and default roles',
    'The closed list of permissions (source: `platform/rights/permissions.ts`) and the roles that a new database starts ' +
      'with (`platform/identity/default-roles.ts`). Administrators change roles and add others; how far a role reaches ' +
      '(the province, an organisation, an area) is said by each assignment.',
    table(['Permission', 'Vietnamese', 'English', ...defaultRoles.map((role) => `\`${role.code}\``)], rows),
    table(
      ['Role', 'Vietnamese', 'English'],
      defaultRoles.map((role) => [`\`${role.code}\``, role.name.vi, role.name.en]),
    ),
  );
}
