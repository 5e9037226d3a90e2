import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Answer,
  Button,
  ConfirmAct,
  Heading,
  Link,
  Page,
  Row,
  Stack,
  StateBadge,
  Text,
  Tile,
  useSay,
  useTexts,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import { ConfirmSelf } from '../confirm-self.tsx';
import { HowToSend } from './how-to-send.tsx';
import { SensorFigures } from './one-sensor.tsx';
import { type NewKey, RegisterForm } from './register-form.tsx';
import { sensorWords } from './words.ts';

type Own = Awaited<ReturnType<typeof client.call<'GET /api/citizen-sensors/mine'>>>['items'][number];

/** A citizen's own sensors: who one is first, then what they say, what it is worth, and their keys. */
export function MySensorsPage() {
  const t = useTexts(sensorWords);
  const me = useQuery(client.ask('GET /api/citizens/me'));
  const systems = useQuery(client.ask('GET /api/systems'));
  return (
    <Page title={t('mine')}>
      <Answer of={me}>
        {(data) =>
          data.citizen ? (
            <Sensors />
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

function Sensors() {
  const t = useTexts(sensorWords);
  const mine = useQuery({ ...client.ask('GET /api/citizen-sensors/mine'), refetchInterval: 60_000 });
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<NewKey | null>(null);
  return (
    <Answer of={mine}>
      {({ items, most }) => {
        const counted = items.filter((one) => one.excluded || !one.retiredAt).length;
        const form = (
          <RegisterForm
            onDone={(key) => {
              setMade(key);
              setAdding(false);
              void mine.refetch();
            }}
            {...(items.length > 0 ? { onCancel: () => setAdding(false) } : {})}
          />
        );
        return (
          <Stack gap={5}>
            {made ? (
              <Stack gap={3}>
                <HowToSend model={made.model} apiKey={made.key} />
                <Button kind="primary" wide onClick={() => setMade(null)}>
                  {t('copied')}
                </Button>
              </Stack>
            ) : null}
            {!made && (adding || items.length === 0) ? form : null}
            {items.map((one) => (
              <OwnSensor
                key={one.id}
                sensor={one}
                onKey={(key) => {
                  setMade({ id: one.id, model: one.model, key });
                  window.scrollTo({ top: 0 });
                }}
                onChanged={() => mine.refetch()}
              />
            ))}
            {adding || made || items.length === 0 ? null : counted >= most ? (
              <Text soft>{t('full', { most })}</Text>
            ) : (
              <Button kind="primary" wide onClick={() => setAdding(true)}>
                {t('registerMore', { n: counted, most })}
              </Button>
            )}
            <Text small>
              <Link href="/sensors">{t('title')}</Link>
            </Text>
          </Stack>
        );
      }}
    </Answer>
  );
}

type OwnProps = { sensor: Own; onKey: (key: string) => void; onChanged: () => Promise<unknown> };

function OwnSensor({ sensor, onKey, onChanged }: OwnProps) {
  const t = useTexts(sensorWords);
  const say = useSay();
  const [asking, setAsking] = useState<'key' | 'retire' | null>(null);
  const { excluded, refused, retiredAt } = sensor;
  const params = { id: sensor.id };
  return (
    <Tile>
      <Stack gap={3}>
        <Row gap={3} spread>
          <Heading level={2}>{sensor.label}</Heading>
          {retiredAt ? <StateBadge word={t('retired')} /> : null}
          {excluded && !retiredAt ? <StateBadge word={t('hidden')} tone="late" /> : null}
        </Row>
        <Text small soft>
          {t('public')}: {t('code', { id: sensor.id.toUpperCase() })}, {sensor.areaName ?? sensor.areaCode}
        </Text>
        {excluded && !retiredAt ? (
          <Text alarm prose>
            {t('hiddenWhy', { reason: `${excluded.reason.replace(/\.$/, '')}.` })}
          </Text>
        ) : null}
        {retiredAt ? null : sensor.values.length === 0 ? (
          <Text alarm={sensor.lastSeenAt !== null}>{t(sensor.lastSeenAt ? 'seenOnly' : 'neverSeen')}</Text>
        ) : (
          <SensorFigures sensor={sensor} curve />
        )}
        {refused.n > 0 && !retiredAt ? (
          <Text alarm small>
            {t('refused', { n: refused.n, why: refused.reasons[0] ? say(refused.reasons[0]) : '' })}
          </Text>
        ) : null}
        {retiredAt ? null : (
          <Row gap={3}>
            <Button onClick={() => setAsking('key')}>{t('newKey')}</Button>
            <Button onClick={() => setAsking('retire')}>{t('retire')}</Button>
          </Row>
        )}
        <ConfirmAct
          opened={asking === 'key'}
          onClose={() => setAsking(null)}
          title={t('newKeyTitle', { name: sensor.label })}
          happens={t('newKeyHappens')}
          verb={t('newKey')}
          onConfirm={async () => onKey((await client.call('POST /api/citizen-sensors/:id/key', { params })).key)}
        />
        <ConfirmAct
          opened={asking === 'retire'}
          onClose={() => setAsking(null)}
          title={t('retireTitle', { name: sensor.label })}
          happens={t('retireHappens')}
          verb={t('retire')}
          danger
          onConfirm={async () => {
            await client.call('POST /api/citizen-sensors/:id/retire', { params });
            await onChanged();
          }}
        />
      </Stack>
    </Tile>
  );
}
