import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Answer,
  Button,
  ChoiceField,
  ConfirmAct,
  EmptyState,
  NumberField,
  Panel,
  ProblemError,
  Row,
  Stack,
  Text,
  TextAreaField,
  TextField,
  useFormats,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { words } from './words.ts';

type Consultation = Awaited<ReturnType<typeof client.call<'GET /api/participation/consultations/:id'>>>;
type Batch = Awaited<ReturnType<typeof client.call<'GET /api/participation/consultations/:id/paper'>>>['items'][number];
type Counts = Record<string, number>;

/** Paper ballots of a consultation: entered by one, counted again by another. */
export function PaperPart({ consultation, onChanged }: { consultation: Consultation; onChanged: () => void }) {
  const t = useTexts(words);
  const formats = useFormats();
  const params = { id: consultation.id };
  const session = useQuery(client.ask('GET /api/session'));
  const batches = useQuery(client.ask('GET /api/participation/consultations/:id/paper', { params }));
  const [entering, setEntering] = useState(false);
  const [checking, setChecking] = useState<Batch | null>(null);
  const [removing, setRemoving] = useState<Batch | null>(null);
  const running = consultation.stage === 'open' || consultation.stage === 'over';
  const changed = async () => {
    await batches.refetch();
    onChanged();
  };
  return (
    <Panel title={t('paper')}>
      <Stack gap={4}>
        <Text soft>{t('paperLead')}</Text>
        <Answer
          of={batches}
          isEmpty={(data) => data.items.length === 0}
          empty={<EmptyState>{t('noPaper')}</EmptyState>}
        >
          {(data) => (
            <Stack gap={3}>
              {data.items.map((batch) => (
                <Row key={batch.id} spread gap={3}>
                  <Stack gap={1}>
                    <strong>{batch.place}</strong>
                    <Text small soft>
                      {t('voters')}: {formats.number(batch.voters, 0)} · {t('entered')}: {batch.enteredByName},{' '}
                      {formats.instant(batch.enteredAt)} ·{' '}
                      {batch.checkedAt
                        ? `${t('checked')}: ${batch.checkedByName}, ${formats.instant(batch.checkedAt)}`
                        : t('notChecked')}
                    </Text>
                  </Stack>
                  {running ? (
                    <Row gap={2}>
                      {batch.may.includes('check') ? (
                        <Button onClick={() => setChecking(batch)}>{t('check')}</Button>
                      ) : null}
                      {batch.may.includes('remove') ? (
                        <Button kind="quiet" onClick={() => setRemoving(batch)}>
                          {t('removeBatch')}
                        </Button>
                      ) : null}
                    </Row>
                  ) : null}
                </Row>
              ))}
            </Stack>
          )}
        </Answer>
        {checking ? (
          <CountForm
            key={checking.id}
            consultation={consultation}
            title={`${t('check')}: ${checking.place}`}
            verb={t('checkNow')}
            onSend={async (counts, spoiled) => {
              await client.call('POST /api/participation/paper/:id/check', {
                params: { id: checking.id },
                body: { counts, spoiled },
              });
              setChecking(null);
              await changed();
            }}
          />
        ) : entering ? (
          <EnterForm
            consultation={consultation}
            onDone={async () => {
              setEntering(false);
              await changed();
            }}
          />
        ) : running && session.data?.permissions['consultation:paper'] ? (
          <Row>
            <Button onClick={() => setEntering(true)}>{t('enter')}</Button>
          </Row>
        ) : null}
      </Stack>
      <ConfirmAct
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('removeAsk', { place: removing?.place ?? '' })}
        happens={t('removeHappens')}
        verb={t('removeBatch')}
        danger
        reason={{ label: t('reason'), required: true }}
        onConfirm={async (reason) => {
          if (!removing) return;
          await client.call('POST /api/participation/paper/:id/remove', {
            params: { id: removing.id },
            body: { reason },
          });
          await changed();
        }}
      />
    </Panel>
  );
}

function EnterForm({ consultation, onDone }: { consultation: Consultation; onDone: () => Promise<void> }) {
  const t = useTexts(words);
  const [place, setPlace] = useState('');
  const [areaCode, setAreaCode] = useState<string | undefined>(consultation.areaCode ?? undefined);
  const [roll, setRoll] = useState('');
  const communes = useQuery(client.ask('GET /api/territory/units', { query: { level: 'commune', limit: 1000 } }));
  const citizens = roll
    .split(/\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return (
    <Stack gap={3}>
      <TextField label={t('pollingPlace')} required value={place} onChange={setPlace} maxLength={200} />
      <ChoiceField
        label={t('area')}
        required
        value={areaCode}
        onChange={setAreaCode}
        choices={(communes.data?.items ?? []).map((one) => ({ value: one.code, title: one.name }))}
      />
      <TextAreaField
        label={`${t('citizens')} (${citizens.length})`}
        hint={t('citizensHint')}
        required
        rows={6}
        value={roll}
        onChange={setRoll}
      />
      <CountForm
        consultation={consultation}
        title={t('options')}
        verb={t('enter')}
        disabled={place.trim() === '' || !areaCode || citizens.length === 0}
        onSend={async (counts, spoiled) => {
          await client.call('POST /api/participation/consultations/:id/paper', {
            params: { id: consultation.id },
            body: { areaCode: areaCode ?? '', place, counts, spoiled, citizens },
          });
          await onDone();
        }}
      />
    </Stack>
  );
}

type CountFormProps = {
  consultation: Consultation;
  title: string;
  verb: string;
  disabled?: boolean;
  onSend: (counts: Counts, spoiled: number) => Promise<void>;
};

/** One number for each option and one for spoiled ballots; a refusal names its lines. */
function CountForm({ consultation, title, verb, disabled = false, onSend }: CountFormProps) {
  const t = useTexts(words);
  const [counts, setCounts] = useState<Record<string, number | undefined>>({});
  const [spoiled, setSpoiled] = useState<number | undefined>(0);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string[]>([]);
  const send = async () => {
    setBusy(true);
    setRefusal([]);
    try {
      const whole = Object.fromEntries(consultation.question.options.map((one) => [one.id, counts[one.id] ?? 0]));
      await onSend(whole, spoiled ?? 0);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const parts = (error.problem.errors ?? []).map((part) => {
        const line = /^\/citizens\/(\d+)$/.exec(part.at)?.[1];
        return line ? `${t('line', { n: Number(line) + 1 })}: ${part.reason}` : part.reason;
      });
      setRefusal([error.problem.detail, ...parts]);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap={3}>
      <Text strong>{title}</Text>
      {consultation.question.options.map((option) => (
        <NumberField
          key={option.id}
          label={option.title}
          required
          value={counts[option.id]}
          onChange={(value) => setCounts((now) => ({ ...now, [option.id]: value }))}
        />
      ))}
      <NumberField label={t('spoiled')} required value={spoiled} onChange={setSpoiled} />
      {refusal.length > 0 ? (
        <div role="alert">
          {refusal.map((line) => (
            <Text alarm key={line}>
              {line}
            </Text>
          ))}
        </div>
      ) : null}
      <Row>
        <Button kind="primary" busy={busy} disabled={disabled} onClick={() => void send()}>
          {verb}
        </Button>
      </Row>
    </Stack>
  );
}
