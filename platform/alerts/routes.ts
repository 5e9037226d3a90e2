import type { Http } from '../http/index.ts';
import { covers, may, type Principal, visible } from '../rights/index.ts';
import { alertsApi } from './api.ts';
import type { Alerts } from './index.ts';
import { mayOf } from './life-cycle.ts';
import type { Alert, AlertGroup, Pause, Severity, Step } from './types.ts';

export function serveAlerts(http: Http, alerts: Alerts): void {
  http.serve('alerts', alertsApi, {
    'GET /api/alerts': async ({ principal, query }) => {
      const { severity, from, to, knownFrom, knownTo, ...rest } = query;
      const found = await alerts.find(visible(principal, 'alert:read'), {
        ...rest,
        ...(severity ? { severity: severity as Severity } : {}),
        ...(from ? { from: new Date(from) } : {}),
        ...(to ? { to: new Date(to) } : {}),
        ...(knownFrom ? { knownFrom: new Date(knownFrom) } : {}),
        ...(knownTo ? { knownTo: new Date(knownTo) } : {}),
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
    'GET /api/alert-statistics': async ({ principal, query }) => ({
      items: await alerts.statistics(visible(principal, 'alert:read'), {
        by: query.by,
        from: new Date(query.from),
        to: new Date(query.to),
      }),
    }),
    'GET /api/alert-pauses': async ({ principal, query }) => ({
      items: (await alerts.pauses(visible(principal, 'alert:read'), query)).map((one) => asPauseAnswer(principal, one)),
      may: may(principal, 'alert:act') ? ['make'] : [],
    }),
    'POST /api/alert-pauses': async ({ principal, body }) => {
      const { from, until, ...given } = body;
      const pause = await alerts.pause(principal, { ...given, from: new Date(from), until: new Date(until) });
      return asPauseAnswer(principal, pause);
    },
    'POST /api/alert-pauses/:id/end': async ({ principal, params }) =>
      asPauseAnswer(principal, await alerts.endPause(principal, params.id)),
    'GET /api/alert-held': async ({ principal, query }) => {
      const items = await alerts.heldBack(visible(principal, 'alert:read'), query);
      return {
        items: items.map((one) => ({
          ...one,
          since: one.since.toISOString(),
          lastAt: one.lastAt.toISOString(),
          overAt: one.overAt?.toISOString() ?? null,
          releasedAt: one.releasedAt?.toISOString() ?? null,
          until: one.until.toISOString(),
        })),
      };
    },
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
  const { worse: _w, toldAt: _t, evidence: _e, turns: _turns, quietAt: _q, entityType: _type, ...shown } = alert;
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
    flapping: alert.flapping && { ...alert.flapping, since: alert.flapping.since.toISOString() },
    may: mayOf(principal, alert),
  };
}

function asPauseAnswer(principal: Principal, pause: Pause) {
  const { areaCode, organisationId, ...shown } = pause;
  return {
    ...shown,
    from: pause.from.toISOString(),
    until: pause.until.toISOString(),
    made: { ...pause.made, at: pause.made.at.toISOString() },
    ended: pause.ended && { ...pause.ended, at: pause.ended.at.toISOString() },
    may: pause.state !== 'over' && covers(principal, 'alert:act', { areaCode, organisationId }) ? ['end'] : [],
  };
}

function asLine(step: Step) {
  return { ...step, happenedAt: step.happenedAt.toISOString(), knownAt: step.knownAt.toISOString() };
}
