import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type InitiativeField, initiativeFields } from '../../../systems/participation/initiative-types.ts';
import {
  Answer,
  BigDoor,
  Button,
  ChoiceCards,
  ChoiceField,
  Page,
  ProblemError,
  Stack,
  Text,
  TextAreaField,
  TextField,
  useSay,
  useTexts,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import { ConfirmSelf } from '../confirm-self.tsx';
import { voiceWords } from './words.ts';

/** A new initiative: who one is first (each person counts once), then what should be done. */
export function ProposePage() {
  const t = useTexts(voiceWords);
  const me = useQuery(client.ask('GET /api/citizens/me'));
  const systems = useQuery(client.ask('GET /api/systems'));
  const [sent, setSent] = useState<string | null>(null);
  if (sent) {
    return (
      <Page title={t('sentTitle')} lead={t('sentLead')}>
        <BigDoor primary href={`/initiatives/${sent}`} title={t('mine')} />
      </Page>
    );
  }
  return (
    <Page title={t('propose')} lead={t('secret')}>
      <Answer of={me}>
        {(data) =>
          data.citizen?.residence ? (
            <Form residence={data.citizen.residence} onSent={setSent} />
          ) : (
            <ConfirmSelf
              me={data}
              demo={systems.data?.mode === 'demo'}
              onChanged={() => me.refetch()}
              why={{ title: t('confirmTitle'), lead: t('confirmLead'), hint: t('confirmHint') }}
            />
          )
        }
      </Answer>
    </Page>
  );
}

function Form({ residence, onSent }: { residence: string; onSent: (id: string) => void }) {
  const t = useTexts(voiceWords);
  const say = useSay();
  const unit = useQuery(client.ask('GET /api/territory/units/:code', { params: { code: residence } }));
  const [title, setTitle] = useState('');
  const [body, setBody] = useState('');
  const [category, setCategory] = useState<string | undefined>();
  const [place, setPlace] = useState<string>('own');
  const [requestId] = useState(() => crypto.randomUUID());
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const send = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      const made = await client.call('POST /api/participation/initiatives', {
        body: {
          requestId,
          title,
          body,
          category: (category ?? 'khac') as InitiativeField,
          areaCode: place === 'own' ? residence : null,
        },
      });
      onSent(made.id);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setRefusal(error.problem.detail);
    } finally {
      setBusy(false);
    }
  };
  const complete = title.trim().length >= 10 && body.trim().length >= 30 && category !== undefined;
  return (
    <Stack gap={4}>
      <TextField label={t('title')} hint={t('titleHint')} required value={title} onChange={setTitle} maxLength={200} />
      <TextAreaField label={t('body')} hint={t('bodyHint')} required rows={6} value={body} onChange={setBody} />
      <ChoiceField
        label={t('category')}
        required
        value={category}
        onChange={setCategory}
        choices={Object.entries(initiativeFields).map(([value, one]) => ({ value, title: say(one) }))}
      />
      <ChoiceCards
        label={t('place')}
        value={place}
        onChange={setPlace}
        choices={[
          { value: 'own', title: unit.data?.name ?? t('own') },
          { value: 'province', title: t('everywhere') },
        ]}
      />
      {refusal ? (
        <Text alarm>
          <span role="alert">{refusal}</span>
        </Text>
      ) : null}
      <Button kind="primary" wide busy={busy} disabled={!complete} onClick={() => void send()}>
        {t('send')}
      </Button>
    </Stack>
  );
}
