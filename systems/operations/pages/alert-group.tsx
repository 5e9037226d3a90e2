import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Age,
  Answer,
  Button,
  type Column,
  DataTable,
  Facts,
  Page as KitPage,
  notify,
  notifyError,
  Panel,
  ProvenanceMark,
  Row,
  type SeverityStep,
  SideSheet,
  Split,
  Stack,
  severityWords,
  Text,
  useFormats,
  useNavigateTo,
  useSay,
  useTexts,
  viewFromSearch,
  viewToSearch,
} from '../../../web/kit/index.ts';
import { type AlertRow, AlertSeverity, AlertState } from './alert-bits.tsx';
import { GroupState, ManyActs, useAreasOf, useLiveSoon, useSeveritiesOf } from './alert-queue.tsx';
import { client } from './client.ts';
import { OpenIncident } from './open-incident.tsx';
import { queueWords } from './queue-words.ts';
import { operationsWords } from './words.ts';

/** A storm of alerts: why it is one, who has how much of it, its members, and what is done with all of them. */
export function Page() {
  const t = useTexts(operationsWords);
  const q = useTexts(queueWords);
  const say = useSay();
  const formats = useFormats();
  const navigate = useNavigateTo();
  const areasOf = useAreasOf();
  const severitiesOf = useSeveritiesOf();
  const { id = '' } = useParams({ strict: false });
  const search = useSearch({ strict: false }) as Record<string, string>;
  const [opening, setOpening] = useState(false);
  const group = useQuery(client.ask('GET /api/alert-groups/:id', { params: { id } }));
  const members = useQuery({
    ...client.ask('GET /api/alerts', {
      query: { group: group.data?.id ?? id, sort: 'urgent', limit: 1000 },
    }),
    enabled: group.data !== undefined,
  });
  const refresh = () => {
    void group.refetch({ cancelRefetch: false });
    void members.refetch({ cancelRefetch: false });
  };
  useLiveSoon(['alerts'], refresh);

  const columns: Column<AlertRow>[] = [
    { id: 'where', title: t('where'), value: (row) => row.entityName },
    { id: 'title', title: t('title'), value: (row) => say(row.title) },
    {
      id: 'severity',
      title: t('severity'),
      value: (row) => row.severity,
      text: (row) => say(severityWords[row.severity as SeverityStep]),
      cell: (row) => <AlertSeverity severity={row.severity} />,
      filter: true,
    },
    {
      id: 'value',
      title: t('value'),
      kind: 'number',
      value: (row) => row.value,
      text: (row) => formats.quantity(row.value, row.unit),
    },
    {
      id: 'happened',
      title: t('happened'),
      kind: 'instant',
      value: (row) => row.happenedAt,
      cell: (row) => <Age at={row.happenedAt} />,
    },
    {
      id: 'state',
      title: t('state'),
      filter: true,
      value: (row) => t(row.state),
      cell: (row) => <AlertState alert={row} />,
    },
    { id: 'holder', title: t('holder'), value: (row) => row.acknowledged?.name ?? '' },
  ];

  return (
    <Answer of={group}>
      {(one) => {
        const rows = members.data?.items;
        const free = (rows ?? []).filter((row) => row.state !== 'closed' && row.caseId === null && row.may.length > 0);
        const [caseId] = one.caseIds;
        const link = async () => {
          if (!caseId) return;
          try {
            const body = { alertIds: free.map((row) => row.id) };
            await client.call('POST /api/cases/:id/alerts', { params: { id: caseId }, body });
            notify({ title: q('linked', { n: free.length }), kind: 'done' });
          } catch (error) {
            notifyError(error);
          }
          refresh();
        };
        const first = free[0];
        return (
          <KitPage
            title={`${q('stormOf', { n: one.count })}: ${say(one.title)}`}
            crumbs={[{ title: t('alerts'), href: '/console/alerts' }, { title: q('storm') }]}
            lead={
              <Row gap={3}>
                <AlertSeverity severity={one.severity} />
                <GroupState group={one} />
                <ProvenanceMark provenance={one.provenance} />
              </Row>
            }
            primary={
              one.open > 0 ? (
                <ManyActs which={{ groups: [one.id] }} count={one.count} takeWord={q('takeAll')} onDone={refresh} />
              ) : caseId ? (
                <Button kind="primary" href={`/console/incidents/${caseId}`}>
                  {t('goIncident')}
                </Button>
              ) : null
            }
            acts={
              first ? (
                caseId ? (
                  <Button onClick={() => void link()}>
                    {q('toIncident')} ({free.length})
                  </Button>
                ) : (
                  <Button onClick={() => setOpening(true)}>{q('oneIncident')}</Button>
                )
              ) : null
            }
          >
            <Split
              main={
                <DataTable
                  label={q('members')}
                  columns={columns}
                  rows={rows}
                  rowKey={(row) => row.id}
                  rowName={(row) => `${say(row.title)}, ${row.entityName}`}
                  rowHref={(row) => `/console/alerts/${row.id}`}
                  view={viewFromSearch(search)}
                  onView={(view) => navigate(`/console/alerts/groups/${id}?${new URLSearchParams(viewToSearch(view))}`)}
                  error={members.error}
                  onRetry={() => void members.refetch()}
                  bulk={(chosen, clear) => (
                    <ManyActs
                      which={{ ids: chosen.map((row) => row.id) }}
                      count={chosen.length}
                      takeWord={t('take')}
                      quiet
                      onDone={() => {
                        clear();
                        refresh();
                      }}
                    />
                  )}
                  fileName="dot-canh-bao"
                />
              }
              side={
                <>
                  <Panel title={q('why')}>
                    <Text prose>{say(one.why)}</Text>
                  </Panel>
                  <Panel>
                    <Facts
                      facts={[
                        severitiesOf(one) !== '' && { term: q('bySeverity'), value: severitiesOf(one) },
                        { term: q('areas'), value: areasOf(one, 6) || '–' },
                        {
                          term: q('holders'),
                          value:
                            one.holders.length === 0
                              ? q('nobody')
                              : one.holders.map((each) => `${each.name} (${each.count})`).join(', '),
                        },
                        { term: q('first'), value: one.happenedAt ? formats.instant(one.happenedAt) : '–' },
                        { term: q('last'), value: one.lastAt ? formats.instant(one.lastAt) : '–' },
                        { term: q('joined'), value: formats.instant(one.joinedAt) },
                        {
                          term: q('total'),
                          value: `${formats.number(one.total, 0)} (${q('closedOf', { n: one.total - one.count })})`,
                        },
                      ]}
                    />
                  </Panel>
                </>
              }
            />
            <SideSheet opened={opening} onClose={() => setOpening(false)} title={q('oneIncident')} modal>
              {first ? (
                <Stack gap={4}>
                  <Text soft>{q('stormOf', { n: free.length })}</Text>
                  <OpenIncident
                    title={`${say(one.title)} – ${areasOf(one)}`}
                    alert={{ ...first, severity: one.severity }}
                    alertIds={free.map((row) => row.id)}
                    onOpened={(opened) => navigate(`/console/incidents/${opened}`)}
                  />
                </Stack>
              ) : null}
            </SideSheet>
          </KitPage>
        );
      }}
    </Answer>
  );
}
