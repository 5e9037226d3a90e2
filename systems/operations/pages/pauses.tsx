import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Button,
  CheckField,
  ChoiceField,
  type Column,
  ConfirmAct,
  DataTable,
  EmptyState,
  Grid,
  InstantField,
  Page as KitPage,
  Link,
  notify,
  notifyError,
  SideSheet,
  Stack,
  StateBadge,
  TextAreaField,
  TextField,
  useFormats,
  useNavigateTo,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { platformClient } from '../../../web/kit/province.ts';
import { client } from './client.ts';
import { pauseWords } from './pause-words.ts';

type Pause = Awaited<ReturnType<typeof client.call<'GET /api/alert-pauses'>>>['items'][number];
type Scope = Pause['scope'];
type Part = keyof Scope & string;

const tones = { on: 'active', coming: 'waiting', between: 'waiting', over: 'done' } as const;

/** Times in which something is not alarmed: what, when, by whom, and how much was held back. */
export function Page() {
  const t = useTexts(pauseWords);
  const say = useSay();
  const formats = useFormats();
  const navigate = useNavigateTo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const pauses = useQuery({
    ...client.ask('GET /api/alert-pauses', { query: { state: 'all' } }),
    refetchInterval: 30_000,
  });
  const [making, setMaking] = useState(search.entity !== undefined);
  const [ending, setEnding] = useState<Pause | null>(null);
  const when = (row: Pause): string => {
    const daily = (row.weekly ?? []).map((one) => t('daily', { from: one.from, to: one.to })).join(', ');
    return [`${formats.instant(row.from)} – ${formats.instant(row.until)}`, daily].filter(Boolean).join('; ');
  };
  const columns: Column<Pause>[] = [
    { id: 'what', title: t('what'), value: (row) => say(row.words) },
    {
      id: 'state',
      title: t('state'),
      filter: true,
      value: (row) => t(row.state),
      cell: (row) => <StateBadge tone={tones[row.state]} word={t(row.state)} />,
    },
    {
      id: 'held',
      title: t('held'),
      value: (row) => row.held,
      text: (row) => (row.waiting > 0 ? t('waitingN', { n: row.held, m: row.waiting }) : t('heldN', { n: row.held })),
    },
    { id: 'when', title: t('when'), value: (row) => row.until, text: when },
    { id: 'why', title: t('why'), value: (row) => row.reason },
    { id: 'by', title: t('by'), value: (row) => row.made.name },
    {
      id: 'act',
      title: t('end'),
      value: () => '',
      sortable: false,
      cell: (row) => (row.may.includes('end') ? <Button onClick={() => setEnding(row)}>{t('end')}</Button> : null),
    },
  ];
  return (
    <KitPage
      title={t('pauses')}
      lead={t('lead')}
      primary={
        pauses.data?.may.includes('make') ? (
          <Button kind="primary" onClick={() => setMaking(true)}>
            {t('make')}
          </Button>
        ) : null
      }
    >
      <DataTable
        label={t('pauses')}
        columns={columns}
        rows={pauses.data?.items}
        rowKey={(row) => row.id}
        rowName={(row) => say(row.words)}
        view={viewFromSearch(search)}
        onView={(view) => navigate(`/console/pauses?${new URLSearchParams(viewToSearch(view))}`)}
        error={pauses.error}
        onRetry={() => void pauses.refetch()}
        empty={<EmptyState title={t('none')} />}
        fileName="tam-dung-canh-bao"
      />
      <ConfirmAct
        opened={ending !== null}
        onClose={() => setEnding(null)}
        title={t('endAsk')}
        happens={t('endHappens')}
        verb={t('end')}
        onConfirm={async () => {
          if (!ending) return;
          await client.call('POST /api/alert-pauses/:id/end', { params: { id: ending.id } });
          setEnding(null);
          await pauses.refetch();
        }}
      />
      <SideSheet opened={making} onClose={() => setMaking(false)} title={t('make')} modal>
        <MakePause
          {...(search.entity ? { entity: search.entity } : {})}
          onMade={() => {
            setMaking(false);
            notify({ title: t('made'), kind: 'done' });
            void pauses.refetch();
          }}
        />
      </SideSheet>
    </KitPage>
  );
}

function MakePause({ entity, onMade }: { entity?: string; onMade: () => void }) {
  const t = useTexts(pauseWords);
  const say = useSay();
  const [part, setPart] = useState<Part>('entity');
  const [value, setValue] = useState<string | undefined>(entity);
  const [from, setFrom] = useState<string | undefined>(() => new Date().toISOString());
  const [until, setUntil] = useState<string | undefined>(() => new Date(Date.now() + 4 * 3_600_000).toISOString());
  const [weekly, setWeekly] = useState(false);
  const [hours, setHours] = useState({ from: '22:00', to: '05:00' });
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const rules = useQuery({ ...client.ask('GET /api/rules'), enabled: part === 'source' });
  const types = useQuery({ ...platformClient.ask('GET /api/types'), enabled: part === 'type' });
  const choices =
    part === 'source'
      ? [
          { value: 'silence', title: t('silence') },
          ...(rules.data?.items ?? []).map((rule) => ({ value: `rule:${rule.id}`, title: say(rule.definition.title) })),
        ]
      : part === 'type'
        ? (types.data?.items ?? []).map((type) => ({ value: type.name, title: say(type.title) }))
        : null;
  const parts: { value: Part; title: string }[] = [
    { value: 'entity', title: t('ofEntity') },
    { value: 'site', title: t('ofSite') },
    { value: 'source', title: t('ofSource') },
    { value: 'type', title: t('ofType') },
    { value: 'area', title: t('ofArea') },
    { value: 'organisation', title: t('ofOrganisation') },
  ];
  const ready = Boolean(value && from && until && reason.trim().length >= 3);
  const make = async () => {
    if (!value || !from || !until) return;
    setBusy(true);
    try {
      await client.call('POST /api/alert-pauses', {
        body: { scope: { [part]: value }, from, until, reason, ...(weekly ? { weekly: [hours] } : {}) },
      });
      onMade();
    } catch (error) {
      notifyError(error);
    }
    setBusy(false);
  };
  return (
    <Stack gap={4}>
      <ChoiceField
        label={t('scope')}
        required
        value={part}
        onChange={(next) => {
          setPart((next as Part | undefined) ?? 'entity');
          setValue(undefined);
        }}
        choices={parts}
      />
      {choices ? (
        <ChoiceField
          label={parts.find((one) => one.value === part)?.title ?? ''}
          required
          value={value}
          onChange={setValue}
          choices={choices}
        />
      ) : (
        <TextField
          label={
            part === 'entity' || part === 'site'
              ? t('entityId')
              : (parts.find((one) => one.value === part)?.title ?? '')
          }
          required
          value={value ?? ''}
          onChange={setValue}
        />
      )}
      <Grid least={180}>
        <InstantField label={t('from')} required value={from} onChange={setFrom} />
        <InstantField label={t('until')} required value={until} onChange={setUntil} />
      </Grid>
      <CheckField label={t('weekly')} value={weekly} onChange={setWeekly} />
      {weekly ? (
        <Grid least={140}>
          <TextField
            label={t('weeklyFrom')}
            value={hours.from}
            onChange={(next) => setHours({ ...hours, from: next ?? '' })}
          />
          <TextField
            label={t('weeklyTo')}
            value={hours.to}
            onChange={(next) => setHours({ ...hours, to: next ?? '' })}
          />
        </Grid>
      ) : null}
      <TextAreaField label={t('why')} required value={reason} onChange={(next) => setReason(next ?? '')} />
      <Button kind="primary" busy={busy} disabled={!ready} onClick={() => void make()}>
        {t('make')}
      </Button>
    </Stack>
  );
}

type Placed = {
  id: string;
  type: string;
  areaCode: string | null;
  organisationId: string | null;
  properties: Record<string, unknown>;
};

/** Whether a pause is on for all alerts of an entity (those of a single rule are told on the list of pauses). */
function covers({ scope, state }: Pause, entity: Placed): boolean {
  if (state !== 'on' || scope.source !== undefined) return false;
  const on = [entity.properties.dependsOn].flat();
  return (
    (scope.entity === undefined || scope.entity === entity.id) &&
    (scope.site === undefined || scope.site === entity.id || on.includes(scope.site)) &&
    (scope.type === undefined || scope.type === entity.type) &&
    (scope.area === undefined || scope.area === entity.areaCode) &&
    (scope.organisation === undefined || scope.organisation === entity.organisationId)
  );
}

/** What is held back at an entity, by a pause or because something that it depends on is out. */
export function HeldHere({ entity }: { entity: Placed }) {
  const entityId = entity.id;
  const t = useTexts(pauseWords);
  const say = useSay();
  const formats = useFormats();
  const byPause = useQuery({
    ...client.ask('GET /api/alert-held', { query: { entity: entityId } }),
    refetchInterval: 60_000,
  });
  const byCause = useQuery({
    ...client.ask('GET /api/entities/:id/held', { params: { id: entityId } }),
    refetchInterval: 60_000,
  });
  const pauses = useQuery({
    ...client.ask('GET /api/alert-pauses', { query: { state: 'now' } }),
    refetchInterval: 60_000,
  });
  const on = (pauses.data?.items ?? []).filter((one) => covers(one, entity));
  const waiting = (byPause.data?.items ?? []).filter((one) => one.overAt === null && one.releasedAt === null);
  const causes = byCause.data?.items ?? [];
  if (on.length === 0 && waiting.length === 0 && causes.length === 0) return null;
  return (
    <Stack gap={2}>
      {on.map((one) => (
        <Link key={one.id} href="/console/pauses">
          {t('paused', { at: formats.instant(one.until), why: one.reason })} ({t('heldN', { n: one.held })})
        </Link>
      ))}
      {waiting.map((one) => (
        <span key={one.id}>
          {say(one.title)}:{' '}
          <Link href="/console/pauses">{t('heldByPause', { at: formats.instant(one.until), why: one.reason })}</Link>
        </span>
      ))}
      {causes.map((one) => (
        <span key={`${one.byEntityId} ${one.since}`}>
          {say(one.title)}:{' '}
          <Link href={`/console/entities/${encodeURIComponent(one.byEntityId)}`}>
            {t('heldBy', { name: one.byEntityName ?? one.byEntityId })}
          </Link>
        </span>
      ))}
    </Stack>
  );
}
