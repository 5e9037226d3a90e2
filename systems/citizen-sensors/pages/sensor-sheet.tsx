import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { TimeSeriesChart } from '../../../web/kit/chart.ts';
import {
  Age,
  Answer,
  Button,
  ConfirmAct,
  Facts,
  SideSheet,
  Stack,
  Text,
  useFormats,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { models } from '../models.ts';
import { explainGrade, gradeOfSensor, gradeWords } from '../quality-words.ts';
import { client, type DeskSensor } from './client.ts';
import { words } from './words.ts';

const HOUR_MS = 3_600_000;

type SheetProps = { sensor: DeskSensor; onClose: () => void; onChanged: () => Promise<unknown> };

/** One sensor beside the nearest official station, and whether the public sees it. */
export function SensorSheet({ sensor, onClose, onChanged }: SheetProps) {
  const t = useTexts(words);
  const say = useSay();
  const formats = useFormats();
  const [asking, setAsking] = useState(false);
  const params = { id: sensor.id };
  const hours = useQuery(client.ask('GET /api/citizen-sensors/:id/hours', { params }));
  const name = sensor.id.toUpperCase();
  const out = sensor.excluded !== null;
  return (
    <SideSheet
      opened
      title={name}
      onClose={onClose}
      width={520}
      foot={
        <Button kind={out ? 'primary' : 'danger'} onClick={() => setAsking(true)}>
          {t(out ? 'readmit' : 'exclude')}
        </Button>
      }
    >
      <Stack gap={4}>
        <Text prose>
          <strong>{say(gradeWords[gradeOfSensor(sensor.judgement)])}.</strong>{' '}
          {say(explainGrade(sensor.kind, sensor.judgement))}
        </Text>
        <Answer of={hours}>
          {(data) => {
            const points = (means: readonly (number | null)[]) =>
              means.map((value, index) => [Date.parse(data.from) + index * HOUR_MS, value] as const);
            return (
              <TimeSeriesChart
                title={t('chart')}
                unit={data.unit}
                decimals={1}
                everySeconds={3600}
                height={220}
                series={[
                  { id: 'sensor', name: t('sensor'), points: points(data.sensor) },
                  ...(data.station
                    ? [{ id: 'station', name: data.station.name, points: points(data.station.hours) }]
                    : []),
                ]}
              />
            );
          }}
        </Answer>
        <Facts
          facts={[
            ...sensor.values.map((one) => ({
              term: say(one.title),
              value: (
                <>
                  {formats.quantity(one.value, one.unit, one.decimals)} <Age at={one.observedAt} />
                </>
              ),
            })),
            { term: t('model'), value: say(models[sensor.model].title) },
            { term: t('area'), value: sensor.areaName ?? sensor.areaCode },
          ]}
        />
        {sensor.excluded ? (
          <Text alarm prose>
            {t('why', { at: formats.instant(sensor.excluded.at), reason: sensor.excluded.reason })}
          </Text>
        ) : null}
        <ConfirmAct
          opened={asking}
          onClose={() => setAsking(false)}
          title={t(out ? 'readmitTitle' : 'excludeTitle', { name })}
          happens={t(out ? 'readmitHappens' : 'excludeHappens')}
          verb={t(out ? 'readmit' : 'exclude')}
          danger={!out}
          reason={{ label: t('reason'), required: true }}
          onConfirm={async (reason) => {
            const act = out ? 'POST /api/citizen-sensors/:id/readmit' : 'POST /api/citizen-sensors/:id/exclude';
            await client.call(act, { params, body: { reason } });
            await onChanged();
          }}
        />
      </Stack>
    </SideSheet>
  );
}
