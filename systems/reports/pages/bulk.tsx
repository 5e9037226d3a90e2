import { useState } from 'react';
import {
  Button,
  ChoiceField,
  notifyError,
  Row,
  SideSheet,
  Stack,
  StateBadge,
  Text,
  TextAreaField,
  TextField,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { UnitChoice } from './bits.tsx';
import { client, type DeskItem } from './client.ts';
import { words } from './words.ts';

type Kind = 'begin' | 'transfer' | 'assign' | 'publish' | 'keep' | 'refuse';
type Act = Parameters<typeof client.call<'POST /api/reports/desk/bulk'>>[1]['body']['act'];
type Result = Awaited<ReturnType<typeof client.call<'POST /api/reports/desk/bulk'>>>['items'][number];
const kinds: readonly Kind[] = ['transfer', 'assign', 'begin', 'publish', 'keep', 'refuse'];

/** What can be done with many reports at once; each gets its own line of result. */
export function BulkBar({ rows, onDone }: { rows: readonly DeskItem[]; onDone: () => void }) {
  const t = useTexts(words);
  const [kind, setKind] = useState<Kind | null>(null);
  // What was selected stands while its result is read, also when the list behind it changes.
  const [taken, setTaken] = useState<readonly DeskItem[]>([]);
  const [results, setResults] = useState<Result[] | null>(null);
  const open = (next: Kind) => {
    setTaken(rows);
    setResults(null);
    setKind(next);
  };
  const close = () => {
    setKind(null);
    if (results) onDone();
  };
  return (
    <>
      <Row gap={2}>
        {kinds.map((one) => (
          <Button key={one} onClick={() => open(one)}>
            {t(one)}
          </Button>
        ))}
      </Row>
      <SideSheet
        opened={kind !== null}
        onClose={close}
        title={kind ? t('bulkTitle', { n: taken.length, act: t(kind) }) : ''}
        modal
        width={560}
      >
        {kind && results === null ? <BulkForm kind={kind} rows={taken} onResults={setResults} /> : null}
        {results ? <Results results={results} onClose={close} /> : null}
      </SideSheet>
    </>
  );
}

function BulkForm({
  kind,
  rows,
  onResults,
}: {
  kind: Kind;
  rows: readonly DeskItem[];
  onResults: (results: Result[]) => void;
}) {
  const t = useTexts(words);
  const [reason, setReason] = useState('');
  const [unit, setUnit] = useState('');
  const [title, setTitle] = useState('');
  const [dueWithin, setDueWithin] = useState('P1D');
  const [busy, setBusy] = useState(false);
  const act: Act | null =
    kind === 'begin' || kind === 'publish'
      ? { kind }
      : kind === 'keep' || kind === 'refuse'
        ? reason.trim()
          ? { kind, reason }
          : null
        : kind === 'transfer'
          ? reason.trim() && unit
            ? { kind, organisationId: unit, reason }
            : null
          : title.trim() && unit
            ? { kind, organisationId: unit, title, dueWithin }
            : null;
  const run = async () => {
    if (!act) return;
    setBusy(true);
    try {
      const items = rows.map((row) => ({ id: row.id, seenAt: row.updatedAt }));
      onResults((await client.call('POST /api/reports/desk/bulk', { body: { items, act } })).items);
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap={4}>
      {kind === 'publish' ? <Text>{t('bulkPublishHint')}</Text> : null}
      {kind === 'transfer' ? <Text>{t('transferHint')}</Text> : null}
      {kind === 'transfer' || kind === 'assign' ? (
        <UnitChoice label={kind === 'transfer' ? t('toUnit') : t('assign')} value={unit} onChange={setUnit} />
      ) : null}
      {kind === 'assign' ? (
        <>
          <TextField label={t('taskTitle')} required value={title} onChange={setTitle} />
          <ChoiceField
            label={t('within')}
            required
            value={dueWithin}
            onChange={(value) => setDueWithin(value ?? 'P1D')}
            choices={withinChoices(t)}
          />
        </>
      ) : null}
      {kind === 'transfer' || kind === 'keep' || kind === 'refuse' ? (
        <TextAreaField
          label={kind === 'refuse' ? t('reasonToCitizen') : t('reason')}
          required
          value={reason}
          onChange={setReason}
        />
      ) : null}
      <Row>
        <Button kind="primary" busy={busy} disabled={act === null} onClick={() => void run()}>
          {t('bulkRun', { n: rows.length })}
        </Button>
      </Row>
    </Stack>
  );
}

export const withinChoices = (t: (key: 'h4' | 'd1' | 'd2' | 'd5') => string) => [
  { value: 'PT4H', title: t('h4') },
  { value: 'P1D', title: t('d1') },
  { value: 'P2D', title: t('d2') },
  { value: 'P5D', title: t('d5') },
];

function Results({ results, onClose }: { results: readonly Result[]; onClose: () => void }) {
  const t = useTexts(words);
  const say = useSay();
  const failed = results.filter((one) => !one.done).length;
  return (
    <Stack gap={4}>
      <div role="status">
        <Text strong>{t('bulkResult', { done: results.length - failed, failed })}</Text>
      </div>
      <table className="k-plain-table">
        <thead>
          <tr>
            <th scope="col">{t('number')}</th>
            <th scope="col">{t('result')}</th>
          </tr>
        </thead>
        <tbody>
          {results.map((one) => (
            <tr key={one.id}>
              <td className="k-num">{one.number ?? '–'}</td>
              <td>
                <StateBadge word={one.done ? t('bulkDone') : t('bulkFailed')} tone={one.done ? 'done' : 'late'} />
                {one.reason ? <Text small>{say(one.reason)}</Text> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Row>
        <Button kind="primary" onClick={onClose}>
          {t('close')}
        </Button>
      </Row>
    </Stack>
  );
}
