import { Button, CodeBox, Facts, Page, Stack, StepActs, Text, useFormats, useSay, useTexts } from '../../kit/index.ts';
import type { Mine } from './store.ts';
import { reportWords } from './words.ts';

export type SentState = { kind: 'sent'; mine: Mine } | { kind: 'waiting' };

/** What came of it: the code to keep, or that it waits for a network. */
export function Sent({ state, onAnother }: { state: SentState; onAnother: () => void }) {
  const t = useTexts(reportWords);
  const say = useSay();
  const formats = useFormats();
  const another = (
    <Button wide onClick={onAnother}>
      {t('another')}
    </Button>
  );
  if (state.kind === 'waiting') {
    return (
      <Page title={t('waiting')}>
        <Stack gap={5}>
          <Text prose>{t('waitingLead')}</Text>
          <StepActs>
            <Button kind="primary" wide href="/follow">
              {t('waitingList')}
            </Button>
            {another}
          </StepActs>
        </Stack>
      </Page>
    );
  }
  const { mine } = state;
  return (
    <Page title={t(mine.role === 'sender' ? 'sent' : 'joined')} lead={t('sentLead', { number: mine.number })}>
      <Stack gap={5}>
        <CodeBox label={t('code')} code={mine.code} />
        <Text small soft>
          {t('codeLead')}
        </Text>
        <Facts
          facts={[
            mine.organisationName ? { term: t('unit'), value: say(mine.organisationName) } : null,
            mine.dueAt ? { term: t('due'), value: formats.instant(mine.dueAt) } : null,
          ]}
        />
        <StepActs>
          <Button kind="primary" wide href={`/follow#${mine.code}`}>
            {t('follow')}
          </Button>
          {another}
        </StepActs>
      </Stack>
    </Page>
  );
}
