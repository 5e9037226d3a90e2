import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, ChoiceField, notifyError, Stack, TextField, useSay, useTexts } from '../../../web/kit/index.ts';
import type { AlertRow } from './alert-bits.tsx';
import { client } from './client.ts';
import { operationsWords } from './words.ts';

/** Which procedure fits is proposed from the alert; the operator may choose another. */
function proposedProcedure(alert: Pick<AlertRow, 'source'>, ids: readonly string[]): string {
  const wanted = alert.source.startsWith('rule:')
    ? alert.source.includes('.air.')
      ? 'operations.air-pollution'
      : 'operations.water'
    : 'operations.silent-station';
  return ids.includes(wanted) ? wanted : '';
}

/** Opens an incident for an alert, or one for many. */
export function OpenIncident({
  title: proposed,
  alert,
  alertIds,
  onOpened,
}: {
  title: string;
  /** whose place, severity and kind the incident has */
  alert: AlertRow;
  alertIds: string[];
  onOpened: (id: string) => void;
}) {
  const t = useTexts(operationsWords);
  const say = useSay();
  const [requestId] = useState(() => crypto.randomUUID());
  const procedures = useQuery(client.ask('GET /api/procedures', { query: { caseType: 'incident' } }));
  const [title, setTitle] = useState(proposed.slice(0, 300));
  const [chosen, setChosen] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const procedureId = chosen ?? proposedProcedure(alert, procedures.data?.items.map((one) => one.id) ?? []);
  const open = async () => {
    setBusy(true);
    try {
      const opened = await client.call('POST /api/cases', {
        body: {
          type: alert.opens ?? 'incident',
          title,
          severity: alert.severity,
          entityId: alert.entityId,
          alertIds,
          provenance: alert.provenance,
          requestId,
          ...(procedureId ? { procedureId } : {}),
        },
      });
      onOpened(opened.id);
    } catch (error) {
      notifyError(error);
      setBusy(false);
    }
  };
  return (
    <Stack gap={4}>
      <TextField label={t('incidentTitle')} value={title} onChange={setTitle} required />
      <ChoiceField
        label={t('procedureChoice')}
        value={procedureId}
        onChange={(value) => setChosen(value ?? '')}
        choices={[
          { value: '', title: t('none') },
          ...(procedures.data?.items ?? []).map((one) => ({ value: one.id, title: say(one.title) })),
        ]}
      />
      <Button kind="primary" busy={busy} onClick={() => void open()}>
        {t('openIncident')}
      </Button>
    </Stack>
  );
}
