import type { Http } from '../http/index.ts';
import { covers, type Principal } from '../rights/index.ts';
import { rulesApi } from './api.ts';
import type { Rules } from './index.ts';
import type { Rule, RuleEdit } from './types.ts';

export function serveRules(http: Http, rules: Rules): void {
  const asAnswer = (principal: Principal, rule: Rule) => ({
    id: rule.id,
    version: rule.version,
    definition: rule.definition,
    declared: rule.declared,
    enabled: rule.enabled,
    editedBy: rule.editedBy,
    editedAt: rule.editedAt.toISOString(),
    words: rule.words,
    problem: rule.problem,
    may: rules.may(principal),
  });

  http.serve('rules', rulesApi, {
    'GET /api/rules': async ({ principal }) => {
      // They count everybody's observations, so they are for those who see the alerts of the whole province.
      const all = covers(principal, 'alert:read', { areaCode: null, organisationId: null });
      const [items, tallies] = await Promise.all([rules.list(), all ? rules.tallies() : []]);
      return {
        items: items.map((rule) => asAnswer(principal, rule)),
        total: items.length,
        tallies: tallies.map((one) => ({ ...one, lastAt: one.lastAt.toISOString() })),
      };
    },
    'GET /api/rules/:id': async ({ principal, params }) => {
      const { versions, ...rule } = await rules.get(params.id);
      return {
        ...asAnswer(principal, rule),
        versions: versions.map((one) => ({ ...one, editedAt: one.editedAt.toISOString() })),
      };
    },
    'PUT /api/rules/:id': async ({ principal, params, body }) => {
      const { version, ...change } = body;
      return asAnswer(principal, await rules.edit(principal, params.id, version, change as RuleEdit));
    },
  });
}
