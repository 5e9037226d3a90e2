import type { LogEvent } from '../platform/events/index.ts';
import type { Identity } from '../platform/identity/index.ts';
import type { Permission } from '../platform/rights/index.ts';

export type Recipient = { userId: string; email: string | null };

/** Who acts on which events; everything else is seen on the screens. */
const actors: { kind: string; permission: Permission }[] = [
  { kind: 'alert.opened', permission: 'alert:act' },
  { kind: 'task.assigned', permission: 'task:act' },
  { kind: 'task.returned', permission: 'task:act' },
  { kind: 'task.answered', permission: 'case:act' },
  { kind: 'clock.rung', permission: 'case:act' },
];

/** Who must know of an event: those whose right to act on it covers its place. */
export function recipientsOf(identity: Identity) {
  return async (event: LogEvent): Promise<Recipient[]> => {
    const rule = actors.find((one) => one.kind === event.kind);
    if (!rule) return [];
    const { areaCode, organisationId } = event;
    const holders = await identity.holders(rule.permission, { areaCode, organisationId });
    return holders.map((user) => ({ userId: user.id, email: user.email }));
  };
}
