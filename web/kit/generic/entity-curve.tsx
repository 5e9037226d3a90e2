import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Row, Stack, Text } from '../base/layout.tsx';
import { Link } from '../base/link.tsx';
import { useNow } from '../base/use-now.ts';
import { CompletenessStrip } from '../charts/strips.tsx';
import { type ChartBand, type ChartLimit, TimeSeriesChart } from '../charts/time-series-chart.tsx';
import { useFormats } from '../formats/use-formats.ts';
import { ChoiceField } from '../forms/choice-field.tsx';
import { SwitchRow } from '../forms/switch-row.tsx';
import { Answer, LoadingState } from '../states/states.tsx';
import { useSay } from '../words/language.ts';
import { texts, useTexts } from '../words/texts.ts';
import { type EntityRow, intervalSeconds, levelsOf, type TypeRow } from './entities.ts';
import { platformClient } from './platform-client.ts';

const words = texts('kit.curve', {
  vi: {
    property: 'Thông số',
    period: 'Khoảng thời gian',
    day: '24 giờ',
    week: '7 ngày',
    month: '30 ngày',
    calibration: 'Hiệu chuẩn',
    fault: 'Lỗi thiết bị',
    removed: 'Đã loại bỏ',
    complete: 'Độ đầy đủ số liệu',
    export: 'Tải số liệu (CSV)',
    cut: 'Còn số liệu chưa vẽ; hãy chọn khoảng ngắn hơn.',
  },
  en: {
    property: 'Property',
    period: 'Period',
    day: '24 hours',
    week: '7 days',
    month: '30 days',
    calibration: 'Calibration',
    fault: 'Device fault',
    removed: 'Taken out',
    complete: 'Completeness of the data',
    export: 'Download (CSV)',
    cut: 'There are more data than drawn; choose a shorter period.',
  },
});

const HOUR = 3_600_000;
const lengths = { day: 24 * HOUR, week: 168 * HOUR, month: 720 * HOUR } as const;
type Length = keyof typeof lengths;

export type EntityCurveProps = {
  type: TypeRow;
  entity: EntityRow;
  /** Limits that hold for a property, drawn into its curve. */
  limitsOf?: (property: string, step: 'raw' | 'hour') => ChartLimit[];
  first?: string;
  children?: ReactNode;
};

/** The curve of an entity's properties: gaps as gaps, calibration and faults shaded, levels and limits drawn in. */
export function EntityCurve({ type, entity, limitsOf, first, children }: EntityCurveProps) {
  const t = useTexts(words);
  const say = useSay();
  const formats = useFormats();
  const now = useNow();
  const [property, setProperty] = useState(first ?? type.headline?.property ?? Object.keys(type.observes)[0] ?? '');
  const [length, setLength] = useState<Length>('day');
  const observed = type.observes[property];
  // The period ends at the next full minute, so that the question stays the same while the page is open.
  const to = Math.ceil(now.getTime() / 60_000) * 60_000;
  const from = to - lengths[length];
  const step = observed?.derived || length === 'month' ? 'hour' : length === 'week' ? 'hour' : 'raw';
  const query = { from: new Date(from).toISOString(), to: new Date(to).toISOString(), step } as const;
  const curve = useQuery({
    ...platformClient.ask('GET /api/history/:entity/:property', { params: { entity: entity.id, property }, query }),
    placeholderData: (old) => old,
    enabled: observed !== undefined,
  });
  const whole = useQuery({
    ...platformClient.ask('GET /api/history/:entity/:property', {
      params: { entity: entity.id, property },
      query: { ...query, step: length === 'month' ? 'day' : 'hour' },
    }),
    placeholderData: (old) => old,
    enabled: observed !== undefined,
  });
  if (!observed) return null;
  const levels = property === type.headline?.property ? levelsOf(type) : [];
  const bands: ChartBand[] = [...levels]
    .sort((a, b) => a.upTo - b.upTo)
    .map((level, index, all) => ({
      from: all[index - 1]?.upTo ?? 0,
      to: level.upTo,
      color: level.color,
      name: say(level.name),
    }));
  const every = intervalSeconds(type, entity, property);
  const expected = Math.max(1, Math.round(((length === 'month' ? 86_400 : 3600) as number) / every));
  return (
    <Stack gap={3}>
      <Row gap={4} align="end">
        <ChoiceField
          label={t('property')}
          required
          value={property}
          onChange={(value) => value && setProperty(value)}
          choices={Object.entries(type.observes).map(([value, one]) => ({ value, title: say(one.title) }))}
        />
        <SwitchRow
          label={t('period')}
          value={length}
          onChange={setLength}
          choices={(['day', 'week', 'month'] as const).map((value) => ({ value, title: t(value) }))}
        />
        {children}
      </Row>
      <Answer of={curve} loading={<LoadingState height={300} />}>
        {(data) => (
          <>
            <TimeSeriesChart
              title={`${say(observed.title)} – ${entity.name}`}
              unit={observed.unit}
              decimals={observed.decimals ?? 1}
              everySeconds={step === 'hour' ? Math.max(3600, every) : every}
              series={[
                {
                  id: property,
                  name: say(observed.title),
                  points: data.points.map((point) => [point.at, point.value] as const),
                },
              ]}
              limits={limitsOf?.(property, step) ?? []}
              bands={bands}
              spans={data.shades.map((shade) => ({
                from: shade.from,
                to: shade.to,
                name: t(shade.quality === 1 ? 'calibration' : shade.quality === 2 ? 'fault' : 'removed'),
              }))}
              from={from}
              to={to}
              height={320}
            />
            {data.cut ? <Text alarm>{t('cut')}</Text> : null}
          </>
        )}
      </Answer>
      {whole.data && !observed.derived ? (
        <CompletenessStrip
          label={t('complete')}
          cells={whole.data.points.map((point) => ({
            label: length === 'month' ? formats.day(point.at) : formats.instant(point.at),
            got: Math.min(point.n, expected),
            expected,
          }))}
        />
      ) : null}
      <Text small>
        <Link
          download
          href={platformClient.address('GET /api/history/:entity/:property/export.csv', {
            params: { entity: entity.id, property },
            query,
          })}
        >
          {t('export')}
        </Link>
      </Text>
    </Stack>
  );
}
