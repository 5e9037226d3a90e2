import { useQuery } from '@tanstack/react-query';
import {
  Answer,
  DateField,
  Panel,
  Row,
  ScrollRegion,
  Stack,
  Text,
  useFormats,
  useNavigateTo,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { hotlineWords } from './hotline-words.ts';

const DAY = 86_400_000;
const dayOf = (at: number): string => new Date(at + 7 * 3_600_000).toISOString().slice(0, 10);
const kinds = ['reported', 'joined', 'followed', 'answered', 'unanswered'] as const;
const titles = {
  reported: 'cReported',
  joined: 'cJoined',
  followed: 'cFollowed',
  answered: 'cAnswered',
  unanswered: 'cUnanswered',
} as const;

/** What people call about, which answers serve, and which are missing. */
export function HotlineFigures({ from, to }: { from: string | undefined; to: string | undefined }) {
  const t = useTexts(hotlineWords);
  const say = useSay();
  const formats = useFormats();
  const navigate = useNavigateTo();
  const first = from ?? dayOf(Date.now() - 29 * DAY);
  const last = to ?? dayOf(Date.now());
  const go = (a: string, b: string) => navigate(`/console/hotline?view=figures&from=${a}&to=${b}`);
  // The end is the day before which they lie.
  const after = dayOf(Date.parse(`${last}T00:00:00+07:00`) + DAY);
  const found = useQuery(client.ask('GET /api/reports/hotline/figures', { query: { from: first, to: after } }));
  const isDay = (text: string | undefined): text is string => /^\d{4}-\d\d-\d\d$/.test(text ?? '');
  return (
    <Stack gap={5}>
      <Row gap={3} align="end">
        <DateField label={t('from')} required value={first} onChange={(day) => isDay(day) && go(day, last)} />
        <DateField label={t('to')} required value={last} onChange={(day) => isDay(day) && go(first, day)} />
      </Row>
      <Answer of={found}>
        {(data) => (
          <Stack gap={5}>
            <Text>{t('callsOf', { calls: data.calls, empty: data.empty })}</Text>
            <Panel title={t('bySubject')}>
              {data.subjects.length === 0 ? (
                <Text soft>{t('noCalls')}</Text>
              ) : (
                <ScrollRegion label={t('bySubject')}>
                  <table className="k-plain-table">
                    <thead>
                      <tr>
                        <th scope="col">{t('category')}</th>
                        {kinds.map((kind) => (
                          <th key={kind} scope="col">
                            {t(titles[kind])}
                          </th>
                        ))}
                      </tr>
                    </thead>
                    <tbody>
                      {data.subjects.map((one) => (
                        <tr key={one.category ?? ''}>
                          <th scope="row">{one.title ? say(one.title) : t('noSubject')}</th>
                          {kinds.map((kind) => (
                            <td key={kind} className="k-num">
                              {one[kind]}
                            </td>
                          ))}
                        </tr>
                      ))}
                    </tbody>
                    <tfoot>
                      <tr>
                        <th scope="row">{t('all')}</th>
                        {kinds.map((kind) => (
                          <td key={kind} className="k-num">
                            {data.subjects.reduce((sum, one) => sum + one[kind], 0)}
                          </td>
                        ))}
                      </tr>
                    </tfoot>
                  </table>
                </ScrollRegion>
              )}
            </Panel>
            {data.articles.length > 0 ? (
              <Panel title={t('usedArticles')}>
                <table className="k-plain-table">
                  <thead>
                    <tr>
                      <th scope="col">{t('question')}</th>
                      <th scope="col">{t('used')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.articles.map((one) => (
                      <tr key={one.id}>
                        <td>{one.question}</td>
                        <td className="k-num">{one.used}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Panel>
            ) : null}
            <Panel title={t('gaps')}>
              {data.unanswered.length === 0 ? (
                <Text soft>{t('gapsNone')}</Text>
              ) : (
                <Stack gap={1}>
                  {data.unanswered.map((one) => (
                    <Text key={`${one.at} ${one.asked}`}>
                      {formats.instant(one.at)}: {one.asked}
                    </Text>
                  ))}
                </Stack>
              )}
            </Panel>
          </Stack>
        )}
      </Answer>
    </Stack>
  );
}
