import { IconCurrentLocation, IconMap2 } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { type Kind, type ModelId, modelIds, models } from '../../../systems/citizen-sensors/models.ts';
import {
  Button,
  ChoiceCards,
  ChoiceField,
  Heading,
  LoadingState,
  ProblemError,
  Row,
  Stack,
  Text,
  TextField,
  useFormats,
  useSay,
  useTexts,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import { sensorWords } from './words.ts';

const PlaceMap = lazy(async () => ({ default: (await import('../report/place-map.tsx')).PlaceMap }));

export type NewKey = { id: string; model: ModelId; key: string };
type Place = { lon: number; lat: number };

/** Name, kind, model and place; what comes back is the key. */
export function RegisterForm({ onDone, onCancel }: { onDone: (made: NewKey) => void; onCancel?: () => void }) {
  const t = useTexts(sensorWords);
  const say = useSay();
  const formats = useFormats();
  const [requestId] = useState(() => crypto.randomUUID());
  const [label, setLabel] = useState('');
  const [kind, setKind] = useState<Kind>('air');
  const [model, setModel] = useState<ModelId | undefined>();
  const [place, setPlace] = useState<Place | null>(null);
  const [map, setMap] = useState<{ from: Place | null } | null>(null);
  const [finding, setFinding] = useState<'no' | 'yes' | 'failed'>('no');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);

  const locate = () => {
    if (!window.isSecureContext || !navigator.geolocation) return setFinding('failed');
    setFinding('yes');
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setFinding('no');
        setMap(null);
        setPlace({ lon: coords.longitude, lat: coords.latitude });
      },
      () => setFinding('failed'),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  };
  const send = async () => {
    if (!model || !place) return;
    setBusy(true);
    setRefusal(null);
    try {
      const made = await client.call('POST /api/citizen-sensors', { body: { requestId, label, model, ...place } });
      onDone({ ...made, model });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setRefusal(error.problem.detail);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap={4}>
      <Heading level={2}>{t('register')}</Heading>
      <TextField label={t('name')} hint={t('nameHint')} required value={label} onChange={setLabel} maxLength={60} />
      <ChoiceCards
        label={t('kind')}
        value={kind}
        onChange={(value) => {
          setKind(value as Kind);
          setModel(undefined);
        }}
        choices={[
          { value: 'air', title: t('air') },
          { value: 'noise', title: t('noise') },
        ]}
      />
      <ChoiceField
        label={t('model')}
        required
        value={model}
        onChange={(value) => setModel(value as ModelId | undefined)}
        choices={modelIds
          .filter((id) => models[id].kind === kind)
          .map((id) => ({ value: id, title: say(models[id].title) }))}
      />
      <Stack gap={2}>
        <Heading level={3}>{t('where')}</Heading>
        <Text small soft>
          {t('whereLead')}
        </Text>
        <Button icon={IconCurrentLocation} wide busy={finding === 'yes'} onClick={locate}>
          {t('gps')}
        </Button>
        <Button icon={IconMap2} wide onClick={() => setMap({ from: place })}>
          {t('onMap')}
        </Button>
        {finding === 'failed' ? (
          <Text alarm>
            <span role="alert">{t('gpsFailed')}</span>
          </Text>
        ) : null}
        {map ? (
          <>
            <Text small>{t('mapLead')}</Text>
            <Suspense fallback={<LoadingState height={320} />}>
              <PlaceMap from={map.from} onPlace={setPlace} />
            </Suspense>
          </>
        ) : null}
        <div aria-live="polite">
          {place ? (
            <Text numbers>{t('chosen', { lat: formats.number(place.lat, 3), lon: formats.number(place.lon, 3) })}</Text>
          ) : null}
        </div>
      </Stack>
      {refusal ? (
        <Text alarm>
          <span role="alert">{refusal}</span>
        </Text>
      ) : null}
      <Row gap={3}>
        <Button
          kind="primary"
          busy={busy}
          disabled={label.trim() === '' || !model || !place}
          onClick={() => void send()}
        >
          {t('register')}
        </Button>
        {onCancel ? <Button onClick={onCancel}>{t('cancel')}</Button> : null}
      </Row>
    </Stack>
  );
}
