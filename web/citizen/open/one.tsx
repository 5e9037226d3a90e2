import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import {
  Answer,
  Button,
  Facts,
  Heading,
  Link,
  Page,
  Photos,
  ProblemError,
  type Provenance,
  ProvenanceMark,
  Row,
  Stack,
  Text,
  Tile,
  useFormats,
  useSay,
  useTexts,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import { allMine, keepSent, randomId } from '../report/store.ts';
import { useStored } from '../report/use-stored.ts';
import { stateOf } from './state-of.ts';
import { openWords } from './words.ts';

/** One published report: what was said, before and after, who has it; joined by who has met it too. */
export function PublicReportPage() {
  const t = useTexts(openWords);
  const say = useSay();
  const formats = useFormats();
  const { number } = useParams({ strict: false }) as { number: string };
  const found = useQuery(client.ask('GET /api/reports/public/:number', { params: { number } }));
  return (
    <Answer of={found}>
      {(data) => {
        const shots = (part: string) =>
          data.photos
            .filter((one) => one.part === part)
            .map((one, index) => ({
              whole: one.url,
              small: `${one.url}?size=thumbnail`,
              alt: `${t(part === 'after' ? 'after' : 'before')} ${index + 1}`,
            }));
        const after = shots('after');
        const state = stateOf(data);
        return (
          <Page title={say(data.categoryTitle)} lead={<Link href="/near">{t('back')}</Link>}>
            <Stack gap={5}>
              <Row gap={3}>
                <strong>{t(state)}</strong>
                <Text soft inline>
                  {data.number}
                </Text>
                <ProvenanceMark provenance={data.provenance as Provenance} />
              </Row>
              <Text prose>{data.text}</Text>
              <Photos photos={shots('before')} />
              {data.hasVideo ? (
                <Text small soft>
                  {t('hasVideo')}
                </Text>
              ) : null}
              {data.messages.map((one) => (
                <Tile key={`${one.at} ${one.kind}`} {...(one.kind === 'answer' ? { tone: 'good' as const } : {})}>
                  <Text small soft>
                    {[t(one.kind === 'refusal' ? 'refusal' : 'answer'), formats.instant(one.at)].join(' · ')}
                  </Text>
                  {one.text.split(/\n+/).map((line) => (
                    <Text key={line}>{line}</Text>
                  ))}
                </Tile>
              ))}
              {after.length > 0 ? (
                <Stack gap={2}>
                  <Heading level={2}>{t('after')}</Heading>
                  <Photos photos={after} />
                </Stack>
              ) : null}
              <Facts
                facts={[
                  data.organisationName ? { term: t('unit'), value: say(data.organisationName) } : null,
                  { term: t('published'), value: formats.instant(data.publishedAt) },
                  data.answeredAt
                    ? { term: t('answeredAt'), value: formats.instant(data.answeredAt) }
                    : data.dueAt
                      ? { term: t('due'), value: formats.instant(data.dueAt) }
                      : null,
                  data.rating === null ? null : { term: t('rating'), value: t('stars', { n: data.rating }) },
                ]}
              />
              {data.blurred ? (
                <Text small soft>
                  {t('blurred')}
                </Text>
              ) : null}
              {data.meToo > 0 ? <Text>{t('meToo', { n: data.meToo })}</Text> : null}
              {state === 'open' || state === 'late' ? <Join number={number} text={data.text} /> : null}
            </Stack>
          </Page>
        );
      }}
    </Answer>
  );
}

function Join({ number, text }: { number: string; text: string }) {
  const t = useTexts(openWords);
  const queries = useQueryClient();
  const mine = useStored('mine', allMine).data?.find((one) => one.number === number);
  // The same one for each try from this page: a lost answer is asked for again.
  const requestId = useRef(randomId());
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  if (mine) {
    return (
      <Stack gap={2}>
        {mine.role === 'me-too' ? <Text>{t('joined')}</Text> : null}
        <Button wide href={`/follow#${mine.code}`}>
          {t('follow')}
        </Button>
      </Stack>
    );
  }
  const join = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      const joined = await client.call('POST /api/reports/by-number/:number/join', {
        params: { number },
        body: { requestId: requestId.current },
      });
      const sentAt = new Date().toISOString();
      const kept = {
        number,
        draftId: null,
        role: 'me-too' as const,
        text,
        sentAt,
        organisationName: null,
        dueAt: null,
      };
      await keepSent({ code: joined.code, ...kept }, null);
      await queries.invalidateQueries({ queryKey: ['GET /api/reports/public/:number'] });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setRefusal(error.problem.detail);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap={2}>
      {refusal ? (
        <Text alarm>
          <span role="alert">{refusal}</span>
        </Text>
      ) : null}
      <Button kind="primary" wide busy={busy} onClick={() => void join()}>
        {t('join')}
      </Button>
    </Stack>
  );
}
