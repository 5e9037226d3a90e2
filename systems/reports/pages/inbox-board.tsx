import { useQueries } from '@tanstack/react-query';
import { Board, Link, ProvenanceMark, Stack, Text, useSay, useTexts } from '../../../web/kit/index.ts';
import { ClockLine, Marks, openSteps, useStepWord } from './bits.tsx';
import { client } from './client.ts';
import type { DeskFilter } from './inbox.tsx';
import { words } from './words.ts';

const CARDS = 20;

/** The open reports by step, the worst clock first in each. */
export function InboxBoard({ filter, stepHref }: { filter: DeskFilter; stepHref: (step: string) => string }) {
  const t = useTexts(words);
  const say = useSay();
  const stepWord = useStepWord();
  const { step: _step, ...rest } = filter;
  const columns = useQueries({
    queries: openSteps.map((step) => client.ask('GET /api/reports/desk', { query: { ...rest, step, limit: CARDS } })),
  });
  return (
    <Board
      label={t('asBoard')}
      columns={openSteps.map((step, n) => {
        const found = columns[n]?.data;
        return {
          id: step,
          title: stepWord(step),
          total: found?.total ?? 0,
          cards: (found?.items ?? []).map((item) => ({
            id: item.id,
            content: (
              <Stack gap={1}>
                <Link href={`/console/reports/${item.id}`}>{item.number}</Link>
                <Text strong>{say(item.categoryTitle)}</Text>
                <Text small>{item.areaName}</Text>
                <ClockLine item={item} />
                <Marks item={item} />
                <ProvenanceMark provenance={item.provenance as 'measured'} />
              </Stack>
            ),
          })),
          more:
            found && found.total > CARDS ? (
              <Link href={stepHref(step)}>{t(found.more ? 'moreThan' : 'more', { n: found.total })}</Link>
            ) : null,
        };
      })}
    />
  );
}
