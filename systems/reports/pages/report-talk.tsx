import { Panel, Row, Stack, StateBadge, Text, Timeline, useFormats, useTexts } from '../../../web/kit/index.ts';
import { ReportPhotos } from './bits.tsx';
import type { DeskReport } from './client.ts';
import { words } from './words.ts';

const kinds = ['question', 'reply', 'answer', 'refusal', 'reopening'] as const;

/** What was said between the unit and the citizen, oldest first. */
export function Talk({ report }: { report: DeskReport }) {
  const t = useTexts(words);
  if (report.messages.length === 0) return <Text soft>{t('noTalk')}</Text>;
  const title = (kind: string): string => {
    const known = kinds.find((one) => one === kind);
    return known ? t(known) : kind;
  };
  return (
    <Timeline
      label={t('talk')}
      items={report.messages.map((message, n) => ({
        id: String(n),
        at: message.at,
        title: message.isPublic ? `${title(message.kind)} (${t('shownPublicly')})` : title(message.kind),
        body: <Text prose>{message.text}</Text>,
      }))}
    />
  );
}

const states = { proposed: 'dProposed', approved: 'dApproved', returned: 'dReturned' } as const;

/** Answers as they were put before the head, with what became of them. */
export function Drafts({ report }: { report: DeskReport }) {
  const t = useTexts(words);
  const formats = useFormats();
  if (report.answers.length === 0) return null;
  return (
    <Panel title={t('drafts')}>
      <Stack gap={4}>
        {[...report.answers].reverse().map((answer) => (
          <Stack key={answer.proposedAt} gap={2}>
            <Row gap={3}>
              <StateBadge
                word={t(states[answer.state as keyof typeof states] ?? 'dProposed')}
                tone={answer.state === 'approved' ? 'done' : answer.state === 'returned' ? 'late' : 'waiting'}
              />
              <Text inline small soft>
                {t('by', { who: answer.proposedByName, at: formats.instant(answer.proposedAt) })}
              </Text>
            </Row>
            <Text prose>{answer.text}</Text>
            <ReportPhotos number={report.number} photos={answer.fileIds.map((fileId) => ({ fileId, part: 'after' }))} />
            {answer.verdict ? (
              <Text>
                {t('verdict')}
                {answer.decidedByName ? ` (${answer.decidedByName})` : ''}: {answer.verdict}
              </Text>
            ) : null}
          </Stack>
        ))}
      </Stack>
    </Panel>
  );
}

export function Inspections({ report }: { report: DeskReport }) {
  const t = useTexts(words);
  const formats = useFormats();
  if (report.inspections.length === 0) return null;
  return (
    <Panel title={t('inspections')}>
      <Timeline
        label={t('inspections')}
        items={report.inspections.map((one, n) => ({
          id: String(n),
          at: one.at,
          who: one.byName,
          title: one.text,
          body:
            one.lat !== null && one.lon !== null ? (
              <Text small soft numbers>
                {formats.number(one.lat, 5)}; {formats.number(one.lon, 5)}
              </Text>
            ) : null,
        }))}
      />
    </Panel>
  );
}
