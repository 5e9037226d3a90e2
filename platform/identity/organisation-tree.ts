import { plain, type Text } from '../words/index.ts';

/** province: UBND tỉnh; department: sở, ban, ngành; commune: UBND xã, phường; centre: trung tâm, trạm, đội. */
export const organisationKinds = ['province', 'department', 'commune', 'centre', 'enterprise', 'other'] as const;
export type OrganisationKind = (typeof organisationKinds)[number];

export type Organisation = {
  /** short and stable: 'so-nnmt', 'ubnd-12433' */
  id: string;
  name: Text;
  kind: OrganisationKind;
  parentId: string | null;
  areaCode: string | null;
  /** first day (yyyy-mm-dd); null: always was */
  validFrom: string | null;
  /** first day no longer valid; null while it stands */
  validTo: string | null;
  /** those that took over its work, once it ended */
  successorIds: string[];
  version: number;
};

/** All organisations as a tree at one day; pure, made anew when something changes. */
export type OrganisationTree = {
  get(id: string): Organisation | undefined;
  isValid(one: Organisation): boolean;
  /**
   * The ids whose rows a grant on this organisation reaches: itself and all below that are valid on the day, and
   * organisations that ended and were taken over by one of these (their records keep their old name). Empty where the
   * organisation does not exist or is not valid on the day.
   */
  reach(id: string): string[];
  /** The valid organisation of a kind for exactly this area code; the first by id where there are several. */
  forArea(areaCode: string, kind: OrganisationKind): Organisation | null;
  search(query: OrganisationQuery): { items: Organisation[]; total: number };
};

export type OrganisationQuery = {
  q?: string;
  kind?: OrganisationKind;
  areaCode?: string;
  parentId?: string;
  /** also those that are not valid on the day */
  past?: boolean;
  limit: number;
  offset: number;
};

const byName = new Intl.Collator('vi');

/** @param day yyyy-mm-dd in Vietnam */
export function treeOf(all: readonly Organisation[], day: string): OrganisationTree {
  const byId = new Map(all.map((one) => [one.id, one]));
  const isValid = (one: Organisation): boolean =>
    (one.validFrom === null || one.validFrom <= day) && (one.validTo === null || day < one.validTo);
  const below = new Map<string, Organisation[]>();
  const before = new Map<string, Organisation[]>();
  for (const one of all) {
    if (one.parentId !== null && isValid(one)) push(below, one.parentId, one);
    if (!isValid(one)) for (const id of one.successorIds) push(before, id, one);
  }
  const names = new Map(all.map((one) => [one.id, plain(`${one.name.vi} ${one.name.en} ${one.id}`)]));
  const reached = new Map<string, string[]>();

  return {
    get: (id) => byId.get(id),
    isValid,
    reach(id) {
      const root = byId.get(id);
      if (!root || !isValid(root)) return [];
      const known = reached.get(id);
      if (known) return known;
      const found = new Set<string>([id]);
      // A set grows while it is walked, and each id enters once: a cycle ends by itself.
      for (const each of found) {
        const one = byId.get(each);
        if (one && isValid(one)) for (const child of below.get(each) ?? []) found.add(child.id);
        for (const old of before.get(each) ?? []) found.add(old.id);
      }
      const ids = [...found];
      reached.set(id, ids);
      return ids;
    },
    forArea: (areaCode, kind) =>
      all
        .filter((one) => one.areaCode === areaCode && one.kind === kind && isValid(one))
        .sort((a, b) => (a.id < b.id ? -1 : 1))[0] ?? null,
    search({ q, kind, areaCode, parentId, past, limit, offset }) {
      const words = plain(q ?? '')
        .split(/\s+/)
        .filter(Boolean);
      const found = all
        .filter(
          (one) =>
            (past || isValid(one)) &&
            (kind === undefined || one.kind === kind) &&
            (areaCode === undefined || one.areaCode === areaCode) &&
            (parentId === undefined || one.parentId === parentId) &&
            words.every((word) => names.get(one.id)?.includes(word)),
        )
        .sort((a, b) => byName.compare(a.name.vi, b.name.vi) || (a.id < b.id ? -1 : 1));
      return { items: found.slice(offset, offset + limit), total: found.length };
    },
  };
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
