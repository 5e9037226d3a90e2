/** What the log and the audit say of alerts, storms and pauses. */
import type { NewEvent } from '../events/index.ts';
import type { Text } from '../words/index.ts';
import type { Joined } from './groups.ts';
import type { ActResult, Alert, Pause, Step, Told } from './types.ts';

/** What the audit log calls each move that people or the system make; `updated` is counting and not audited. */
export const audited: Partial<Record<Step['kind'], string>> = {
  opened: 'alert.open',
  reopened: 'alert.reopen',
  returned: 'alert.return',
  rose: 'alert.rise',
  fell: 'alert.fall',
  cleared: 'alert.clear',
  acknowledged: 'alert.acknowledge',
  assigned: 'alert.assign',
  closed: 'alert.close',
  snoozed: 'alert.snooze',
  woken: 'alert.wake',
  linked: 'alert.link',
  unlinked: 'alert.unlink',
};

/** One word for a storm, to the people of all the places that it has reached and that were not told yet. */
export function stormEvent({ group, count, places }: Joined['told'][number]): NewEvent {
  return {
    kind: 'alert.grouped',
    subject: group.id,
    areaCode: places.length === 1 ? (places[0]?.areaCode ?? null) : null,
    organisationId: places.length === 1 ? (places[0]?.organisationId ?? null) : null,
    permission: 'alert:read',
    payload: { title: group.title, severity: group.worst, count, places, kind: group.kind },
  };
}

export function eventOf(alert: Alert, told: Told, quiet: boolean): NewEvent {
  return {
    kind: `alert.${told}`,
    subject: alert.id,
    areaCode: alert.areaCode,
    organisationId: alert.organisationId,
    permission: 'alert:read',
    isPublic: alert.isPublic,
    payload: {
      key: alert.key,
      source: alert.source,
      entityId: alert.entityId,
      entityName: alert.entityName,
      title: alert.title,
      text: alert.text,
      severity: alert.severity,
      state: alert.state,
      condition: alert.condition,
      value: alert.value,
      unit: alert.unit,
      count: alert.count,
      reminders: alert.reminders,
      snoozedUntil: alert.snoozed?.until.toISOString() ?? null,
      reopened: alert.reopened,
      happenedAt: alert.happenedAt.toISOString(),
      lastAt: alert.lastAt.toISOString(),
      acknowledgedBy: alert.acknowledged?.name ?? null,
      caseId: alert.caseId,
      groupId: alert.groupId,
      ...(quiet ? { quiet } : {}),
      ...(told === 'assigned' ? { userId: alert.acknowledged?.id } : {}),
      opens: alert.opens,
      provenance: alert.provenance,
    },
  };
}

export const pauseEvent = (pause: Pause): NewEvent => ({
  kind: 'alert.paused',
  subject: pause.id,
  areaCode: pause.areaCode,
  organisationId: pause.organisationId,
  permission: 'alert:read',
  payload: { until: pause.until.toISOString() },
});

/** What an act upon many came to for one of them. */
export const resultOf = ({ id, title, entityName }: Alert, reason: Text | null): ActResult => ({
  id,
  title,
  entityName,
  done: reason === null,
  reason,
});
