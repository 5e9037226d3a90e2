import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Age,
  Button,
  type Column,
  ConfirmAct,
  DataTable,
  Page as KitPage,
  Link,
  notify,
  notifyError,
  ProvenanceMark,
  SparkLine,
  Stack,
  StateBadge,
  type StateTone,
  SwitchRow,
  Text,
  useFormats,
  useNavigateTo,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { sourceWords } from './source-words.ts';

type Source = Awaited<ReturnType<typeof client.call<'GET /api/sources'>>>['items'][number];

const ROWS_A_PAGE = 50;

const titles = { entity: 'stations', device: 'devices', file: 'fileDoors' } as const;

/** What is good, what is to be looked at: the limits of the words beside a share. */
const GOOD = 0.9;
const WATCH = 0.75;

/** Every source of data by the four words officials use, worst first. */
export function Page() {
  const t = useTexts(sourceWords);
  const say = useSay();
  const formats = useFormats();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const kind = search.kind === 'device' || search.kind === 'file' ? search.kind : 'entity';
  const view = viewFromSearch(search);
  const [asked, setAsked] = useState<Source | null>(null);
  const sources = useQuery({
    ...client.ask('GET /api/sources', {
      query: {
        kind,
        limit: ROWS_A_PAGE,
        offset: ((view.page ?? 1) - 1) * ROWS_A_PAGE,
        ...(view.find ? { q: view.find } : {}),
      },
    }),
    refetchInterval: 60_000,
  });
  const organisations = useQuery(client.ask('GET /api/organisations', { query: { limit: 500 } }));
  const unitName = (id: string | null): string => {
    if (id === null) return t('noUnit');
    const unit = organisations.data?.items.find((one) => one.id === id);
    return unit ? say(unit.name) : id;
  };
  const share = (id: 'correct' | 'complete' | 'clean' | 'live'): Column<Source> => ({
    id,
    title: t(id),
    kind: 'number',
    sortable: false,
    value: (row) => row[id],
    text: (row) => (row[id] === null ? t('notJudged') : formats.share(row[id])),
    cell: (row) => <ShareBadge share={row[id]} />,
  });
  const fileColumns: Column<Source>[] = [
    {
      id: 'files',
      title: t('files'),
      sortable: false,
      value: (row) => t('filesOf', { received: row.received, expected: row.expected }),
    },
    { id: 'refused', title: t('refused'), kind: 'number', sortable: false, value: (row) => row.refused },
    {
      id: 'waiting',
      title: t('quarantine'),
      kind: 'number',
      sortable: false,
      value: (row) => row.waiting,
      cell: (row) =>
        row.waiting ? <Link href="/console/devices">{t('waiting', { n: row.waiting })}</Link> : formats.number(0, 0),
    },
    { id: 'lastFile', title: t('lastFile'), sortable: false, hidden: true, value: (row) => row.lastFile },
  ];
  const columns: Column<Source>[] = [
    {
      id: 'source',
      title: t('source'),
      sortable: false,
      value: (row) => row.name,
      cell: (row) => (
        <>
          {row.name} <ProvenanceMark provenance={row.provenance as 'measured'} />
        </>
      ),
    },
    {
      id: 'signal',
      title: t('signal'),
      sortable: false,
      value: (row) => (row.late ? t('silent') : t('heard')),
      cell: (row) => <StateBadge word={row.late ? t('silent') : t('heard')} tone={row.late ? 'late' : 'done'} />,
    },
    ...(kind === 'file' ? fileColumns : [share('correct')]),
    share('complete'),
    share('clean'),
    share('live'),
    {
      id: 'last',
      title: t('lastAt'),
      kind: 'instant',
      sortable: false,
      value: (row) => row.lastAt,
      cell: (row) => (row.lastAt ? <Age at={row.lastAt} /> : t('never')),
    },
    {
      id: 'trend',
      title: t('trend'),
      sortable: false,
      value: () => '',
      cell: (row) => <SparkLine values={row.trend} label={t('trendOf', { name: row.name })} />,
    },
    {
      id: 'unit',
      title: t('unit'),
      sortable: false,
      value: (row) => unitName(row.organisationId),
      cell: (row) => (
        <Stack gap={1}>
          <span>{unitName(row.organisationId)}</span>
          {row.may.includes('remind') && (row.late || (row.worst ?? 0) < GOOD) ? (
            <Button onClick={() => setAsked(row)}>{t('remind')}</Button>
          ) : row.remindedAt ? (
            <Text soft small>
              {t('remindedAt')}
            </Text>
          ) : null}
        </Stack>
      ),
    },
    { id: 'origin', title: t('origin'), sortable: false, hidden: true, value: (row) => row.provenance },
  ];
  const remind = async () => {
    if (!asked) return;
    try {
      await client.call('POST /api/sources/:kind/:id/remind', { params: { kind: asked.kind, id: asked.id } });
      notify({ title: t('reminded', { name: asked.name }), kind: 'done' });
    } catch (error) {
      notifyError(error);
    }
    setAsked(null);
    await sources.refetch();
  };
  const computedAt = sources.data?.items[0]?.computedAt;
  return (
    <KitPage
      title={t('sources')}
      lead={computedAt ? t('leadAt', { at: formats.instant(computedAt) }) : t('lead')}
      acts={
        <SwitchRow
          label={t('sources')}
          value={kind}
          onChange={(value) => navigate(`/console/sources?kind=${value}`)}
          choices={(['entity', 'device', 'file'] as const).map((value) => ({ value, title: t(titles[value]) }))}
        />
      }
    >
      <DataTable
        label={t(titles[kind])}
        columns={columns}
        rows={sources.data?.items}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        rowHref={(row) => `/console/sources/${row.kind}/${encodeURIComponent(row.id)}`}
        view={view}
        onView={(next) => navigate(`/console/sources?${new URLSearchParams({ ...viewToSearch(next), kind })}`)}
        total={sources.data?.total ?? 0}
        pageSize={ROWS_A_PAGE}
        error={sources.error}
        onRetry={() => void sources.refetch()}
        empty={t('none')}
        fileName="nguon-du-lieu"
      />
      <ConfirmAct
        opened={asked !== null}
        onClose={() => setAsked(null)}
        title={t('remindAsk', { name: asked?.name ?? '' })}
        happens={t('remindHappens')}
        to={asked ? unitName(asked.organisationId) : null}
        verb={t('remind')}
        onConfirm={remind}
      />
    </KitPage>
  );
}

/** A share with its word and sign: never by colour alone. */
export function ShareBadge({ share }: { share: number | null }) {
  const t = useTexts(sourceWords);
  const formats = useFormats();
  if (share === null) {
    return (
      <Text soft small inline>
        {t('notJudged')}
      </Text>
    );
  }
  const tone: StateTone = share >= GOOD ? 'done' : share >= WATCH ? 'waiting' : 'late';
  const word = share >= GOOD ? t('good') : share >= WATCH ? t('watch') : t('bad');
  // Down, so that 99.6 % is not told as whole.
  return <StateBadge word={`${formats.share(Math.floor(share * 100) / 100)} · ${word}`} tone={tone} />;
}
