import { useQuery } from '@tanstack/react-query';
import { explainGrade, gradeOfSensor, gradeWords } from '../../../systems/citizen-sensors/quality-words.ts';
import { Age, Row, SparkLine, Stack, StateBadge, Text, useFormats, useSay, useTexts } from '../../kit/index.ts';
import { client } from '../client.ts';
import { sensorWords } from './words.ts';

export type PublicSensor = Awaited<ReturnType<typeof client.call<'GET /api/citizen-sensors'>>>['items'][number];

const tones = { good: 'done', fair: 'waiting', poor: 'late', unknown: 'neutral' } as const;

/** What everybody may see of a sensor: values with their age, what they are worth, the last week. */
export function SensorFigures({ sensor, curve }: { sensor: PublicSensor; curve: boolean }) {
  const t = useTexts(sensorWords);
  const say = useSay();
  const formats = useFormats();
  const grade = gradeOfSensor(sensor.judgement);
  return (
    <Stack gap={2}>
      {sensor.values.length === 0 ? (
        <Text soft>{t('noValue')}</Text>
      ) : (
        <Row gap={4}>
          {sensor.values.map((one) => (
            <Text key={one.property}>
              {say(one.title)}: <strong>{formats.quantity(one.value, one.unit, one.decimals)}</strong>
            </Text>
          ))}
          <Age at={sensor.observedAt} />
        </Row>
      )}
      <Row gap={2}>
        <Text small soft inline>
          {t('quality')}:
        </Text>
        <StateBadge word={say(gradeWords[grade])} tone={tones[grade]} />
      </Row>
      <Text small prose>
        {say(explainGrade(sensor.kind, sensor.judgement))}
      </Text>
      {curve && sensor.values.length > 0 ? <Curve id={sensor.id} /> : null}
    </Stack>
  );
}

function Curve({ id }: { id: string }) {
  const t = useTexts(sensorWords);
  const formats = useFormats();
  const hours = useQuery({
    ...client.ask('GET /api/citizen-sensors/:id/hours', { params: { id } }),
    staleTime: 300_000,
  });
  if (!hours.data) return null;
  const { sensor, unit, property } = hours.data;
  const there = sensor.filter((one) => one !== null);
  // Of one hour there is no curve yet.
  if (there.length < 2) return null;
  const title = t('week', { property: names[property] ?? property });
  const range = `${formats.quantity(Math.min(...there), unit, 0)} – ${formats.quantity(Math.max(...there), unit, 0)}`;
  return (
    <div>
      <Text small soft>
        {title}: {range}
      </Text>
      <SparkLine values={sensor} height={56} label={`${title}: ${range}`} />
    </div>
  );
}

const names: Record<string, string> = { pm25: 'PM2.5', pm10: 'PM10', laeq: 'LAeq' };
