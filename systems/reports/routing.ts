/** Who gets a report. Pure: the tree of organisations and the rules are arguments. */
import type { Organisation, OrganisationTree } from '../../platform/identity/index.ts';
import type { Category } from './types.ts';

export type Route = {
  id: string;
  category: string | null;
  areaCode: string | null;
  /** null: whoever solved the like here before */
  organisationId: string | null;
};

export type Routed = {
  organisationId: string | null;
  /** the area in whose people's rights the case lies: that of the unit, not that of the place */
  areaCode: string | null;
  why: 'rule' | 'history' | 'category' | 'commune' | 'province' | 'above' | 'nobody';
  /** the rule that decided, where one did */
  ruleId: string | null;
};

const fits = (one: Route, category: Pick<Category, 'code' | 'parent'>, areaCode: string): boolean =>
  (one.category === null || one.category === category.code || one.category === category.parent) &&
  (one.areaCode === null || one.areaCode === areaCode);

/** Whether a rule that fits asks who solved the like here before. */
export const asksHistory = (
  routes: readonly Route[],
  category: Pick<Category, 'code' | 'parent'>,
  areaCode: string,
): boolean => routes.some((one) => one.organisationId === null && fits(one, category, areaCode));

/** Inspectorate: takes what is about a unit, where the province has entered one. */
const INSPECTORATE = 'thanh-tra';

/**
 * The first that may have it: a rule for category and area (to a unit, or to whoever solved the like here before), the
 * category's own unit, the commune of the place, the province. A rule whose unit ended, or that finds no history, is
 * passed by. What is about a unit goes to the inspectorate, or to whoever stands above it; never to itself or below.
 */
export function route(
  tree: OrganisationTree,
  report: {
    category: Pick<Category, 'code' | 'parent' | 'unit'>;
    areaCode: string;
    aboutOrganisationId: string | null;
  },
  routes: readonly Route[],
  /** who solved most of the category in this commune, where a rule asks for it */
  history: string | null = null,
): Routed {
  const { category, areaCode, aboutOrganisationId } = report;
  const valid = (id: string | null | undefined): Organisation | null => {
    const one = id ? tree.get(id) : undefined;
    return one && tree.isValid(one) ? one : null;
  };
  const province = tree.search({ kind: 'province', limit: 1, offset: 0 }).items[0] ?? null;
  if (aboutOrganisationId !== null) {
    const unit = above(tree, aboutOrganisationId, valid(INSPECTORATE) ?? province);
    return unit ? to(unit, 'above') : { organisationId: null, areaCode: null, why: 'nobody', ruleId: null };
  }
  for (const one of routes) {
    const unit = fits(one, category, areaCode) ? valid(one.organisationId ?? history) : null;
    if (unit) return { ...to(unit, one.organisationId === null ? 'history' : 'rule'), ruleId: one.id };
  }
  const own = category.unit.to === 'organisation' ? valid(category.unit.id) : null;
  if (own) return to(own, 'category');
  const commune = tree.forArea(areaCode, 'commune');
  if (commune) return to(commune, 'commune');
  return province ? to(province, 'province') : { organisationId: null, areaCode, why: 'nobody', ruleId: null };
}

/** Whether a report may go to this organisation: what is about a unit stays out of its hands and of those below it. */
export function mayHave(tree: OrganisationTree, organisationId: string, aboutOrganisationId: string | null): boolean {
  return aboutOrganisationId === null || !tree.reach(aboutOrganisationId).includes(organisationId);
}

function above(tree: OrganisationTree, about: string, inspectorate: Organisation | null): Organisation | null {
  if (inspectorate && mayHave(tree, inspectorate.id, about)) return inspectorate;
  const seen = new Set<string>();
  let next = tree.get(about)?.parentId ?? null;
  while (next !== null && !seen.has(next)) {
    seen.add(next);
    const one = tree.get(next);
    if (one && tree.isValid(one)) return one;
    next = one?.parentId ?? null;
  }
  return null;
}

const to = (unit: Organisation, why: Routed['why']): Routed => ({
  organisationId: unit.id,
  areaCode: unit.areaCode,
  why,
  ruleId: null,
});
