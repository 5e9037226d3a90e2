import {
  notify,
  notifyError,
  Severity,
  type SeverityStep,
  StateBadge,
  useFormats,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { operationsWords } from './words.ts';

export type AlertRow = Awaited<ReturnType<typeof client.call<'GET /api/alerts'>>>['items'][number];

/** Where an alert stands: who handles it, and whether its condition still holds. */
export function AlertState({ alert }: { alert: Pick<AlertRow, 'state' | 'condition' | 'snoozed' | 'flapping'> }) {
  const t = useTexts(operationsWords);
  const tone = alert.snoozed
    ? 'waiting'
    : alert.state === 'open'
      ? 'new'
      : alert.state === 'acknowledged'
        ? 'active'
        : 'done';
  const formats = useFormats();
  const word = alert.snoozed ? t('snoozedUntil', { at: formats.instant(alert.snoozed.until) }) : t(alert.state);
  return (
    <StateBadge
      tone={tone}
      word={
        alert.flapping && alert.state !== 'closed'
          ? `${word}, ${t('flapping', { n: alert.flapping.times })}`
          : alert.condition === 'over' && alert.state !== 'closed'
            ? `${word}, ${t('over')}`
            : word
      }
    />
  );
}

export const AlertSeverity = ({ severity }: { severity: number }) => <Severity step={severity as SeverityStep} />;

/** Acknowledges; tells what came of it. Another operator may have been quicker: the server says who. */
export async function acknowledge(id: string, done: string): Promise<void> {
  try {
    await client.call('POST /api/alerts/:id/acknowledge', { params: { id }, body: {} });
    notify({ title: done, kind: 'done' });
  } catch (error) {
    notifyError(error);
  }
}
