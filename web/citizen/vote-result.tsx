import { useState } from 'react';
import type { Question } from '../../systems/participation/ballots.ts';
import type { Board } from '../../systems/participation/board.ts';
import { Button, Heading, Row, Stack, saveFile, Text, useFormats, useSay, useTexts } from '../kit/index.ts';
import { client } from './client.ts';
import { keptOf } from './kept-ballot.ts';
import { votingWords } from './voting-words.ts';

type Consultation = Awaited<ReturnType<typeof client.call<'GET /api/participation/consultations/:id'>>>;
type Checked = { n: number; faults: number; mine: string[] | 'missing' | null };

/** The published result by option, and the check of all ballots that runs on the reader's own device. */
export function VoteResult({ of }: { of: Consultation }) {
  const t = useTexts(votingWords);
  const say = useSay();
  const formats = useFormats();
  const [progress, setProgress] = useState<{ n: number; of: number } | null>(null);
  const [checked, setChecked] = useState<Checked | null>(null);
  const { result } = of;
  if (!result) return null;
  const titleOf = (id: string): string => of.question.options.find((one) => one.id === id)?.title ?? id;

  const check = async () => {
    const { checkBoard, countBoard } = await import('../../systems/participation/board.ts');
    const { receiptOf } = await import('../../systems/participation/credentials.ts');
    const answer = await client.call('GET /api/participation/consultations/:id/board', { params: { id: of.id } });
    const board: Board = { ...answer, question: answer.question as Question };
    const faults = await checkBoard(board, (n, all) => setProgress({ n, of: all }));
    const counted = countBoard(board);
    const same = of.question.options.every(
      ({ id }) => counted.binding[id] === result.binding[id] && counted.counts.code[id] === result.counts.code[id],
    );
    const { receipt } = keptOf(of.id);
    let mine: Checked['mine'] = receipt ? 'missing' : null;
    for (const ballot of [...board.ballots['national-id'], ...board.ballots.code]) {
      if (receipt && (await receiptOf(of.id, ballot)) === receipt) mine = ballot.choices.map(titleOf);
    }
    setProgress(null);
    setChecked({
      n: board.ballots['national-id'].length + board.ballots.code.length,
      faults: faults.length + (same ? 0 : 1),
      mine,
    });
  };
  const download = async () => {
    const board = await client.call('GET /api/participation/consultations/:id/board', { params: { id: of.id } });
    saveFile(new Blob([JSON.stringify(board, null, 1)], { type: 'application/json' }), `bang-phieu-${of.id}.json`);
  };
  const rows = (counts: Record<string, number>) => (
    <Stack gap={2}>
      {of.question.options
        .toSorted((a, b) => (counts[b.id] ?? 0) - (counts[a.id] ?? 0))
        .map((option) => (
          <Row key={option.id} spread wrap={false} align="start" gap={3}>
            <span>
              {option.title}
              {counts === result.binding && result.stands && result.winners.includes(option.id) ? (
                <strong> · {t('wins')}</strong>
              ) : null}
            </span>
            <Text>{t('votes', { n: formats.number(counts[option.id] ?? 0, 0) })}</Text>
          </Row>
        ))}
    </Stack>
  );
  return (
    <Stack gap={4}>
      <Heading level={2}>{t('result')}</Heading>
      <Text>
        <strong>{result.stands ? t('stands') : t('standsNot')}.</strong> {say(result.why)}
      </Text>
      <Heading level={3}>{t('bindingVotes')}</Heading>
      {rows(result.binding)}
      <Heading level={3}>{t('adviceVotes')}</Heading>
      {rows(result.counts.code)}
      <Row gap={3}>
        <Button kind="primary" busy={progress !== null} onClick={() => void check()}>
          {progress ? t('checking', { n: progress.n, of: progress.of }) : t('checkAll')}
        </Button>
        <Button onClick={() => void download()}>{t('downloadBoard')}</Button>
      </Row>
      {checked ? (
        <div role="status">
          <Text alarm={checked.faults > 0}>
            {checked.faults > 0 ? t('checkedWrong', { n: checked.faults }) : t('checkedFine', { n: checked.n })}
          </Text>
          {checked.mine === null ? null : (
            <Text alarm={checked.mine === 'missing'}>
              {checked.mine === 'missing' ? t('mineNot') : t('mine', { choices: checked.mine.join(', ') })}
            </Text>
          )}
        </div>
      ) : null}
    </Stack>
  );
}
