import type { Http } from '../http/index.ts';
import { covers, type Principal } from '../rights/index.ts';
import { rulesApi } from './api.ts';
import type { Rules } from './index.ts';
import type { Rule, RuleDeclaration, RuleEdit } from './types.ts';

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
    'POST /api/rules': async ({ principal, body }) =>
      asAnswer(principal, await rules.make(principal, body.definition as RuleDeclaration)),
    'POST /api/rules/:id/restore': async ({ principal, params, body }) =>
      asAnswer(principal, await rules.restore(principal, params.id, body.version, body.to)),
    'POST /api/rules/check': async ({ body }) => ({ words: rules.check(body.definition as RuleDeclaration) }),
    'POST /api/rules/trials': async ({ principal, body }) => ({
      id: await rules.try(principal, body.definition as RuleDeclaration, body.days),
    }),
    'GET /api/rules/trials/:id': async ({ principal, params }) => {
      const { from, to, startedAt, ...trial } = await rules.trial(principal, params.id);
      return { ...trial, from: from.toISOString(), to: to.toISOString(), startedAt: startedAt.toISOString() };
    },
    'GET /api/rules/export': () => rules.export(),
    'POST /api/rules/import': async ({ principal, body }) => ({
      items: await rules.import(principal, body.document, body.dryRun),
    }),
    'GET /api/entities/:id/held': async ({ principal, params }) => {
      const items = await rules.heldBack(principal, params.id);
      return { items: items.map((one) => ({ ...one, since: one.since.toISOString() })) };
    },
  });
}
