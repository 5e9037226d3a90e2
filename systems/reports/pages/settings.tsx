import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import {
  Button,
  type Column,
  DataTable,
  Text,
  useNavigateTo,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { type Category, client } from './settings-client.ts';
import { SettingsPage } from './settings-page.tsx';
import { settingsWords } from './settings-words.ts';
import { useAllowedWords } from './time-allowed.ts';

const addressOf = (code: string) => `/console/reports/settings/categories/${encodeURIComponent(code)}`;

/** The tree of categories: each family with its leaves below it. */
export function Page() {
  const t = useTexts(settingsWords);
  const say = useSay();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const allowed = useAllowedWords();
  const found = useQuery(client.ask('GET /api/reports/manage/categories'));
  const all = found.data?.items;
  const tree = all
    ?.filter((one) => one.parent === null)
    .flatMap((family) => [family, ...all.filter((one) => one.parent === family.code)]);
  const isLeaf = (row: Category): boolean => row.parent !== null;
  const stateOf = (row: Category): string => {
    if (row.active) return t('inUse');
    const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);
    if (row.activeFrom !== null && row.activeFrom > today) return t('notYet');
    return row.activeUntil !== null && row.activeUntil < today ? t('closed') : t('familyClosed');
  };
  const columns: Column<Category>[] = [
    {
      id: 'name',
      title: t('name'),
      value: (row) => `${isLeaf(row) ? '– ' : ''}${say(row.title)}`,
      cell: (row) => (
        <Text inline strong={!isLeaf(row)}>
          {isLeaf(row) ? '– ' : ''}
          {say(row.title)}
        </Text>
      ),
    },
    {
      id: 'unit',
      title: t('unit'),
      filter: true,
      value: (row) =>
        !isLeaf(row)
          ? ''
          : row.unit.to === 'commune'
            ? t('communeOfPlace')
            : row.unitName
              ? say(row.unitName)
              : row.unit.id,
    },
    ...(['normal', 'urgent', 'emergency'] as const).map(
      (urgency): Column<Category> => ({
        id: urgency,
        title: t(urgency),
        value: (row) => (isLeaf(row) ? allowed(row.deadlines[urgency]) : ''),
        hidden: urgency === 'urgent',
      }),
    ),
    {
      id: 'public',
      title: t('isPublic'),
      filter: true,
      value: (row) => (isLeaf(row) ? (row.isPublic ? t('yes') : t('no')) : ''),
    },
    {
      id: 'approval',
      title: t('approval'),
      filter: true,
      value: (row) => (isLeaf(row) ? (row.needsApproval ? t('needed') : t('notNeeded')) : ''),
    },
    {
      id: 'fields',
      title: t('ownFields'),
      kind: 'number',
      decimals: 0,
      value: (row) => Object.keys((row.form as { properties?: object }).properties ?? {}).length || null,
    },
    { id: 'open', title: t('open'), kind: 'number', decimals: 0, value: (row) => row.open },
    { id: 'received', title: t('received'), kind: 'number', decimals: 0, value: (row) => row.received, hidden: true },
    { id: 'state', title: t('state'), filter: true, value: stateOf },
  ];
  return (
    <SettingsPage
      path="reports/settings"
      title={t('categories')}
      lead={t('categoriesLead')}
      primary={
        <>
          <Button href="/console/reports/settings/categories/new">{t('addFamily')}</Button>
          <Button kind="primary" href={`/console/reports/settings/categories/new?parent=${tree?.[0]?.code ?? ''}`}>
            {t('addLeaf')}
          </Button>
        </>
      }
    >
      <DataTable
        label={t('categories')}
        columns={columns}
        rows={tree}
        rowKey={(row) => row.code}
        rowName={(row) => say(row.title)}
        rowHref={(row) => addressOf(row.code)}
        view={viewFromSearch(search)}
        onView={(view) => navigate(`/console/reports/settings?${new URLSearchParams(viewToSearch(view))}`)}
        error={found.error}
        onRetry={() => void found.refetch()}
        empty={t('noneYet')}
        fileName="loai-phan-anh"
      />
    </SettingsPage>
  );
}
