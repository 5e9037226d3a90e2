import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import {
  Age,
  Button,
  ChoiceField,
  type Column,
  DataTable,
  EmptyState,
  Figure,
  FigureRow,
  Page as KitPage,
  LoadingState,
  PhoneFold,
  ProvenanceMark,
  Row,
  Stack,
  type TableView,
  Text,
  useLive,
  useNavigateTo,
  useSay,
  useTexts,
  ViewSwitch,
} from '../../../web/kit/index.ts';
import { allSteps, ClockLine, Marks, StepBadge, useAreaChoices, useCategoryChoices, useStepWord } from './bits.tsx';
import { BulkBar } from './bulk.tsx';
import { client, type DeskItem } from './client.ts';
import { InboxBoard } from './inbox-board.tsx';
import { words } from './words.ts';

const InboxMap = lazy(() => import('./inbox-map.tsx').then((loaded) => ({ default: loaded.InboxMap })));

const PAGE = 50;
const filterNames = [
  'step',
  'category',
  'areaCode',
  'organisationId',
  'rung',
  'unmoderated',
  'from',
  'to',
  'outcome',
] as const;

export type DeskFilter = {
  step?: string;
  category?: string;
  areaCode?: string;
  organisationId?: string;
  rung?: 50 | 80 | 100;
  unmoderated?: boolean;
  from?: string;
  to?: string;
  outcome?: 'answered' | 'in-time' | 'answered-late' | 'reopened' | 'rated-low' | 'refused';
  open?: boolean;
  q?: string;
};

/** The filters of the address; only open reports unless it says otherwise. */
function filterOf(search: Record<string, string>): DeskFilter {
  const given = Object.fromEntries(filterNames.flatMap((name) => (search[name] ? [[name, search[name]]] : [])));
  const { rung, unmoderated, ...rest } = given;
  return {
    ...(rest as DeskFilter),
    ...(rung ? { rung: Number(rung) as 50 | 80 | 100 } : {}),
    ...(unmoderated === 'true' ? { unmoderated: true } : {}),
    ...(search.all === '1' || search.outcome ? {} : { open: true }),
    ...(search.q ? { q: search.q } : {}),
  };
}

const words50 = (text: string): string => (text.length > 140 ? `${text.slice(0, 140).trimEnd()}…` : text);

/** The reports of one's unit and area: by clock, worst first; as a list, on the map, or by step. */
export function Page() {
  const t = useTexts(words);
  const say = useSay();
  const navigate = useNavigateTo();
  const stepWord = useStepWord();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const view = search.view === 'map' || search.view === 'board' ? search.view : 'list';
  const filter = filterOf(search);
  const table: TableView = {
    ...(search.q ? { find: search.q } : {}),
    ...(search.page ? { page: Number(search.page) } : {}),
    ...(search.sort === 'newest' ? { sort: { column: 'received', down: true } } : {}),
  };
  const list = useQuery({
    ...client.ask('GET /api/reports/desk', {
      query: {
        ...filter,
        sort: search.sort === 'newest' ? 'newest' : 'due',
        limit: PAGE,
        offset: ((table.page ?? 1) - 1) * PAGE,
      },
    }),
    enabled: view === 'list',
    placeholderData: (before) => before,
  });
  const counts = useQuery(client.ask('GET /api/reports/desk/counts'));
  const categories = useCategoryChoices();
  const areas = useAreaChoices();
  const [fresh, setFresh] = useState(0);
  useLive(['cases'], (event) => {
    const { payload } = event.data as { payload?: { type?: string } };
    if (payload?.type === 'report') setFresh((n) => n + 1);
  });
  const showFresh = () => {
    setFresh(0);
    void list.refetch();
    void counts.refetch();
  };
  const go = (change: Record<string, string | undefined>) => {
    const next = new URLSearchParams(search);
    if (!('page' in change)) next.delete('page');
    for (const [name, value] of Object.entries(change)) {
      if (value === undefined || value === '') next.delete(name);
      else next.set(name, value);
    }
    const text = next.toString();
    return text ? `/console/reports?${text}` : '/console/reports';
  };
  const only = (change: Record<string, string>) => `/console/reports?${new URLSearchParams(change)}`;
  const isNarrowed = filterNames.some((name) => search[name]) || Boolean(search.q) || search.all === '1';
  const columns: Column<DeskItem>[] = [
    { id: 'number', title: t('number'), value: (row) => row.number, sortable: false, width: 140 },
    {
      id: 'content',
      title: t('content'),
      value: (row) => row.text,
      sortable: false,
      cell: (row) => (
        <Stack gap={1}>
          <Text strong>{say(row.categoryTitle)}</Text>
          <Text>{words50(row.text)}</Text>
          <Row gap={2}>
            <Marks item={row} />
            <ProvenanceMark provenance={row.provenance as 'measured'} />
          </Row>
        </Stack>
      ),
    },
    {
      id: 'due',
      title: t('clock'),
      kind: 'instant',
      value: (row) => row.dueAt,
      cell: (row) => <ClockLine item={row} />,
    },
    {
      id: 'step',
      title: t('step'),
      value: (row) => row.step,
      text: (row) => stepWord(row.step),
      sortable: false,
      cell: (row) => <StepBadge step={row.step} />,
    },
    {
      id: 'place',
      title: t('place'),
      value: (row) => [row.address, row.areaName].filter(Boolean).join(', '),
      sortable: false,
    },
    {
      id: 'unit',
      title: t('unit'),
      value: (row) => (row.organisationName ? say(row.organisationName) : null),
      sortable: false,
    },
    {
      id: 'received',
      title: t('received'),
      kind: 'instant',
      value: (row) => row.receivedAt,
      cell: (row) => <Age at={row.receivedAt} />,
    },
  ];
  const n = counts.data;
  return (
    <KitPage
      title={t('reports')}
      lead={t('lead')}
      acts={
        <ViewSwitch
          label={t('views')}
          views={(['list', 'map', 'board'] as const).map((one) => ({
            title: t(one === 'list' ? 'asList' : one === 'map' ? 'asMap' : 'asBoard'),
            href: go({ view: one === 'list' ? undefined : one }),
            current: view === one,
          }))}
        />
      }
    >
      <Stack gap={4}>
        <FigureRow label={t('clocks')} strip>
          <Figure title={t('open')} value={n?.open} href="/console/reports" />
          <Figure
            title={t('late')}
            value={n?.late}
            href={only({ rung: '100' })}
            {...(n && n.late > 0 ? { severity: 4 as const } : {})}
          />
          <Figure title={t('near')} value={n?.near} href={only({ rung: '80' })} />
          <Figure title={t('half')} value={n?.half} href={only({ rung: '50' })} />
          <Figure title={t('unmoderated')} value={n?.unmoderated} href={only({ unmoderated: 'true' })} />
          <Figure title={t('proposedCount')} value={n?.proposed} href={only({ step: 'proposed' })} />
        </FigureRow>
        <PhoneFold title={isNarrowed ? `${t('filters')} (${t('narrowed')})` : t('filters')}>
          <Row gap={3} align="end">
            <ChoiceField
              label={t('category')}
              required
              value={search.category ?? 'any'}
              onChange={(value) => navigate(go({ category: value === 'any' ? undefined : value }))}
              choices={[{ value: 'any', title: t('any') }, ...categories]}
            />
            <ChoiceField
              label={t('area')}
              required
              value={search.areaCode ?? 'any'}
              onChange={(value) => navigate(go({ areaCode: value === 'any' ? undefined : value }))}
              choices={[{ value: 'any', title: t('any') }, ...areas]}
            />
            {view === 'board' ? null : (
              <ChoiceField
                label={t('step')}
                required
                value={search.step ?? 'any'}
                onChange={(value) =>
                  navigate(go({ step: value === 'any' ? undefined : value, all: value === 'any' ? undefined : '1' }))
                }
                choices={[
                  { value: 'any', title: t('any') },
                  ...allSteps.map((step) => ({ value: step, title: stepWord(step) })),
                ]}
              />
            )}
            <Button href={go({ all: search.all === '1' ? undefined : '1' })}>
              {search.all === '1' ? t('onlyOpen') : t('allToo')}
            </Button>
            {isNarrowed ? (
              <Button kind="quiet" href={view === 'list' ? '/console/reports' : only({ view })}>
                {t('clear')}
              </Button>
            ) : null}
          </Row>
        </PhoneFold>
        {view === 'map' ? (
          <Suspense fallback={<LoadingState height={520} />}>
            <InboxMap filter={filter} />
          </Suspense>
        ) : view === 'board' ? (
          <InboxBoard filter={filter} stepHref={(step) => go({ view: undefined, step, all: '1' })} />
        ) : (
          <DataTable
            label={t('reports')}
            columns={columns}
            rows={list.data?.items}
            total={list.data?.total ?? 0}
            more={list.data?.more ?? false}
            pageSize={PAGE}
            rowKey={(row) => row.id}
            rowName={(row) => `${row.number}, ${say(row.categoryTitle)}`}
            rowHref={(row) => `/console/reports/${row.id}`}
            view={table}
            onView={(next) =>
              navigate(
                go({
                  q: next.find,
                  page: next.page && next.page > 1 ? String(next.page) : undefined,
                  sort: next.sort?.column === 'received' ? 'newest' : undefined,
                }),
              )
            }
            error={list.error}
            onRetry={() => void list.refetch()}
            empty={<EmptyState title={t('none')}>{t('noneDo')}</EmptyState>}
            bulk={(rows, clear) => (
              <BulkBar
                rows={rows}
                onDone={() => {
                  clear();
                  showFresh();
                }}
              />
            )}
            fresh={fresh}
            onShowFresh={showFresh}
            fileName="phan-anh"
          />
        )}
      </Stack>
    </KitPage>
  );
}
