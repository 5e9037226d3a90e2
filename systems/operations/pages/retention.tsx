import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Button,
  type Column,
  ConfirmAct,
  DataTable,
  Page as KitPage,
  notify,
  Panel,
  Row,
  SideSheet,
  Stack,
  Text,
  useFormats,
  useNavigateTo,
  useNow,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { type Class, ClassFiles, ClassForm } from './retention-form.tsx';
import { retentionWords } from './retention-words.ts';

type Held = Awaited<ReturnType<typeof client.call<'GET /api/retention'>>>['held'][number];

/** What is kept how long, how much there is of it, and what goes next. */
export function Page() {
  const t = useTexts(retentionWords);
  const say = useSay();
  const formats = useFormats();
  const now = useNow();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const retention = useQuery(client.ask('GET /api/retention'));
  const types = useQuery(client.ask('GET /api/types'));
  const [form, setForm] = useState<Class | 'new' | null>(null);
  const [files, setFiles] = useState<Class | null>(null);
  const [going, setGoing] = useState<Class | null>(null);
  const classes = retention.data?.classes ?? [];
  const held = retention.data?.held ?? [];
  const titleOf = (type: string, property?: string): string => {
    const found = types.data?.items.find((one) => one.name === type);
    const name = found ? say(found.title) : type;
    if (property === undefined) return t('whole', { type: name });
    const observed = found?.observes[property];
    return `${name}: ${observed ? say(observed.title) : property}`;
  };
  const coverTitle = (cover: string): string => {
    const [type = '', property] = cover.split('.');
    return titleOf(type, property);
  };
  const classOf = (row: Held): Class | undefined =>
    classes.find((one) => one.covers.includes(`${row.type}.${row.property}`)) ??
    classes.find((one) => one.covers.includes(row.type));
  const daysText = (days: number | null): string =>
    days === null ? t('forEver') : `${formats.number(days)} ${t('days')}`;
  const columns: Column<Class>[] = [
    { id: 'title', title: t('title'), value: (row) => row.title },
    { id: 'covers', title: t('covers'), value: (row) => row.covers.map(coverTitle).join('; ') },
    { id: 'raw', title: t('raw'), value: (row) => row.rawDays, text: (row) => daysText(row.rawDays) },
    { id: 'hours', title: t('hours'), value: (row) => row.hourDays, text: (row) => daysText(row.hourDays) },
    {
      id: 'holds',
      title: t('holds'),
      value: (row) => sum(held.filter((one) => classOf(one)?.id === row.id).map((one) => one.observations)),
      text: (row) => {
        const mine = held.filter((one) => classOf(one)?.id === row.id);
        return `${formats.number(sum(mine.map((one) => one.observations)))} (${formats.bytes(sum(mine.map((one) => one.bytes)))})`;
      },
    },
    {
      id: 'next',
      title: t('next'),
      value: (row) => row.before,
      text: (row) =>
        Date.parse(row.effectiveAt) > now.getTime()
          ? t('notYet', { at: formats.instant(row.effectiveAt) })
          : t('nextBefore', { day: formats.date(row.before) }),
    },
    { id: 'reason', title: t('reason'), value: (row) => row.reason },
    {
      id: 'acts',
      title: t('acts'),
      sortable: false,
      value: () => '',
      cell: (row) => (
        <Row gap={2}>
          <Button onClick={() => setForm(row)}>{t('change')}</Button>
          <Button onClick={() => setFiles(row)}>{t('files')}</Button>
          <Button onClick={() => setGoing(row)}>{t('remove')}</Button>
        </Row>
      ),
    },
  ];
  const heldColumns: Column<Held>[] = [
    { id: 'kind', title: t('kind'), value: (row) => titleOf(row.type, row.property) },
    { id: 'values', title: t('values'), kind: 'number', decimals: 0, value: (row) => row.observations },
    {
      id: 'size',
      title: t('size'),
      kind: 'number',
      value: (row) => row.bytes,
      text: (row) => formats.bytes(row.bytes),
    },
    { id: 'since', title: t('since'), value: (row) => row.firstDay, text: (row) => formats.date(row.firstDay) },
    { id: 'class', title: t('class'), filter: true, value: (row) => classOf(row)?.title ?? t('forEver') },
  ];
  const covers = (types.data?.items ?? []).flatMap((type) =>
    Object.keys(type.observes).length === 0
      ? []
      : [
          { value: type.name, title: titleOf(type.name) },
          ...Object.keys(type.observes).map((property) => ({
            value: `${type.name}.${property}`,
            title: titleOf(type.name, property),
          })),
        ],
  );
  const close = (): void => {
    setForm(null);
    void retention.refetch();
  };
  return (
    <KitPage
      title={t('retention')}
      lead={t('lead')}
      primary={
        <Button kind="primary" onClick={() => setForm('new')}>
          {t('add')}
        </Button>
      }
    >
      <Stack gap={5}>
        <DataTable
          label={t('classes')}
          columns={columns}
          rows={retention.data?.classes}
          rowKey={(row) => row.id}
          rowName={(row) => row.title}
          view={viewFromSearch(search)}
          onView={(view) => navigate(`/console/retention?${new URLSearchParams(viewToSearch(view))}`)}
          error={retention.error}
          onRetry={() => void retention.refetch()}
          empty={t('none')}
          fileName="thoi-han-luu-giu"
        />
        <Panel title={t('held')}>
          <Stack gap={3}>
            <Text soft small>
              {held[0] ? t('heldAt', { at: formats.instant(held[0].measuredAt) }) : t('notCounted')}
            </Text>
            {held.length > 0 ? (
              <DataTable
                label={t('held')}
                columns={heldColumns}
                rows={held}
                rowKey={(row) => `${row.type}.${row.property}`}
                rowName={(row) => titleOf(row.type, row.property)}
                view={{}}
                onView={() => undefined}
                fileName="so-lieu-dang-giu"
              />
            ) : null}
          </Stack>
        </Panel>
      </Stack>
      <SideSheet
        opened={form !== null}
        onClose={() => setForm(null)}
        title={form === 'new' ? t('add') : t('change')}
        modal
      >
        {form ? <ClassForm of={form === 'new' ? null : form} covers={covers} onDone={close} /> : null}
      </SideSheet>
      <SideSheet opened={files !== null} onClose={() => setFiles(null)} title={t('files')} modal>
        {files ? <ClassFiles of={files} /> : null}
      </SideSheet>
      <ConfirmAct
        opened={going !== null}
        onClose={() => setGoing(null)}
        title={t('removeAsk', { title: going?.title ?? '' })}
        happens={t('removeHappens')}
        verb={t('remove')}
        onConfirm={async () => {
          if (!going) return;
          await client.call('DELETE /api/retention/:id', { params: { id: going.id } });
          notify({ title: t('removed', { title: going.title }), kind: 'done' });
          void retention.refetch();
        }}
      />
    </KitPage>
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
