import { useQueries, useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { CalendarHeat, TimeSeriesChart } from '../../../web/kit/chart.ts';
import {
  Answer,
  Button,
  ChoiceField,
  Page as KitPage,
  Link,
  Panel,
  Row,
  ScrollRegion,
  Stack,
  SwitchRow,
  Text,
  useFormats,
  useNavigateTo,
  useNow,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { EntityNow, EntityPicker, platformClient, useEntitiesById } from '../../../web/kit/province.ts';
import { HistoryCorrections } from './history-corrections.tsx';
import { HistoryUploads } from './history-uploads.tsx';
import { historyWords } from './history-words.ts';

const DAY = 86_400_000;
const OFFSET = 7 * 3_600_000;
const days = { week: 7, month: 30, year: 365 } as const;
type Period = keyof typeof days;
type Place = { entity: string; property: string };

const asText = (place: Place): string => `${place.entity}~${place.property}`;
/** The first day with data: before it the station did not promise anything yet. */
const firstDay = (points: readonly { at: number; share: number }[]): number =>
  points.find((point) => point.share > 0)?.at ?? Number.POSITIVE_INFINITY;
const localDay = (at: number): string => new Date(at + OFFSET).toISOString().slice(0, 10);

/** What an entity measured: beside others, by day of the year, what is missing, what was corrected by whom. */
export function Page() {
  const t = useTexts(historyWords);
  const say = useSay();
  const formats = useFormats();
  const now = useNow();
  const navigate = useNavigateTo();
  const { id = '' } = useParams({ strict: false });
  const search = useSearch({ strict: false }) as Record<string, string>;
  const types = useQuery({ ...platformClient.ask('GET /api/types'), staleTime: 600_000 });
  const own = useQuery(platformClient.ask('GET /api/entities/:id', { params: { id } }));
  const [other, setOther] = useState<string>();
  const others: Place[] = (search.with ?? '')
    .split(',')
    .filter(Boolean)
    .slice(0, 7)
    .map((one) => ({ entity: one.slice(0, one.lastIndexOf('~')), property: one.slice(one.lastIndexOf('~') + 1) }));
  const beside = useEntitiesById([...others.map((one) => one.entity), ...(other ? [other] : [])]);
  const typeOf = (entity: string) => {
    const row = entity === id ? own.data : beside.get(entity);
    return types.data?.items.find((one) => one.name === row?.type);
  };
  const nameOf = (entity: string): string => (entity === id ? own.data : beside.get(entity))?.name ?? entity;
  const observes = typeOf(id)?.observes ?? {};
  const property = search.property && observes[search.property] ? search.property : (Object.keys(observes)[0] ?? '');
  const period: Period = search.period === 'month' || search.period === 'year' ? search.period : 'week';
  const go = (change: Record<string, string>): void => {
    const next = new URLSearchParams({ ...search, property, period, ...change });
    navigate(`/console/entities/${encodeURIComponent(id)}/history?${next}`);
  };
  // Whole hours, so that the question stays the same while the page is open and all lines share their buckets.
  const to = Math.ceil(now.getTime() / 3_600_000) * 3_600_000;
  const from = to - days[period] * DAY;
  const step = period === 'year' ? 'day' : 'hour';
  const query = { from: new Date(from).toISOString(), to: new Date(to).toISOString(), step } as const;
  const places = [{ entity: id, property }, ...others];
  const curves = useQueries({
    queries: places.map((place) => ({
      ...platformClient.ask('GET /api/history/:entity/:property', { params: place, query }),
      enabled: place.property !== '',
    })),
  });
  const year = new Date(now.getTime() + OFFSET).getUTCFullYear();
  const start = Date.UTC(year, 0, 1) - OFFSET;
  const whole = useQuery({
    ...platformClient.ask('GET /api/history/:entity/:property', {
      params: { entity: id, property },
      query: { from: new Date(start).toISOString(), to: new Date(to).toISOString(), step: 'day' },
    }),
    enabled: property !== '',
  });
  const last = { from: new Date(to - 30 * DAY).toISOString(), to: new Date(to).toISOString() };
  const coverage = useQuery(
    platformClient.ask('GET /api/history/:entity/coverage', { params: { entity: id }, query: last }),
  );
  const [otherProperty, setOtherProperty] = useState<string>();
  const titleOf = (place: Place): string => {
    const observed = typeOf(place.entity)?.observes[place.property];
    return `${nameOf(place.entity)}: ${observed ? say(observed.title) : place.property}`;
  };
  const units = [...new Set(curves.flatMap((curve) => (curve.data ? [curve.data.unit] : [])))];
  const two = units.length === 2 || (search.axes === 'two' && places.length > 1);
  const rightOf = (index: number): boolean =>
    two && (units.length === 2 ? curves[index]?.data?.unit !== units[0] : index > 0);
  return (
    <Answer of={own}>
      {(entity) => (
        <KitPage
          title={t('history')}
          crumbs={[
            { title: t('catalogue'), href: '/console/entities' },
            { title: entity.name, href: `/console/entities/${encodeURIComponent(id)}` },
            { title: t('history') },
          ]}
          lead={
            <Row gap={3}>
              <span>{entity.name}</span>
              <EntityNow id={id} property={property} />
            </Row>
          }
        >
          <Stack gap={5}>
            <Row gap={4} align="end">
              <ChoiceField
                label={t('property')}
                required
                value={property}
                onChange={(value) => value && go({ property: value })}
                choices={Object.entries(observes).map(([value, one]) => ({ value, title: say(one.title) }))}
              />
              <SwitchRow
                label={t('period')}
                value={period}
                onChange={(value) => go({ period: value })}
                choices={(['week', 'month', 'year'] as const).map((value) => ({ value, title: t(value) }))}
              />
              {places.length > 1 && units.length === 1 ? (
                <SwitchRow
                  label={t('twoAxes')}
                  value={two ? 'two' : 'same'}
                  onChange={(value) => go({ axes: value })}
                  choices={(['same', 'two'] as const).map((value) => ({ value, title: t(value) }))}
                />
              ) : null}
            </Row>
            <Panel title={t('compare')}>
              <Stack gap={3}>
                {units.length > 2 ? <Text alarm>{t('tooManyUnits')}</Text> : null}
                <Answer of={curves[0] ?? whole}>
                  {(first) => (
                    <TimeSeriesChart
                      title={places.length > 1 ? t('compare') : titleOf({ entity: id, property })}
                      unit={first.unit}
                      {...(two ? { rightUnit: units[1] ?? first.unit } : {})}
                      everySeconds={Math.max(step === 'day' ? 86_400 : 3600, first.everySeconds)}
                      series={places.flatMap((place, index) => {
                        const curve = curves[index]?.data;
                        if (!curve || (units.length > 2 && curve.unit !== first.unit)) return [];
                        return [
                          {
                            id: asText(place),
                            name: titleOf(place),
                            points: curve.points.map((point) => [point.at, point.value] as const),
                            right: rightOf(index),
                          },
                        ];
                      })}
                      from={from}
                      to={to}
                      height={320}
                    />
                  )}
                </Answer>
                <Row gap={3} align="end">
                  <EntityPicker
                    label={`${t('compareWith')}: ${t('station')}`}
                    value={other}
                    onChange={(value) => {
                      setOther(value);
                      setOtherProperty(undefined);
                    }}
                  />
                  <ChoiceField
                    label={`${t('compareWith')}: ${t('property')}`}
                    value={otherProperty}
                    onChange={setOtherProperty}
                    choices={Object.entries(other ? (typeOf(other)?.observes ?? {}) : {}).map(([value, one]) => ({
                      value,
                      title: say(one.title),
                    }))}
                  />
                  <Button
                    disabled={!other || !otherProperty}
                    onClick={() => {
                      if (other && otherProperty)
                        go({ with: [...others, { entity: other, property: otherProperty }].map(asText).join(',') });
                    }}
                  >
                    {t('add')}
                  </Button>
                  {others.length > 0 ? <Button onClick={() => go({ with: '' })}>{t('clear')}</Button> : null}
                </Row>
                <Row gap={4}>
                  <Link
                    download
                    href={platformClient.address('GET /api/history/:entity/:property/export.csv', {
                      params: { entity: id, property },
                      query,
                    })}
                  >
                    {t('csv')}
                  </Link>
                  <Link
                    download
                    href={platformClient.address('GET /api/history/:entity/:property/export.parquet', {
                      params: { entity: id, property },
                      query,
                    })}
                  >
                    {t('parquet')}
                  </Link>
                </Row>
              </Stack>
            </Panel>
            <Panel>
              <Answer of={whole}>
                {(curve) => (
                  <CalendarHeat
                    title={t('calendar', { year: String(year) })}
                    year={year}
                    // Today is not over: its share would look like a fault.
                    days={curve.points
                      .filter((point) => point.at + DAY <= now.getTime() && point.at >= firstDay(curve.points))
                      .map((point) => ({ day: localDay(point.at), share: point.share }))}
                  />
                )}
              </Answer>
            </Panel>
            <Panel title={t('gaps')}>
              <Answer of={coverage}>
                {({ items }) => (
                  <ScrollRegion label={t('gaps')}>
                    <table className="k-plain-table">
                      <thead>
                        <tr>
                          <th scope="col">{t('property')}</th>
                          {(['expected', 'received', 'good', 'share', 'gapCount'] as const).map((word) => (
                            <th key={word} scope="col" className="k-right">
                              {t(word)}
                            </th>
                          ))}
                          <th scope="col">{t('longest')}</th>
                        </tr>
                      </thead>
                      <tbody>
                        {items.map((row) => (
                          <tr key={row.property}>
                            <th scope="row">
                              {say(observes[row.property]?.title ?? { vi: row.property, en: row.property })}
                            </th>
                            <td className="k-right k-num">{formats.number(row.expected)}</td>
                            <td className="k-right k-num">{formats.number(row.received)}</td>
                            <td className="k-right k-num">{formats.number(row.good)}</td>
                            <td className="k-right k-num">
                              {formats.share(row.expected > 0 ? Math.min(1, row.good / row.expected) : null, 1)}
                            </td>
                            <td className="k-right k-num">{formats.number(row.gaps)}</td>
                            <td>
                              {row.longest
                                ? `${formats.duration((row.longest.to - row.longest.from) / 1000)} (${formats.instant(row.longest.from)} – ${formats.instant(row.longest.to)})`
                                : ''}
                            </td>
                          </tr>
                        ))}
                      </tbody>
                    </table>
                  </ScrollRegion>
                )}
              </Answer>
            </Panel>
            {property && !observes[property]?.derived ? (
              <HistoryUploads entity={id} property={property} from={last.from} to={last.to} />
            ) : null}
            {property && !observes[property]?.derived ? (
              <HistoryCorrections
                entity={id}
                property={property}
                unit={observes[property]?.unit ?? ''}
                from={last.from}
                to={last.to}
                onDone={() => {
                  void coverage.refetch();
                  for (const curve of curves) void curve.refetch();
                }}
              />
            ) : null}
          </Stack>
        </KitPage>
      )}
    </Answer>
  );
}
