import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { AnswerOf } from '../../../platform/http/endpoints.ts';
import type { reportsApi } from '../../../systems/reports/api.ts';
import {
  Answer,
  Button,
  Facts,
  Heading,
  Link,
  Page,
  Photos,
  type Provenance,
  ProvenanceMark,
  Row,
  Stack,
  Text,
  Tile,
  Timeline,
  useFormats,
  useSay,
  useTexts,
  Video,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import { allMine, forgetMine, keepSent } from '../report/store.ts';
import { useStored } from '../report/use-stored.ts';
import { RateIt, ReopenIt, ReplyToIt } from './acts.tsx';
import { TellMe } from './tell-me.tsx';
import { followWords } from './words.ts';

export type Followed = AnswerOf<(typeof reportsApi)['POST /api/reports/follow']>;

type StepWord = 'received' | 'assigned' | 'in-progress' | 'asked' | 'proposed' | 'published' | 'closed' | 'reopened';
const kinds = ['question', 'reply', 'answer', 'refusal', 'reopening'] as const;

/** One report for who has its code: where it stands, what was said, what to do now. */
export function FollowedReport({ code }: { code: string }) {
  const t = useTexts(followWords);
  const queries = useQueryClient();
  const key = ['follow', code];
  const found = useQuery({
    queryKey: key,
    queryFn: () => client.call('POST /api/reports/follow', { body: { code } }),
    refetchInterval: 60_000,
  });
  return (
    <Answer of={found}>
      {(report) => (
        <Page title={report.number} lead={<Link href="/follow">{t('back')}</Link>}>
          <Report code={code} report={report} onChanged={(next) => queries.setQueryData(key, next)} />
        </Page>
      )}
    </Answer>
  );
}

type ReportProps = { code: string; report: Followed; onChanged: (next: Followed) => void };

function Report({ code, report, onChanged }: ReportProps) {
  const t = useTexts(followWords);
  const say = useSay();
  const formats = useFormats();
  const title = (step: string) => (step === 'refused' ? t('refusedStep') : t(step as StepWord));
  const photos = (part: string) =>
    report.photos
      .filter((one) => one.part === part)
      .map((one, index) => ({
        whole: one.url,
        small: `${one.url}&size=thumbnail`,
        alt: `${t(part === 'after' ? 'photosAfter' : 'photosBefore')} ${index + 1}`,
      }));
  const before = photos('before');
  const after = photos('after');
  const isOpen = report.clock !== 'stopped';
  const acts = { code, report, onChanged };
  return (
    <Stack gap={5}>
      <Tile {...(report.late ? { tone: 'warn' as const } : {})}>
        <Row spread gap={2}>
          <Heading level={2}>{title(report.step)}</Heading>
          <ProvenanceMark provenance={report.provenance as Provenance} />
        </Row>
        <Text>{say(report.words)}</Text>
        {isOpen && report.dueAt && report.clock === 'running' ? (
          <Text strong alarm={report.late}>
            {report.late ? `${t('late')} · ` : ''}
            {t('due')}: {formats.instant(report.dueAt)}
          </Text>
        ) : null}
        {report.clock === 'stands' ? <Text strong>{t('stands')}</Text> : null}
      </Tile>
      {isOpen ? <TellMe code={code} onAllowed={() => void keepHere(code, report)} /> : null}
      {report.may.includes('reply') ? <ReplyToIt {...acts} /> : null}
      {report.messages.length > 0 ? (
        <Stack gap={3}>
          <Heading level={2}>{t('messages')}</Heading>
          {report.messages.map((one) => {
            const kind = kinds.find((known) => known === one.kind);
            return (
              <Tile key={`${one.at} ${one.kind}`} {...(one.kind === 'answer' ? { tone: 'good' as const } : {})}>
                <Text small soft>
                  {[
                    kind ? t(kind) : one.kind,
                    ...(one.organisationName ? [say(one.organisationName)] : []),
                    formats.instant(one.at),
                  ].join(' · ')}
                </Text>
                {one.text.split(/\n+/).map((line) => (
                  <Text key={line}>{line}</Text>
                ))}
              </Tile>
            );
          })}
        </Stack>
      ) : null}
      {after.length > 0 ? (
        <Stack gap={2}>
          <Heading level={3}>{t('photosAfter')}</Heading>
          <Photos photos={after} />
        </Stack>
      ) : null}
      {report.may.includes('rate') ? <RateIt {...acts} /> : null}
      {report.rating !== null ? <Text strong>{t('rated', { n: report.rating })}</Text> : null}
      {report.may.includes('reopen') ? <ReopenIt {...acts} /> : null}
      <Stack gap={2}>
        <Heading level={2}>{t('yours')}</Heading>
        <Text prose>{report.text}</Text>
        <Photos photos={before} />
        {report.video ? <Video src={report.video} label={t('video')} /> : null}
        <Facts
          facts={[
            report.organisationName ? { term: t('unit'), value: say(report.organisationName) } : null,
            report.place.address ? { term: t('place'), value: report.place.address } : null,
            ...report.fields.map(({ title, value }) => ({ term: say(title), value: say(value) })),
          ]}
        />
        <Text small soft>
          {[t(report.isPublic ? 'public' : 'notPublic'), ...(report.meToo > 0 ? [t('meToo', { n: report.meToo })] : [])]
            .filter(Boolean)
            .join(' · ')}
        </Text>
      </Stack>
      <Stack gap={2}>
        <Heading level={2}>{t('steps')}</Heading>
        <Timeline
          label={t('steps')}
          items={report.steps.map((one, index) => ({
            id: String(index),
            at: one.at,
            title: title(one.step),
            who: one.organisationName ? say(one.organisationName) : null,
          }))}
        />
      </Stack>
      <OnThisDevice code={code} report={report} />
    </Stack>
  );
}

/** So that it is in the list, and opens where a message of it is touched. */
async function keepHere(code: string, report: Followed): Promise<void> {
  if ((await allMine()).some((one) => one.code === code)) return;
  const { number, role, text, receivedAt: sentAt, organisationName, dueAt } = report;
  await keepSent({ code, number, draftId: null, role, text, sentAt, organisationName, dueAt }, null);
}

/** A code typed by hand can be kept here; what was sent from here can be removed. */
function OnThisDevice({ code, report }: { code: string; report: Followed }) {
  const t = useTexts(followWords);
  const mine = useStored('mine', allMine);
  const kept = mine.data?.find((one) => one.code === code);
  if (!mine.data) return null;
  return kept ? (
    <Button kind="quiet" onClick={() => void forgetMine(code)}>
      {t('forget')}
    </Button>
  ) : (
    <Button onClick={() => void keepHere(code, report)}>{t('keep')}</Button>
  );
}
