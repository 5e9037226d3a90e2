import { describe, expect, it } from 'vitest';
import { covers, demand, may, type Principal, publicPrincipal, scopeOf, systemPrincipal } from './index.ts';

const officer: Principal = {
  kind: 'user',
  id: 'u',
  name: 'Cán bộ',
  organisationId: 'ubnd-13192',
  grants: [
    { permission: 'case:read', scope: { all: false, organisations: ['ubnd-13192'], areas: ['13192', '12433'] } },
    { permission: 'task:act', scope: { all: false, organisations: ['ubnd-13192'], areas: [] } },
  ],
};

describe('rights', () => {
  it('reach the rows of the own area, its predecessors and the own organisation, and no other', () => {
    expect(covers(officer, 'case:read', { areaCode: '13192', organisationId: null })).toBe(true);
    expect(covers(officer, 'case:read', { areaCode: '12433', organisationId: null })).toBe(true);
    expect(covers(officer, 'case:read', { areaCode: '13075', organisationId: 'ubnd-13192' })).toBe(true);
    expect(covers(officer, 'case:read', { areaCode: '13075', organisationId: 'ubnd-13075' })).toBe(false);
    // A row of no place is seen by those whose reach is the whole province only.
    expect(covers(officer, 'case:read', { areaCode: null, organisationId: null })).toBe(false);
    expect(covers(systemPrincipal('x', ['case:read']), 'case:read', { areaCode: null, organisationId: null })).toBe(
      true,
    );
  });

  it('are each of their own: reading does not give acting', () => {
    expect(may(officer, 'case:act')).toBe(false);
    expect(covers(officer, 'task:act', { areaCode: '13192', organisationId: null })).toBe(false);
    expect(() => demand(officer, 'case:act', { areaCode: '13192', organisationId: null })).toThrow(/case:act/);
  });

  it('let strangers see what is public and change nothing', () => {
    const row = { areaCode: '13192', organisationId: null, isPublic: true };
    expect(covers(publicPrincipal, 'entity:read', row)).toBe(true);
    expect(covers(publicPrincipal, 'entity:read', { ...row, isPublic: false })).toBe(false);
    expect(covers(publicPrincipal, 'entity:write', row)).toBe(false);
  });

  it('are the union of what was granted', () => {
    const twice: Principal = {
      ...officer,
      grants: [
        { permission: 'alert:read', scope: { all: false, organisations: ['a'], areas: [] } },
        { permission: 'alert:read', scope: { all: false, organisations: [], areas: ['1'] } },
      ],
    };
    expect(scopeOf(twice, 'alert:read')).toEqual({ all: false, organisations: ['a'], areas: ['1'] });
    expect(scopeOf(twice, 'case:read')).toBeNull();
  });
});
