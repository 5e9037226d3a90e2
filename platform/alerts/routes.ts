import type { Http } from '../http/index.ts';
import { type Principal, visible } from '../rights/index.ts';
import { alertsApi } from './api.ts';
import type { Alerts } from './index.ts';
import { mayOf } from './life-cycle.ts';
import type { Alert, AlertGroup, Severity, Step } from './types.ts';

export function serveAlerts(http: Http, alerts: Alerts): void {
  http.serve('alerts', alertsApi, {
    'GET /api/alerts': async ({ principal, query }) => {
      const { severity, from, to, ...rest } = query;
      const found = await alerts.find(visible(principal, 'alert:read'), {
        ...rest,
        ...(severity ? { severity: severity as Severity } : {}),
        ...(from ? { from: new Date(from) } : {}),
        ...(to ? { to: new Date(to) } : {}),
      });
      return { items: found.items.map((alert) => asAnswer(principal, alert)), total: found.total };
    },
    'GET /api/alerts/counts': ({ principal }) => alerts.counts(visible(principal, 'alert:read')),
    'GET /api/alert-queue': async ({ principal, query }) => {
      const { lines, total } = await alerts.queue(visible(principal, 'alert:read'), query.limit);
      return {
        lines: lines.map((line) =>
          'alert' in line ? { alert: asAnswer(principal, line.alert) } : { group: asGroupAnswer(line.group) },
        ),
        total,
      };
    },
    'GET /api/alert-groups/:id': async ({ principal, params }) =>
      asGroupAnswer(await alerts.group(visible(principal, 'alert:read'), params.id)),
    'POST /api/alert-acts/handlers': async ({ principal, body }) => ({
      items: await alerts.handlers(visible(principal, 'alert:act'), body),
    }),
    'POST /api/alert-acts': async ({ principal, body }) => {
      const { ids = [], groups = [], ...act } = body;
      const done = act.act === 'snooze' ? { ...act, until: new Date(act.until) } : act;
      return { results: await alerts.act(principal, { ids, groups }, done) };
    },
    'GET /api/alerts/:id': async ({ principal, params }) => {
      const rights = visible(principal, 'alert:read');
      const alert = await alerts.get(rights, params.id);
      const [timeline, why] = await Promise.all([alerts.timeline(rights, alert.id), alerts.explain(rights, alert.id)]);
      return { ...asAnswer(principal, alert), evidence: alert.evidence, timeline: timeline.map(asLine), why };
    },
    'POST /api/alerts/:id/acknowledge': async ({ principal, params, body }) =>
      asAnswer(principal, await alerts.acknowledge(principal, params.id, body.note)),
    'POST /api/alerts/:id/snooze': async ({ principal, params, body }) =>
      asAnswer(principal, await alerts.snooze(principal, params.id, new Date(body.until), body.reason)),
    'POST /api/alerts/:id/close': async ({ principal, params, body }) =>
      asAnswer(principal, await alerts.close(principal, params.id, body.reason)),
  });
}

function asGroupAnswer(group: AlertGroup) {
  return {
    ...group,
    openedAt: group.openedAt.toISOString(),
    joinedAt: group.joinedAt.toISOString(),
    happenedAt: group.happenedAt?.toISOString() ?? null,
    lastAt: group.lastAt?.toISOString() ?? null,
  };
}

function asAnswer(principal: Principal, alert: Alert) {
  const { worse: _worse, toldAt: _toldAt, evidence: _evidence, ...shown } = alert;
  return {
    ...shown,
    happenedAt: alert.happenedAt.toISOString(),
    knownAt: alert.knownAt.toISOString(),
    lastAt: alert.lastAt.toISOString(),
    overAt: alert.overAt?.toISOString() ?? null,
    acknowledged: alert.acknowledged && { ...alert.acknowledged, at: alert.acknowledged.at.toISOString() },
    closed: alert.closed && { ...alert.closed, at: alert.closed.at.toISOString() },
    snoozed: alert.snoozed && { ...alert.snoozed, until: alert.snoozed.until.toISOString() },
    remindAt: alert.remindAt?.toISOString() ?? null,
    may: mayOf(principal, alert),
  };
}

function asLine(step: Step) {
  return { ...step, happenedAt: step.happenedAt.toISOString(), knownAt: step.knownAt.toISOString() };
}
