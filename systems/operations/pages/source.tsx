import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import {
  Age,
  Answer,
  type Column,
  DataTable,
  Facts,
  Page as KitPage,
  Link,
  Panel,
  ProvenanceMark,
  Stack,
  StateBadge,
  Text,
  useFormats,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { sourceWords } from './source-words.ts';
import { ShareBadge } from './sources.tsx';

type Day = Awaited<ReturnType<typeof client.call<'GET /api/sources/:kind/:id'>>>['days'][number];

/** One source: how it stands today with the formulas and what they were filled with, and the last thirty days. */
export function Page() {
  const t = useTexts(sourceWords);
  const say = useSay();
  const formats = useFormats();
  const { kind, id } = useParams({ strict: false }) as { kind: 'entity' | 'device' | 'file'; id: string };
  const found = useQuery(client.ask('GET /api/sources/:kind/:id', { params: { kind, id } }));
  const types = useQuery(client.ask('GET /api/types'));
  const source = found.data?.source;
  const observes = types.data?.items.find((one) => one.name === source?.type)?.observes ?? {};
  const findings = (day: Day): string =>
    day.findings
      .map(({ check, property, value }) =>
        t(check, {
          property: observes[property] ? say(observes[property].title) : property,
          value: formats.number(value, check === 'drift' ? 1 : 0),
        }),
      )
      .join('; ');
  const share = (name: 'correct' | 'complete' | 'clean' | 'live'): Column<Day> => ({
    id: name,
    title: t(name),
    kind: 'number',
    value: (row) => row[name],
    text: (row) => (row[name] === null ? t('notJudged') : formats.share(row[name])),
    cell: (row) => <ShareBadge share={row[name]} />,
  });
  const columns: Column<Day>[] = [
    { id: 'day', title: t('day'), value: (row) => row.day, text: (row) => formats.date(row.day) },
    ...(kind === 'file' ? [] : [share('correct')]),
    share('complete'),
    share('clean'),
    share('live'),
    {
      id: 'records',
      title: t('complete'),
      hidden: true,
      value: (row) => t('inputsComplete', { received: row.received, expected: row.expected }),
    },
    { id: 'found', title: t('why'), value: (row) => findings(row) },
  ];
  const word = (name: 'correct' | 'complete' | 'clean' | 'live', inputs: string, formula: string) => ({
    term: t(name),
    value: (
      <Stack gap={1}>
        <ShareBadge share={source?.[name] ?? null} />
        <Text>{inputs}</Text>
        <Text soft small>
          {formula}
        </Text>
      </Stack>
    ),
  });
  const ofFiles = kind === 'file';
  const told = (one: Day): string =>
    [t('inputsCorrect', { judged: one.judged, n: one.findings.length }), findings(one)].filter(Boolean).join(': ');
  return (
    <KitPage
      title={source?.name ?? t('sources')}
      lead={
        source ? (
          <>
            <StateBadge word={source.late ? t('silent') : t('heard')} tone={source.late ? 'late' : 'done'} />{' '}
            {source.lastAt ? <Age at={source.lastAt} /> : t('never')}{' '}
            <ProvenanceMark provenance={source.provenance as 'measured'} />
          </>
        ) : null
      }
      crumbs={[{ title: t('sources'), href: `/console/sources?kind=${kind}` }, { title: source?.name ?? id }]}
      acts={kind === 'entity' ? <Link href={`/console/entities/${encodeURIComponent(id)}`}>{t('open')}</Link> : null}
    >
      <Answer of={found}>
        {({ source: one, days }) => (
          <Stack gap={5}>
            <Panel title={t('why')}>
              <Facts
                facts={[
                  !ofFiles && word('correct', told(one), t('whyCorrect')),
                  word(
                    'complete',
                    t(ofFiles ? 'filesOf' : 'inputsComplete', { received: one.received, expected: one.expected }),
                    t(ofFiles ? 'whyCompleteFiles' : 'whyComplete'),
                  ),
                  ofFiles
                    ? word(
                        'clean',
                        t('inputsCleanFiles', { refused: one.refused, lines: one.lines ?? 0 }),
                        t('whyCleanFiles'),
                      )
                    : word(
                        'clean',
                        t('inputsClean', { refused: one.refused, corrected: one.corrected }),
                        t('whyClean'),
                      ),
                  word('live', t('inputsLive', { heard: one.heard, stretches: one.stretches }), t('whyLive')),
                  ofFiles && { term: t('lastFile'), value: one.lastFile ?? t('never') },
                  ofFiles && {
                    term: t('quarantine'),
                    value: <Link href="/console/devices">{t('waiting', { n: one.waiting ?? 0 })}</Link>,
                  },
                ]}
              />
              <Text soft small>
                {t('version', { n: one.version, at: formats.instant(one.computedAt) })}
              </Text>
            </Panel>
            <Panel title={t('days')}>
              <DataTable
                label={t('daysOf', { name: one.name })}
                columns={columns}
                rows={days}
                rowKey={(row) => row.day}
                rowName={(row) => formats.date(row.day)}
                view={{}}
                onView={() => undefined}
                fileName={`nguon-${id}`}
              />
            </Panel>
          </Stack>
        )}
      </Answer>
    </KitPage>
  );
}
