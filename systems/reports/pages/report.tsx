import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import {
  Answer,
  Button,
  Clock,
  ConfirmAct,
  Facts,
  Page as KitPage,
  Link,
  LoadingState,
  Menu,
  notify,
  Panel,
  ProvenanceMark,
  Row,
  Severity,
  Split,
  Stack,
  Text,
  Timeline,
  useFormats,
  useLive,
  useSay,
  useTexts,
  Video,
} from '../../../web/kit/index.ts';
import { Marks, ReportPhotos, StepBadge } from './bits.tsx';
import { client, type DeskReport } from './client.ts';
import { type Act, ActSheet } from './report-acts.tsx';
import { Drafts, Inspections, Talk } from './report-talk.tsx';
import { JointUnits } from './report-tasks.tsx';
import { words } from './words.ts';

const PlaceMap = lazy(() => import('./place-map.tsx').then((loaded) => ({ default: loaded.PlaceMap })));

type OpenAct = Exclude<Act, 'return'>;

/** The one thing to do next, by what waits and who looks. */
function firstOf(report: DeskReport): OpenAct | null {
  const may = (act: Act): boolean => report.may.includes(act);
  if (may('approve')) return 'approve';
  if (may('moderate') && !report.isModerated) return 'moderate';
  if (may('begin') && report.step !== 'asked') return 'begin';
  if (may('propose')) return 'propose';
  return null;
}

const others: readonly OpenAct[] = [
  'propose',
  'begin',
  'moderate',
  'ask',
  'transfer',
  'note',
  'assign',
  'recategorise',
  'refuse',
];

/** One report as the officer works it: what was said, what was done, its clock, and what may be done next. */
export function Page() {
  const t = useTexts(words);
  const say = useSay();
  const formats = useFormats();
  const { id = '' } = useParams({ strict: false });
  const found = useQuery(client.ask('GET /api/reports/desk/:id', { params: { id } }));
  const [act, setAct] = useState<Act | null>(null);
  const [gone, setGone] = useState<string | null>(null);
  useLive(['cases', 'tasks'], (event) => {
    const { payload } = event.data as { payload?: { caseId?: string } };
    if (payload?.caseId === id && gone === null) void found.refetch();
  });
  if (gone !== null) {
    return (
      <KitPage title={gone} crumbs={[{ title: t('reports'), href: '/console/reports' }]}>
        <Text>{t('transferHint')}</Text>
        <Row>
          <Button kind="primary" href="/console/reports">
            {t('reports')}
          </Button>
        </Row>
      </KitPage>
    );
  }
  return (
    <Answer of={found}>
      {(report) => {
        const first = firstOf(report);
        const rest = others.filter((one) => one !== first && report.may.includes(one));
        const title = (one: OpenAct) => (one === 'begin' && report.step === 'asked' ? t('goOn') : t(one));
        const hasLetter = report.answers.some((answer) => answer.state !== 'returned') && report.may.includes('note');
        const [photosBefore, photosAfter] = ['before', 'after'].map((part) =>
          report.photos.filter((photo) => photo.part === part),
        );
        return (
          <KitPage
            title={say(report.categoryTitle)}
            crumbs={[{ title: t('reports'), href: '/console/reports' }, { title: report.number }]}
            lead={
              <Row gap={3}>
                <Text inline numbers>
                  {report.number}
                </Text>
                <StepBadge step={report.step} />
                {report.urgency === 'normal' ? null : (
                  <Severity step={report.urgency === 'emergency' ? 5 : 3} word={t(report.urgency)} />
                )}
                <Text inline soft>
                  {report.isPublic ? t('isPublic') : report.isModerated ? t('notPublic') : t('notModerated')}
                </Text>
                <Marks item={{ ...report, urgency: 'normal', isModerated: true }} />
                <ProvenanceMark provenance={report.provenance as 'measured'} />
              </Row>
            }
            primary={
              first ? (
                <Button kind="primary" onClick={() => setAct(first)}>
                  {title(first)}
                </Button>
              ) : null
            }
            acts={
              <>
                {first === 'approve' ? <Button onClick={() => setAct('return')}>{t('returnAnswer')}</Button> : null}
                {hasLetter ? (
                  <Link download href={client.address('GET /api/reports/desk/:id/answer.docx', { params: { id } })}>
                    {t('letter')}
                  </Link>
                ) : null}
                {rest.slice(0, 2).map((one) => (
                  <Button key={one} onClick={() => setAct(one)}>
                    {title(one)}
                  </Button>
                ))}
                {rest.length > 2 ? (
                  <Menu
                    trigger={<Button>{t('moreActs')}</Button>}
                    items={rest.slice(2).map((one) => ({ title: title(one), onClick: () => setAct(one) }))}
                  />
                ) : null}
              </>
            }
          >
            <Split
              main={
                <>
                  <Panel
                    title={t('text')}
                    tools={report.may.includes('personal') ? <Personal report={report} /> : null}
                  >
                    <Stack gap={3}>
                      <Text prose>{report.text}</Text>
                      {report.fields.length > 0 ? (
                        <Facts
                          facts={report.fields.map(({ title, value }) => ({ term: say(title), value: say(value) }))}
                        />
                      ) : null}
                      {report.publicText !== null && report.publicText !== report.text ? (
                        <>
                          <Text small soft>
                            {t('publicText')}
                          </Text>
                          <Text prose>{report.publicText}</Text>
                        </>
                      ) : null}
                      {report.photos.length === 0 ? <Text soft>{t('noPhotos')}</Text> : null}
                      <ReportPhotos number={report.number} photos={photosBefore ?? []} />
                      <ReportPhotos number={report.number} photos={photosAfter ?? []} />
                      {report.photos
                        .filter((photo) => photo.part === 'video')
                        .map(({ fileId }) => (
                          <Video key={fileId} src={`/api/files/${fileId}`} label={t('video')} />
                        ))}
                    </Stack>
                  </Panel>
                  <Drafts report={report} />
                  <Panel title={t('talk')}>
                    <Talk report={report} />
                  </Panel>
                  <Inspections report={report} />
                  <JointUnits id={id} mayAssign={report.may.includes('assign')} onAssign={() => setAct('assign')} />
                  <Same report={report} onMerged={() => void found.refetch()} />
                </>
              }
              side={
                <>
                  <Panel title={t('clock')}>
                    {report.clock ? (
                      <Clock
                        budgetSeconds={report.clock.budgetMinutes * 60}
                        usedSeconds={report.clock.usedMinutes * 60}
                        deadlineAt={report.clock.dueAt}
                        pausedFor={report.clock.standsFor ? say(report.clock.standsFor) : null}
                        met={report.closedAt !== null}
                      />
                    ) : null}
                  </Panel>
                  <Panel title={t('map')}>
                    <Stack gap={2}>
                      <Text>{[report.address, report.areaName].filter(Boolean).join(', ')}</Text>
                      <Suspense fallback={<LoadingState height={260} />}>
                        <PlaceMap lon={report.lon} lat={report.lat} name={report.number} />
                      </Suspense>
                    </Stack>
                  </Panel>
                  <Panel title={t('facts')}>
                    <Facts
                      facts={[
                        { term: t('unit'), value: report.organisationName ? say(report.organisationName) : null },
                        { term: t('received'), value: formats.instant(report.receivedAt) },
                        { term: t('channel'), value: channelWord(t, report.channel) },
                        { term: t('urgency'), value: t(report.urgency) },
                        { term: t('aboutUnit'), value: report.aboutOrganisationId },
                        { term: t('refusal'), value: report.refusal },
                        {
                          term: t('rating'),
                          value:
                            report.rating === null
                              ? null
                              : [t('stars', { n: report.rating }), report.ratingWhy].filter(Boolean).join(': '),
                        },
                      ]}
                    />
                  </Panel>
                  <Panel title={t('history')}>
                    <Timeline
                      label={t('history')}
                      items={[...report.timeline].reverse().map((entry, n) => ({
                        id: `${report.timeline.length - n}`,
                        at: entry.at,
                        title: say(entry.text),
                        who: entry.whoName,
                      }))}
                    />
                  </Panel>
                </>
              }
            />
            <ActSheet
              act={act}
              report={report}
              onClose={() => setAct(null)}
              onDone={() => {
                setAct(null);
                notify({ title: t('done'), kind: 'done' });
                void found.refetch();
              }}
              onGone={(text) => {
                setAct(null);
                setGone(text);
              }}
            />
          </KitPage>
        );
      }}
    </Answer>
  );
}

const channels = ['app', 'web', 'hotline', 'open311', 'widget'] as const;
function channelWord(t: (key: (typeof channels)[number]) => string, channel: string): string {
  const known = channels.find((one) => one === channel);
  return known ? t(known) : channel;
}

/** The whole text and the contact, for a purpose that is kept; shown until the page is left. */
function Personal({ report }: { report: DeskReport }) {
  const t = useTexts(words);
  const [asking, setAsking] = useState(false);
  const [read, setRead] = useState<{ text: string | null; contact: string | null } | null>(null);
  if (read) {
    return (
      <Facts
        facts={[
          { term: t('whole'), value: read.text },
          { term: t('contact'), value: read.contact ?? t('noContact') },
        ]}
      />
    );
  }
  return (
    <>
      <Button kind="quiet" onClick={() => setAsking(true)}>
        {t('readWhole')}
      </Button>
      <ConfirmAct
        opened={asking}
        onClose={() => setAsking(false)}
        title={`${t('readWhole')}?`}
        happens={t('wholeHappens')}
        verb={t('readWhole')}
        reason={{ label: t('purpose'), required: true }}
        onConfirm={async (purpose) => {
          setRead(
            await client.call('POST /api/reports/desk/:id/personal', { params: { id: report.id }, body: { purpose } }),
          );
        }}
      />
    </>
  );
}

/** Others that may be the same thing; one is closed into the other. */
function Same({ report, onMerged }: { report: DeskReport; onMerged: () => void }) {
  const t = useTexts(words);
  const near = useQuery(client.ask('GET /api/reports/desk/:id/near', { params: { id: report.id } }));
  const [into, setInto] = useState<string | null>(null);
  const mayMerge = report.closedAt === null && (report.may.includes('moderate') || report.may.includes('refuse'));
  return (
    <Panel title={t('same')}>
      <Answer of={near} isEmpty={(data) => data.items.length === 0} empty={<Text soft>{t('noSame')}</Text>}>
        {(data) => (
          <Stack gap={3}>
            {data.items.map((one) => (
              <Row key={one.id} gap={3} align="start">
                {one.photoId ? (
                  <ReportPhotos number={one.number} photos={[{ fileId: one.photoId, part: 'before' }]} />
                ) : null}
                <Stack gap={1}>
                  <Row gap={2}>
                    <Link href={`/console/reports/${one.id}`}>{one.number}</Link>
                    <StepBadge step={one.step} />
                    <Text inline small soft>
                      {t('metres', { n: one.metres })}
                    </Text>
                  </Row>
                  <Text>{one.text}</Text>
                  {mayMerge ? (
                    <Row>
                      <Button onClick={() => setInto(one.number)}>{t('merge')}</Button>
                    </Row>
                  ) : null}
                </Stack>
              </Row>
            ))}
          </Stack>
        )}
      </Answer>
      <ConfirmAct
        opened={into !== null}
        onClose={() => setInto(null)}
        title={`${t('merge')}?`}
        happens={t('mergeHappens', { number: report.number, other: into ?? '' })}
        verb={t('merge')}
        onConfirm={async () => {
          if (into === null) return;
          const body = { version: report.version, number: into };
          await client.call('POST /api/reports/desk/:id/duplicate', { params: { id: report.id }, body });
          onMerged();
        }}
      />
    </Panel>
  );
}
