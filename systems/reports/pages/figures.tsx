import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import {
  Answer,
  Button,
  ChoiceField,
  type Column,
  DataTable,
  DateField,
  EmptyState,
  Figure,
  FigureRow,
  HeatTable,
  Page as KitPage,
  Link,
  LoadingState,
  notifyError,
  Panel,
  Row,
  SparkLine,
  Stack,
  saveFile,
  Text,
  useFormats,
  useNavigateTo,
  useNow,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { useCategoryChoices } from './bits.tsx';
import { client } from './client.ts';
import { figuresWords } from './figures-words.ts';

const InboxMap = lazy(() => import('./inbox-map.tsx').then((loaded) => ({ default: loaded.InboxMap })));

const HeatMap = lazy(() => import('./figures-heat-map.tsx').then((loaded) => ({ default: loaded.HeatMap })));

const HEAT_ROWS = 15;
const bys = ['organisation', 'area', 'family', 'category'] as const;
type Figures = Awaited<ReturnType<typeof client.call<'GET /api/reports/figures'>>>;
type Item = Figures['items'][number];

/** Who answers and who does not: for leaders, and for heads over their own; each figure opens to its reports. */
export function Page() {
  const t = useTexts(figuresWords);
  const say = useSay();
  const formats = useFormats();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const by = bys.find((one) => one === search.by) ?? 'organisation';
  const asked = Object.fromEntries(
    (['from', 'to', 'category'] as const).flatMap((name) => (search[name] ? [[name, search[name]]] : [])),
  );
  const found = useQuery({
    ...client.ask('GET /api/reports/figures', { query: { ...asked, by } }),
    placeholderData: (before) => before,
  });
  const categories = useCategoryChoices();
  const go = (change: Record<string, string | undefined>) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(change)) {
      if (value === undefined || value === '') next.delete(name);
      else next.set(name, value);
    }
    const text = next.toString();
    return text ? `/console/reports/figures?${text}` : '/console/reports/figures';
  };
  const duration = (hours: number): string => formats.duration(hours * 3600);
  /** Where a figure's reports are. */
  const door = (view: Figures, change: Record<string, string> = {}) =>
    `/console/reports?${new URLSearchParams({
      all: '1',
      from: view.from,
      to: view.to,
      ...(search.category ? { category: search.category } : {}),
      ...change,
    })}`;
  const ofKey = (item: Item): Record<string, string> =>
    by === 'organisation'
      ? { organisationId: item.key }
      : by === 'area'
        ? { areaCode: item.key }
        : { category: item.key };
  const columns = (view: Figures): Column<Item>[] => [
    { id: 'title', title: t(by), value: (row) => say(row.title) },
    {
      id: 'rank',
      title: t('rank'),
      kind: 'number',
      value: (row) => row.rank,
      text: (row) => (row.rank === null ? t('unranked') : String(row.rank)),
    },
    { id: 'received', title: t('received'), kind: 'number', value: (row) => row.received },
    {
      id: 'onTime',
      title: t('onTime'),
      kind: 'number',
      value: (row) => row.inTimeShare,
      text: (row) =>
        row.inTimeShare === null ? '–' : `${formats.share(row.inTimeShare)} (${t('ofAnswered', { n: row.answered })})`,
      cell: (row) =>
        row.inTimeShare === null ? (
          '–'
        ) : (
          <Link href={door(view, { ...ofKey(row), outcome: 'answered-late' })} quiet>
            {formats.share(row.inTimeShare)}{' '}
            <Text inline small soft>
              {t('ofAnswered', { n: row.answered })}
            </Text>
          </Link>
        ),
    },
    {
      id: 'against',
      title: t('against'),
      kind: 'number',
      value: (row) =>
        row.inTimeShare === null || row.expectedShare === null ? null : (row.inTimeShare - row.expectedShare) * 100,
      text: (row) => {
        if (row.inTimeShare === null || row.expectedShare === null) return '–';
        const points = (row.inTimeShare - row.expectedShare) * 100;
        return t('points', { n: `${points > 0 ? '+' : ''}${formats.number(points, 1)}` });
      },
    },
    {
      id: 'first',
      title: t('firstShort'),
      kind: 'number',
      value: (row) => row.firstAnswerHours?.median,
      text: (row) => spread(row.firstAnswerHours),
    },
    {
      id: 'solution',
      title: t('solutionShort'),
      kind: 'number',
      value: (row) => row.solutionHours?.median,
      text: (row) => spread(row.solutionHours),
    },
    {
      id: 'reopened',
      title: t('reopened'),
      kind: 'number',
      value: (row) => row.reopened,
      cell: (row) =>
        row.reopened === 0 ? (
          '0'
        ) : (
          <Link href={door(view, { ...ofKey(row), outcome: 'reopened' })} quiet>
            {formats.number(row.reopened)}
          </Link>
        ),
    },
    {
      id: 'rating',
      title: t('rating'),
      kind: 'number',
      value: (row) => row.rating?.mean,
      text: (row) =>
        row.rating ? `${formats.number(row.rating.mean, 1)} (${t('ofRated', { n: row.rating.n })})` : '–',
    },
    {
      id: 'perThousand',
      title: t('perThousand'),
      kind: 'number',
      decimals: 2,
      value: (row) => row.perThousand,
      hidden: view.items.every((one) => one.perThousand === null),
    },
    {
      id: 'trend',
      title: t('trend'),
      value: (row) => row.trend.length,
      sortable: false,
      text: (row) =>
        row.trend.map((one) => (one.inTimeShare === null ? '–' : formats.share(one.inTimeShare))).join(' '),
      cell: (row) =>
        row.trend.length > 1 ? (
          <SparkLine label={`${t('trend')}: ${say(row.title)}`} values={row.trend.map((one) => one.inTimeShare)} />
        ) : (
          '–'
        ),
    },
  ];
  const spread = (one: { median: number; p90: number } | null): string =>
    one ? `${duration(one.median)} (${t('p90', { time: duration(one.p90) })})` : '–';
  return (
    <KitPage
      title={t('title')}
      lead={t('lead', { n: found.data?.leastRanked ?? 20 })}
      crumbs={[{ title: t('crumb'), href: '/console/reports' }, { title: t('title') }]}
    >
      <Stack gap={5}>
        <Row gap={3} align="end">
          <ChoiceField
            label={t('by')}
            required
            value={by}
            onChange={(value) => navigate(go({ by: value }))}
            choices={bys.map((value) => ({ value, title: t(value) }))}
          />
          <ChoiceField
            label={t('category')}
            required
            value={search.category ?? 'any'}
            onChange={(value) => navigate(go({ category: value === 'any' ? undefined : value }))}
            choices={[{ value: 'any', title: t('anyCategory') }, ...categories]}
          />
          <Days from={search.from} to={search.to} view={found.data} onChange={(change) => navigate(go(change))} />
        </Row>
        <Answer
          of={found}
          isEmpty={(view) => view.total.received === 0}
          empty={<EmptyState title={t('none')}>{t('noneDo')}</EmptyState>}
        >
          {(view) => (
            <>
              {view.total.simulated > 0 ? <Text soft>{t('simulated', { n: view.total.simulated })}</Text> : null}
              <FigureRow label={t('title')}>
                <Figure title={t('received')} value={view.total.received} href={door(view)} />
                <Figure
                  title={t('late')}
                  value={view.total.late}
                  href="/console/reports?rung=100"
                  {...(view.total.late > 0 ? { severity: 4 as const } : {})}
                />
                <Figure
                  title={t('onTime')}
                  value={view.total.inTimeShare === null ? null : view.total.inTimeShare * 100}
                  unit="%"
                  decimals={1}
                  note={t('ofAnswered', { n: view.total.answered })}
                  href={door(view, { outcome: 'answered-late' })}
                />
                <Figure
                  title={t('first')}
                  value={view.total.firstAnswerHours?.median}
                  unit={t('hours')}
                  decimals={1}
                  note={p90(view.total.firstAnswerHours)}
                  href={door(view, { outcome: 'answered' })}
                />
                <Figure
                  title={t('solution')}
                  value={view.total.solutionHours?.median}
                  unit={t('hours')}
                  decimals={1}
                  note={p90(view.total.solutionHours)}
                  href={door(view, { outcome: 'answered' })}
                />
                <Figure
                  title={t('reopened')}
                  value={view.total.reopened}
                  note={t('ofAnswered', { n: view.total.answered })}
                  href={door(view, { outcome: 'reopened' })}
                />
                <Figure
                  title={t('rating')}
                  value={view.total.rating?.mean}
                  decimals={1}
                  note={t('ofRated', { n: view.total.rating?.n ?? 0 })}
                  href={door(view, { outcome: 'rated-low' })}
                />
              </FigureRow>
              <Stack gap={2}>
                <DataTable
                  label={t(by)}
                  rows={view.items}
                  columns={columns(view)}
                  rowKey={(row) => row.key}
                  rowName={(row) => say(row.title)}
                  rowHref={(row) => door(view, ofKey(row))}
                  view={viewFromSearch(search)}
                  onView={(next) =>
                    navigate(`/console/reports/figures?${new URLSearchParams({ ...asked, by, ...viewToSearch(next) })}`)
                  }
                  fileName={`phan-anh-${by}`}
                />
                {view.items.every((one) => one.perThousand === null) ? (
                  <Text small soft>
                    {t('noPeople')}
                  </Text>
                ) : null}
              </Stack>
              <Heat view={view} door={door} />
              <Suspense fallback={<LoadingState height={520} />}>
                <HeatMap asked={{ ...asked, from: view.from, to: view.to }} />
              </Suspense>
              <Panel title={t('where')}>
                <Suspense fallback={<LoadingState height={480} />}>
                  <InboxMap filter={{ ...asked, from: view.from, to: view.to }} />
                </Suspense>
              </Panel>
            </>
          )}
        </Answer>
        <MonthReport />
      </Stack>
    </KitPage>
  );

  function p90(one: { p90: number } | null): string {
    return one ? t('p90', { time: duration(one.p90) }) : '';
  }
}

function Days(props: {
  from: string | undefined;
  to: string | undefined;
  view: Figures | undefined;
  onChange: (change: { from?: string | undefined; to?: string | undefined }) => void;
}) {
  const t = useTexts(figuresWords);
  // A day is only asked for once it is written whole.
  const set = (name: 'from' | 'to') => (value: string | undefined) => {
    if (value === undefined || /^\d{4}-\d{2}-\d{2}$/.test(value)) props.onChange({ [name]: value });
  };
  return (
    <>
      <DateField label={t('from')} required value={props.from ?? props.view?.from} onChange={set('from')} />
      <DateField label={t('to')} required value={props.to ?? props.view?.to} onChange={set('to')} />
    </>
  );
}

/** How many by area and family: the areas with most first. */
function Heat({ view, door }: { view: Figures; door: (view: Figures, change: Record<string, string>) => string }) {
  const t = useTexts(figuresWords);
  const categories = useCategoryChoices();
  const families = categories.filter(
    (one) => one.parent === null && view.heat.some((cell) => cell.family === one.value),
  );
  const areas = new Map<string, { name: string; n: number }>();
  for (const cell of view.heat) {
    const known = areas.get(cell.areaCode);
    areas.set(cell.areaCode, { name: cell.areaName, n: (known?.n ?? 0) + cell.n });
  }
  const most = [...areas].sort(([, a], [, b]) => b.n - a.n).slice(0, HEAT_ROWS);
  return (
    <Panel title={t('heat')}>
      <Stack gap={2}>
        {areas.size > HEAT_ROWS ? (
          <Text small soft>
            {t('heatMore', { n: HEAT_ROWS })}
          </Text>
        ) : null}
        <HeatTable
          label={t('heat')}
          columns={families.map((one) => one.title)}
          rows={most.map(([areaCode, { name }]) => ({
            key: areaCode,
            title: name,
            cells: families.map((family) => {
              const n = view.heat.find((cell) => cell.areaCode === areaCode && cell.family === family.value)?.n ?? 0;
              return {
                key: family.value,
                value: n,
                href: door(view, { areaCode, category: family.value }),
                label: t('heatCell', { area: name, family: family.title, n }),
              };
            }),
          }))}
        />
      </Stack>
    </Panel>
  );
}

/** The months of the last year, newest first, as `yyyy-mm`. */
function monthsUntil(now: Date): string[] {
  const local = new Date(now.getTime() + 7 * 3_600_000);
  return Array.from({ length: 12 }, (_, back) =>
    new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() - back, 1)).toISOString().slice(0, 7),
  );
}

function MonthReport() {
  const t = useTexts(figuresWords);
  const formats = useFormats();
  const months = monthsUntil(useNow());
  const [month, setMonth] = useState(months[0] ?? '');
  const [busy, setBusy] = useState<'docx' | 'csv' | null>(null);
  const fetchReport = async (as: 'docx' | 'csv') => {
    setBusy(as);
    try {
      const { blob, name } = await client.download('GET /api/reports/figures/:month', {
        params: { month },
        query: { as },
      });
      saveFile(blob, name ?? `phan-anh-${month}.${as}`);
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(null);
    }
  };
  return (
    <Panel title={t('month')}>
      <Row gap={3} align="end">
        <ChoiceField
          label={t('month')}
          required
          value={month}
          onChange={(value) => value && setMonth(value)}
          choices={months.map((value) => ({ value, title: formats.month(`${value}-15T00:00:00Z`) }))}
        />
        <Button busy={busy === 'docx'} onClick={() => void fetchReport('docx')}>
          {t('docx')}
        </Button>
        <Button busy={busy === 'csv'} onClick={() => void fetchReport('csv')}>
          {t('csv')}
        </Button>
      </Row>
    </Panel>
  );
}
