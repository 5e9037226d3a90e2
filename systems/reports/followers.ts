import { clockFollower } from './clock-follower.ts';
import { TOLD, tellFollowers } from './messages.ts';
import type { Parts } from './parts.ts';
import { HANDED, handOver } from './receivers.ts';
import { markSpam } from './spam.ts';

/** What follows from a report by itself, each with a cursor of its own: one that fails holds up no other. */
export function followReports(parts: Parts): void {
  parts.log.follow(clockFollower);
  parts.log.follow({
    name: 'reports.spam',
    kinds: ['report.received'],
    startAt: 'now',
    handle: (tx, events) => markSpam(tx, parts, events),
  });
  parts.log.follow({
    name: 'reports.messages',
    kinds: TOLD,
    startAt: 'now',
    handle: (tx, events) => tellFollowers(tx, parts, events),
  });
  parts.log.follow({
    name: 'reports.receivers',
    kinds: HANDED,
    startAt: 'now',
    handle: (tx, events) => handOver(tx, parts, events),
  });
}
