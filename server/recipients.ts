import type { LogEvent } from '../platform/events/index.ts';
import type { Identity } from '../platform/identity/index.ts';
import type { Placed } from '../platform/rights/index.ts';

export type Recipient = { userId: string; email: string | null };

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/**
 * Who must know of an event: for what the centre works on, those who may act on it at its place; for a task, the
 * people of the organisation that has it, not everybody whose right reaches that far.
 */
export function recipientsOf(identity: Identity) {
  return async (event: LogEvent): Promise<Recipient[]> => {
    const { kind, payload } = event;
    const own: Placed = { areaCode: event.areaCode, organisationId: event.organisationId };
    const ofCase: Placed = { areaCode: text(payload.caseAreaCode), organisationId: text(payload.caseOrganisationId) };
    const workers = (place: Placed) => identity.holders('case:act', place);
    const assignees = async () =>
      (await identity.holders('task:act', own)).filter((user) => user.organisationId === own.organisationId);
    const ofPlaces = async (places: unknown) =>
      (
        await Promise.all((Array.isArray(places) ? places : []).map((one) => identity.holders('alert:act', one)))
      ).flat();
    const users =
      kind === 'alert.opened' || kind === 'alert.reminded'
        ? await identity.holders('alert:act', own)
        : kind === 'alert.grouped'
          ? await ofPlaces(payload.places)
          : kind === 'alert.assigned'
            ? (await identity.holders('alert:act', own)).filter((user) => user.id === payload.userId)
            : kind === 'source.reminded'
              ? (await identity.holders('entity:read', own)).filter(
                  (user) => user.organisationId === own.organisationId,
                )
              : ['task.assigned', 'task.returned', 'task.cancelled', 'task.approved'].includes(kind)
                ? await assignees()
                : kind === 'task.answered'
                  ? await workers(ofCase)
                  : payload.type === 'initiative' && (kind === 'case.opened' || kind === 'clock.rung')
                    ? await ofInitiative(identity, event)
                    : kind === 'clock.rung' && payload.type === 'report'
                      ? [...(await ofReport(identity, event, ofCase)), ...(payload.taskId ? await assignees() : [])]
                      : kind === 'clock.rung'
                        ? payload.caseOrganisationId === undefined
                          ? await workers(own)
                          : [...(await workers(ofCase)), ...(await assignees())]
                        : [];
    return [...new Map(users.map((user) => [user.id, { userId: user.id, email: user.email }])).values()];
  };
}

/** The unit that must answer an initiative; when its time is over also who else may answer there, up to the province. */
async function ofInitiative(identity: Identity, { areaCode, organisationId, payload }: LogEvent) {
  const all = await identity.holders('voice:answer', { areaCode, organisationId });
  return Number(payload.rung ?? 0) >= 100 ? all : all.filter((user) => user.organisationId === organisationId);
}

/**
 * A report's clock tells those who have it: from half of the time on the unit's officers and its head; when the time is
 * over also the organisation above, and where nobody is there the one above that. Its steps ring only when they are
 * over: what waits for a moderator tells the moderators.
 */
async function ofReport(identity: Identity, event: LogEvent, unit: Placed) {
  const rung = Number(event.payload.rung);
  const clock = text(event.payload.clock) ?? '';
  if (clock.startsWith('step:') && rung < 100) return [];
  if (clock === 'step:received' || unit.organisationId === null) return identity.holders('report:moderate', unit);
  const tree = await identity.tree();
  const own = async (permission: 'report:act' | 'report:approve' | 'case:read', organisationId: string) => {
    const areaCode = tree.get(organisationId)?.areaCode ?? null;
    const holders = await identity.holders(permission, { areaCode, organisationId });
    return holders.filter((user) => user.organisationId === organisationId);
  };
  const told = [
    ...(await own('report:act', unit.organisationId)),
    ...(await own('report:approve', unit.organisationId)),
  ];
  if (rung < 100 || clock !== 'case') return told;
  const seen = new Set([unit.organisationId]);
  let above = tree.get(unit.organisationId)?.parentId ?? null;
  while (above !== null && !seen.has(above)) {
    seen.add(above);
    const heads = await own('report:approve', above);
    const people = heads.length > 0 ? heads : await own('case:read', above);
    if (people.length > 0) return [...told, ...people];
    above = tree.get(above)?.parentId ?? null;
  }
  return told;
}
