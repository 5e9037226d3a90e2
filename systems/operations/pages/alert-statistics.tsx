import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  ChoiceField,
  type Column,
  DataTable,
  EmptyState,
  Grid,
  Page as KitPage,
  Link,
  Panel,
  Stack,
  Text,
  useFormats,
  useNavigateTo,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { platformClient } from '../../../web/kit/province.ts';
import { client } from './client.ts';
import { statisticsWords } from './statistics-words.ts';

type Line = Awaited<ReturnType<typeof client.call<'GET /api/alert-statistics'>>>['items'][number];
type By = 'source' | 'organisation' | 'type';

const DAYS = ['7', '30', '90'] as const;
const DAY_MS = 86_400_000;

/** What the alerts of a time say about the rules that raise them; every figure opens to its alerts. */
export function Page() {
  const t = useTexts(statisticsWords);
  const say = useSay();
  const formats = useFormats();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const by = (['source', 'organisation', 'type'].includes(search.by ?? '') ? search.by : 'source') as By;
  const days = DAYS.find((one) => one === search.days) ?? '30';
  // Of the minute, so that the address of what is asked stays the same while one looks.
  const [now] = useState(() => Math.floor(Date.now() / 60_000) * 60_000);
  const from = new Date(now - Number(days) * DAY_MS).toISOString();
  const to = new Date(now + DAY_MS).toISOString();
  const statistics = useQuery(client.ask('GET /api/alert-statistics', { query: { from, to, by } }));
  const noisy = useQuery(client.ask('GET /api/alert-statistics', { query: { from, to, by: 'source' } }));
  const rules = useQuery(client.ask('GET /api/rules'));
  const types = useQuery(platformClient.ask('GET /api/types'));
  const nameOf = (kind: By, of: string | null): string => {
    if (of === null) return t('none');
    if (kind === 'type') {
      const type = types.data?.items.find((one) => one.name === of);
      return type ? say(type.title) : of;
    }
    if (kind === 'organisation') return of;
    if (of === 'silence') return t('silence');
    const rule = rules.data?.items.find((one) => `rule:${one.id}` === of);
    return rule ? say(rule.definition.title) : of;
  };
  const go = (change: Record<string, string>) =>
    navigate(`/console/alerts/statistics?${new URLSearchParams({ ...search, ...change })}`);
  const records = (kind: By, line: Line, more: Record<string, string> = {}): string =>
    `/console/alerts/register?${new URLSearchParams({ knownFrom: from, knownTo: to, [kind]: line.of ?? '', ...more })}`;
  const figure = (line: Line, n: number, more: Record<string, string> = {}) =>
    n === 0 || line.of === null ? (
      formats.number(n, 0)
    ) : (
      <Link href={records(by, line, more)}>{formats.number(n, 0)}</Link>
    );
  const share = (line: Line): number | null => (line.closed === 0 ? null : line.withoutAction / line.closed);
  const minutes = (value: number | null): string => (value === null ? '–' : formats.duration(Math.round(value * 60)));
  const total = (noisy.data?.items ?? []).reduce((sum, line) => sum + line.count, 0);
  const columns: Column<Line>[] = [
    {
      id: 'of',
      title: by === 'source' ? t('of') : by === 'type' ? t('byType') : t('byOrganisation'),
      value: (row) => nameOf(by, row.of),
      cell: (row) =>
        by === 'source' && row.of?.startsWith('rule:') ? (
          <Link href={`/console/rules/${encodeURIComponent(row.of.slice(5))}`}>{nameOf(by, row.of)}</Link>
        ) : (
          nameOf(by, row.of)
        ),
    },
    {
      id: 'count',
      title: t('count'),
      kind: 'number',
      value: (row) => row.count,
      cell: (row) => figure(row, row.count),
    },
    {
      id: 'open',
      title: t('open'),
      kind: 'number',
      value: (row) => row.open,
      cell: (row) => figure(row, row.open, { state: 'open' }),
    },
    {
      id: 'median',
      title: t('median'),
      kind: 'number',
      value: (row) => row.acknowledged.median,
      text: (row) => minutes(row.acknowledged.median),
    },
    {
      id: 'p90',
      title: t('p90'),
      kind: 'number',
      value: (row) => row.acknowledged.p90,
      text: (row) => minutes(row.acknowledged.p90),
    },
    {
      id: 'without',
      title: t('withoutAction'),
      kind: 'number',
      value: share,
      cell: (row) => {
        const part = share(row);
        return part === null ? (
          '–'
        ) : (
          <span>
            {figure(row, row.withoutAction, { only: 'without-action' })} ({formats.share(part)})
          </span>
        );
      },
    },
    {
      id: 'flapping',
      title: t('flapping'),
      kind: 'number',
      value: (row) => row.flapping,
      cell: (row) => figure(row, row.flapping, { only: 'flapping' }),
    },
    { id: 'entities', title: t('entities'), kind: 'number', value: (row) => row.entities },
  ];
  return (
    <KitPage title={t('statistics')} lead={t('lead', { from: formats.date(from) })}>
      <Stack gap={5}>
        <Grid least={160}>
          <ChoiceField
            label={t('by')}
            required
            value={by}
            onChange={(next) => go({ by: next ?? 'source' })}
            choices={[
              { value: 'source', title: t('bySource') },
              { value: 'organisation', title: t('byOrganisation') },
              { value: 'type', title: t('byType') },
            ]}
          />
          <ChoiceField
            label={t('period')}
            required
            value={days}
            onChange={(next) => go({ days: next ?? '30' })}
            choices={DAYS.map((n) => ({ value: n, title: t('days', { n: Number(n) }) }))}
          />
        </Grid>
        {total > 0 ? (
          <Panel title={t('noisiest')}>
            <Stack gap={1}>
              {(noisy.data?.items ?? []).slice(0, 10).map((line) => (
                <Link key={line.of ?? ''} href={records('source', line)}>
                  {t('noisiestShare', {
                    title: nameOf('source', line.of),
                    n: line.count,
                    share: formats.share(line.count / total),
                  })}
                </Link>
              ))}
            </Stack>
          </Panel>
        ) : null}
        <DataTable
          label={t('statistics')}
          columns={columns}
          rows={statistics.data?.items}
          rowKey={(row) => row.of ?? ''}
          rowName={(row) => nameOf(by, row.of)}
          view={viewFromSearch(search)}
          onView={(view) =>
            navigate(`/console/alerts/statistics?${new URLSearchParams({ ...viewToSearch(view), by, days })}`)
          }
          error={statistics.error}
          onRetry={() => void statistics.refetch()}
          empty={<EmptyState title={t('noAlerts')} />}
          fileName="thong-ke-canh-bao"
        />
        <Text small soft prose>
          {t('whatIsWithout')}
        </Text>
      </Stack>
    </KitPage>
  );
}
