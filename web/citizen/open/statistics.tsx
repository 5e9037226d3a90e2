import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AnswerOf } from '../../../platform/http/endpoints.ts';
import type { publicReportsApi } from '../../../systems/reports/api.ts';
import {
  Answer,
  ChoiceCards,
  EmptyState,
  Facts,
  Heading,
  Page,
  ShareBar,
  Stack,
  Text,
  useFormats,
  useSay,
  useTexts,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import { openWords } from './words.ts';

type Figures = AnswerOf<(typeof publicReportsApi)['GET /api/reports/statistics']>['items'][number];

const groupings = ['organisation', 'family', 'area'] as const;
const sum = (items: readonly Figures[], of: 'received' | 'answered' | 'inTime' | 'simulated' | 'reopened'): number =>
  items.reduce((all, one) => all + one[of], 0);

/** How reports are answered, by unit, group or commune. Who has few is shown, and not set beside others. */
export function StatisticsPage() {
  const t = useTexts(openWords);
  const formats = useFormats();
  const [by, setBy] = useState<(typeof groupings)[number]>('organisation');
  const found = useQuery(client.ask('GET /api/reports/statistics', { query: { by } }));
  return (
    <Page
      title={t('statistics')}
      lead={
        found.data
          ? t('statisticsLead', { from: formats.date(found.data.from), to: formats.date(lastDay(found.data.to)) })
          : null
      }
    >
      <Stack gap={5}>
        <ChoiceCards
          label={t('by')}
          value={by}
          onChange={(value) => setBy(groupings.find((one) => one === value) ?? 'organisation')}
          choices={groupings.map((value) => ({ value, title: t(value === 'family' ? 'familyBy' : value) }))}
        />
        <Answer
          of={found}
          isEmpty={(data) => data.items.length === 0}
          empty={<EmptyState>{t('noFigures')}</EmptyState>}
        >
          {(data) => <All items={data.items} leastRanked={data.leastRanked} />}
        </Answer>
      </Stack>
    </Page>
  );
}

/** The range ends before its last day. */
const lastDay = (to: string): string => new Date(Date.parse(to) - 86_400_000).toISOString().slice(0, 10);

function All({ items, leastRanked }: { items: readonly Figures[]; leastRanked: number }) {
  const t = useTexts(openWords);
  const formats = useFormats();
  const share = (one: Figures): number => one.inTime / one.answered;
  const ranked = items.filter((one) => one.ranked).toSorted((a, b) => share(b) - share(a));
  const few = items.filter((one) => !one.ranked);
  const answered = sum(items, 'answered');
  const simulated = sum(items, 'simulated');
  return (
    <Stack gap={6}>
      <Stack gap={2}>
        <Heading level={2}>{t('total')}</Heading>
        <Facts
          facts={[
            { term: t('received'), value: formats.number(sum(items, 'received'), 0) },
            { term: t('answeredN'), value: formats.number(answered, 0) },
            answered > 0 ? { term: t('inTime'), value: formats.share(sum(items, 'inTime') / answered, 0) } : null,
            { term: t('reopened'), value: formats.number(sum(items, 'reopened'), 0) },
          ]}
        />
        {simulated > 0 ? (
          <Text small soft>
            {t('simulated', { n: simulated })}
          </Text>
        ) : null}
      </Stack>
      {ranked.length > 0 ? (
        <Stack gap={4}>
          <Heading level={2}>{t('ranked')}</Heading>
          {ranked.map((one) => (
            <One key={one.key} of={one} />
          ))}
        </Stack>
      ) : null}
      {few.length > 0 ? (
        <Stack gap={4}>
          <Heading level={2}>{t('few', { n: leastRanked })}</Heading>
          {few.map((one) => (
            <One key={one.key} of={one} />
          ))}
        </Stack>
      ) : null}
    </Stack>
  );
}

function One({ of }: { of: Figures }) {
  const t = useTexts(openWords);
  const say = useSay();
  const formats = useFormats();
  const hours = of.solutionHours?.median ?? null;
  const time =
    hours === null
      ? null
      : hours < 48
        ? t('hours', { n: formats.number(hours, 0) })
        : t('days', { n: formats.number(hours / 24, 1) });
  return (
    <Stack gap={1}>
      <ShareBar
        label={<strong>{say(of.title)}</strong>}
        share={of.ranked && of.answered > 0 ? of.inTime / of.answered : null}
        text={
          of.answered > 0 && of.ranked
            ? t('ofAnswered', { share: formats.share(of.inTime / of.answered, 0), n: of.answered })
            : `${t('answeredN')}: ${formats.number(of.answered, 0)}`
        }
      />
      <Text small soft>
        {[
          `${t('received')}: ${formats.number(of.received, 0)}`,
          ...(time ? [`${t('solution')}: ${time}`] : []),
          ...(of.rating
            ? [`${t('rating')}: ${t('rated', { mean: formats.number(of.rating.mean, 1), n: of.rating.n })}`]
            : []),
        ].join(' · ')}
      </Text>
    </Stack>
  );
}
