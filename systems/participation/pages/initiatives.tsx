import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Answer,
  Button,
  ChoiceField,
  type Column,
  DataTable,
  EmptyState,
  Page as KitPage,
  NumberField,
  notify,
  notifyError,
  Panel,
  ProvenanceMark,
  Row,
  Stack,
  StateBadge,
  type TableView,
  Text,
  useFormats,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { initiativeFields } from '../initiative-types.ts';
import { client } from './client.ts';
import { voiceWords } from './voice-words.ts';

type Item = Awaited<ReturnType<typeof client.call<'GET /api/participation/desk/initiatives'>>>['items'][number];

/** Initiatives that this unit moderates or answers: what waits first. */
export function Page() {
  const t = useTexts(voiceWords);
  const say = useSay();
  const formats = useFormats();
  const session = useQuery(client.ask('GET /api/session'));
  const found = useQuery(client.ask('GET /api/participation/desk/initiatives', { query: {} }));
  const [view, setView] = useState<TableView>({});
  const columns: Column<Item>[] = [
    { id: 'title', title: t('title'), value: (row) => row.title },
    {
      id: 'state',
      title: t('state'),
      value: (row) => row.state,
      text: (row) => (row.late ? t('late') : t(row.state)),
      cell: (row) => (
        <StateBadge
          word={row.late ? t('late') : t(row.state)}
          tone={row.late ? 'late' : row.state === 'due' || row.state === 'waiting' ? 'waiting' : 'neutral'}
        />
      ),
    },
    {
      id: 'due',
      title: t('dueAt'),
      kind: 'instant',
      value: (row) => row.dueAt,
      text: (row) => (row.dueAt ? formats.instant(row.dueAt) : ''),
    },
    { id: 'supporters', title: t('supporters'), kind: 'number', value: (row) => row.supporters },
    {
      id: 'category',
      title: t('category'),
      value: (row) => say(initiativeFields[row.category as keyof typeof initiativeFields] ?? initiativeFields.khac),
    },
    {
      id: 'unit',
      title: t('unit'),
      value: (row) => (row.organisationName ? say(row.organisationName) : row.organisationId),
    },
    {
      id: 'source',
      title: t('source'),
      value: (row) => row.provenance,
      text: (row) => t(row.provenance),
      cell: (row) => <ProvenanceMark provenance={row.provenance} />,
    },
  ];
  return (
    <KitPage title={t('initiatives')} lead={t('lead')}>
      <Stack gap={5}>
        <Answer of={found} isEmpty={(data) => data.items.length === 0} empty={<EmptyState>{t('none')}</EmptyState>}>
          {(data) => (
            <DataTable
              label={t('initiatives')}
              rows={data.items}
              columns={columns}
              rowKey={(row) => row.id}
              rowName={(row) => row.title}
              rowHref={(row) => `/console/participation/initiatives/${row.id}`}
              view={view}
              onView={setView}
            />
          )}
        </Answer>
        {session.data?.permissions['consultation:manage'] ? <TermsPart /> : null}
      </Stack>
    </KitPage>
  );
}

/** How much support a place's initiatives need, and by when they must be answered. */
function TermsPart() {
  const t = useTexts(voiceWords);
  const [area, setArea] = useState<string | undefined>();
  const key = area ?? 'province';
  const known = useQuery(client.ask('GET /api/participation/terms/:area', { params: { area: key } }));
  const communes = useQuery(client.ask('GET /api/territory/units', { query: { level: 'commune', limit: 1000 } }));
  return (
    <Panel title={t('terms')}>
      <Stack gap={4}>
        <Text soft>{t('termsLead')}</Text>
        <ChoiceField
          label={t('area')}
          hint={t('everywhere')}
          value={area}
          onChange={setArea}
          choices={(communes.data?.items ?? []).map((one) => ({ value: one.code, title: one.name }))}
        />
        {/* A form for each place: what is typed is not overwritten by what comes from the server later. */}
        <Answer of={known}>{(data) => <TermsForm key={key} area={key} known={data} />}</Answer>
      </Stack>
    </Panel>
  );
}

const names = ['supportNeeded', 'collectDays', 'answerDays'] as const;
type Typed = { [K in (typeof names)[number]]: number | undefined };

function TermsForm({ area, known }: { area: string; known: Typed }) {
  const t = useTexts(voiceWords);
  const [terms, setTerms] = useState<Typed>(known);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    const { supportNeeded = 0, collectDays = 0, answerDays = 0 } = terms;
    setBusy(true);
    try {
      await client.call('PUT /api/participation/terms/:area', {
        params: { area },
        body: { supportNeeded, collectDays, answerDays },
      });
      notify({ title: t('saved') });
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {names.map((name) => (
        <NumberField
          key={name}
          label={t(name)}
          required
          value={terms[name]}
          onChange={(value) => setTerms({ ...terms, [name]: value })}
        />
      ))}
      <Row>
        <Button busy={busy} disabled={names.some((name) => !terms[name])} onClick={() => void save()}>
          {t('saveTerms')}
        </Button>
      </Row>
    </>
  );
}
