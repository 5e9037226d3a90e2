import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Age,
  Answer,
  Button,
  Page as KitPage,
  notifyError,
  Row,
  Split,
  Stack,
  Text,
  TextAreaField,
  Timeline,
  useLive,
  useTexts,
} from '../../../web/kit/index.ts';
import { adminWords } from './admin-words.ts';
import { client } from './client.ts';

type Kind = 'note' | 'begin' | 'handover' | 'takeover';

/** The shift log: who is on duty, what was written, hand-over and take-over. Nothing in it can be changed. */
export function Page() {
  const t = useTexts(adminWords);
  const [text, setText] = useState('');
  const shift = useQuery(client.ask('GET /api/operations/shift', { query: { limit: 100 } }));
  useLive(['shift'], () => void shift.refetch());
  const write = async (kind: Kind, confirms?: number) => {
    try {
      await client.call('POST /api/operations/shift', {
        body: { kind, text, ...(confirms === undefined ? {} : { confirms }) },
      });
      setText('');
    } catch (error) {
      notifyError(error);
    }
    await shift.refetch();
  };
  return (
    <Answer of={shift}>
      {(data) => (
        <KitPage
          title={t('shift')}
          lead={
            data.onDuty ? (
              <>
                {t('onDuty')}: <strong>{data.onDuty.userName}</strong>, <Age at={data.onDuty.since} />
              </>
            ) : (
              t('nobody')
            )
          }
        >
          <Split
            main={
              data.items.length === 0 ? (
                <Text soft>{t('none')}</Text>
              ) : (
                <Timeline
                  label={t('shift')}
                  items={data.items.map((entry) => ({
                    id: String(entry.id),
                    at: entry.at,
                    title: t(entry.kind),
                    body: entry.text,
                    who: entry.userName,
                    by: 'hand' as const,
                  }))}
                />
              )
            }
            side={
              data.may.includes('write') ? (
                <Stack gap={3}>
                  <TextAreaField label={t('text')} hint={t('textHint')} value={text} onChange={setText} rows={5} />
                  <Row gap={2}>
                    <Button kind="primary" disabled={!text.trim()} onClick={() => void write('note')}>
                      {t('write')}
                    </Button>
                    {data.waiting === null ? (
                      <Button disabled={!text.trim()} onClick={() => void write(data.onDuty ? 'handover' : 'begin')}>
                        {data.onDuty ? t('handover') : t('begin')}
                      </Button>
                    ) : (
                      <Button disabled={!text.trim()} onClick={() => void write('takeover', data.waiting ?? undefined)}>
                        {t('takeover')}
                      </Button>
                    )}
                  </Row>
                </Stack>
              ) : null
            }
          />
        </KitPage>
      )}
    </Answer>
  );
}
