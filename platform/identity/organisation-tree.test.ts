import { describe, expect, it } from 'vitest';
import { type Organisation, treeOf } from './organisation-tree.ts';

const one = (id: string, parentId: string | null, more: Partial<Organisation> = {}): Organisation => ({
  id,
  name: { vi: id, en: id },
  kind: 'department',
  parentId,
  areaCode: null,
  validFrom: null,
  validTo: null,
  successorIds: [],
  version: 1,
  ...more,
});

const all = [
  one('ubnd-tinh', null, { kind: 'province' }),
  one('so-nnmt', 'ubnd-tinh', { name: { vi: 'Sở Nông nghiệp và Môi trường', en: 'Department of Agriculture' } }),
  // Until 1 March 2025 the environment had a department of its own; both were joined.
  one('so-tnmt', 'ubnd-tinh', { validTo: '2025-03-01', successorIds: ['so-nnmt'] }),
  one('tram-1', 'so-nnmt', { kind: 'centre' }),
  one('tram-2', 'tram-1', { kind: 'centre', validFrom: '2027-01-01' }),
  one('so-yte', 'ubnd-tinh', { name: { vi: 'Sở Y tế', en: 'Department of Health' } }),
  one('ubnd-12433', 'ubnd-tinh', {
    kind: 'commune',
    areaCode: '12433',
    name: { vi: 'UBND xã Đông Hưng', en: 'Dong Hung' },
  }),
];

describe('the tree of organisations', () => {
  it('reaches the organisation, what is below it today, and those it took over from', () => {
    const tree = treeOf(all, '2026-11-23');
    expect(tree.reach('so-nnmt').sort()).toEqual(['so-nnmt', 'so-tnmt', 'tram-1']);
    expect(treeOf(all, '2027-01-01').reach('so-nnmt').sort()).toEqual(['so-nnmt', 'so-tnmt', 'tram-1', 'tram-2']);
  });

  it('does not reach what has not been taken over yet', () => {
    expect(treeOf(all, '2025-02-28').reach('so-nnmt').sort()).toEqual(['so-nnmt', 'tram-1']);
  });

  it('reaches nothing from an organisation that ended or never was', () => {
    const tree = treeOf(all, '2025-03-01');
    expect(tree.reach('so-tnmt')).toEqual([]);
    expect(tree.reach('so-gtvt')).toEqual([]);
  });

  it('ends on a circle that somebody wrote into the table by hand', () => {
    expect(
      treeOf([one('a', 'b'), one('b', 'a')], '2026-11-23')
        .reach('a')
        .sort(),
    ).toEqual(['a', 'b']);
  });

  it('finds with and without diacritics, in Vietnamese order, and leaves out the past unless asked', () => {
    const tree = treeOf(all, '2026-11-23');
    const ids = (q: string, past = false) =>
      tree.search({ q, past, limit: 10, offset: 0 }).items.map((found) => found.id);
    expect(ids('dong hung')).toEqual(['ubnd-12433']);
    expect(ids('Đông Hưng')).toEqual(['ubnd-12433']);
    expect(ids('Đông Hưng'.normalize('NFD'))).toEqual(['ubnd-12433']);
    expect(ids('so ')).toEqual(['so-nnmt', 'so-yte']);
    expect(ids('tnmt')).toEqual([]);
    expect(ids('tnmt', true)).toEqual(['so-tnmt']);
    expect(tree.search({ limit: 1, offset: 1 })).toMatchObject({ total: 5, items: [{ id: 'so-yte' }] });
  });

  it("gives the people's committee of a commune, and nothing for a neighbour or another kind", () => {
    const tree = treeOf(all, '2026-11-23');
    expect(tree.forArea('12433', 'commune')?.id).toBe('ubnd-12433');
    expect(tree.forArea('12434', 'commune')).toBeNull();
    expect(tree.forArea('12433', 'department')).toBeNull();
  });
});
