import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Answer,
  Button,
  ConfirmAct,
  Facts,
  Page as KitPage,
  Link,
  Panel,
  ProvenanceMark,
  Row,
  Stack,
  StateBadge,
  Text,
  TextAreaField,
  useFormats,
  useNavigateTo,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { initiativeFields } from '../initiative-types.ts';
import { client } from './client.ts';
import { DeskTalk } from './desk-talk.tsx';
import { ModeratePart } from './moderate-part.tsx';
import { voiceWords } from './voice-words.ts';

type Act = 'answer' | 'consult' | 'remove' | 'written';

/** One initiative as its moderator and the unit that answers it work it. */
export function Page() {
  const t = useTexts(voiceWords);
  const say = useSay();
  const formats = useFormats();
  const goTo = useNavigateTo();
  const { id } = useParams({ strict: false }) as { id: string };
  const params = { id };
  const found = useQuery(client.ask('GET /api/participation/desk/initiatives/:id', { params }));
  const area = useQuery({
    ...client.ask('GET /api/territory/units/:code', { params: { code: found.data?.areaCode ?? '-' } }),
    enabled: Boolean(found.data?.areaCode),
  });
  const [act, setAct] = useState<Act | null>(null);
  const [answer, setAnswer] = useState('');
  const [written, setWritten] = useState<{ title: string; body: string } | null>(null);
  return (
    <Answer of={found}>
      {(data) => {
        const may = (what: string): boolean => data.may.includes(what);
        const run = async (reason: string) => {
          if (act === 'answer') {
            await client.call('POST /api/participation/initiatives/:id/answer', {
              params,
              body: { text: answer, expectedVersion: data.version },
            });
          } else if (act === 'remove') {
            await client.call('POST /api/participation/initiatives/:id/remove', { params, body: { reason } });
          } else if (act === 'written') {
            setWritten(
              await client.call('POST /api/participation/initiatives/:id/written', {
                params,
                body: { purpose: reason },
              }),
            );
          } else {
            const made = await client.call('POST /api/participation/initiatives/:id/consultation', { params });
            return goTo(`/console/participation/${made.id}/edit`);
          }
          await found.refetch();
        };
        const field = initiativeFields[data.category as keyof typeof initiativeFields] ?? initiativeFields.khac;
        const shown = written ?? data;
        return (
          <KitPage
            title={data.title}
            crumbs={[{ title: t('initiatives'), href: '/console/participation/initiatives' }]}
          >
            <Stack gap={5}>
              <Row gap={3}>
                <StateBadge
                  word={data.late ? t('late') : t(data.state)}
                  tone={data.late ? 'late' : data.state === 'due' || data.state === 'waiting' ? 'waiting' : 'neutral'}
                />
                <ProvenanceMark provenance={data.provenance} />
                {may('written') && !written ? <Button onClick={() => setAct('written')}>{t('written')}</Button> : null}
                {may('consult') ? <Button onClick={() => setAct('consult')}>{t('consult')}</Button> : null}
                {may('remove') ? <Button onClick={() => setAct('remove')}>{t('remove')}</Button> : null}
                {data.draftId ? <Button href={`/console/participation/${data.draftId}`}>{t('toDraft')}</Button> : null}
                {data.consultationId ? (
                  <Button href={`/console/participation/${data.consultationId}`}>{t('toVote')}</Button>
                ) : null}
                {data.publishedAt ? (
                  <Link href={`/initiatives/${id}`} target="_blank">
                    {t('viewAsCitizen')}
                  </Link>
                ) : null}
              </Row>
              {data.reason ? (
                <Text alarm>
                  {t('reason')}: {data.reason}
                </Text>
              ) : null}
              <Facts
                facts={[
                  { term: t('createdAt'), value: formats.instant(data.createdAt) },
                  { term: t('category'), value: say(field) },
                  { term: t('area'), value: data.areaCode ? (area.data?.name ?? data.areaCode) : t('everywhere') },
                  {
                    term: t('unit'),
                    value: data.organisationName ? say(data.organisationName) : data.organisationId,
                  },
                  data.publishedAt
                    ? {
                        term: t('supporters'),
                        value: t('supportersOf', {
                          n: formats.number(data.supporters, 0),
                          of: formats.number(data.supportNeeded, 0),
                          verified: formats.number(data.supportersVerified, 0),
                        }),
                      }
                    : null,
                  data.state === 'open' && data.collectsUntil
                    ? { term: t('collectsUntil'), value: formats.instant(data.collectsUntil) }
                    : null,
                  data.dueAt ? { term: t('dueAt'), value: formats.instant(data.dueAt) } : null,
                  data.caseNumber ? { term: t('caseNumber'), value: data.caseNumber } : null,
                ]}
              />
              {written ? <Text strong>{written.title}</Text> : null}
              {shown.body.split(/\n+/).map((paragraph) => (
                <Text prose key={paragraph}>
                  {paragraph}
                </Text>
              ))}
              {may('publish') ? <ModeratePart key={data.version} of={data} onDone={() => found.refetch()} /> : null}
              {data.answer ? (
                <Panel title={t('answer')}>
                  <Text prose>{data.answer}</Text>
                </Panel>
              ) : null}
              {may('answer') ? (
                <Panel title={t('answer')}>
                  <Stack gap={3}>
                    <TextAreaField
                      label={t('answerText')}
                      hint={t('answerHint')}
                      rows={5}
                      value={answer}
                      onChange={setAnswer}
                    />
                    <Row>
                      <Button kind="primary" disabled={answer.trim().length < 20} onClick={() => setAct('answer')}>
                        {t('answerSend')}
                      </Button>
                    </Row>
                  </Stack>
                </Panel>
              ) : null}
              {data.publishedAt && data.state !== 'removed' ? (
                <DeskTalk kind="initiative" id={id} may={may('talk')} />
              ) : null}
            </Stack>
            <ConfirmAct
              opened={act !== null}
              onClose={() => setAct(null)}
              title={act ? t(`${act}Ask`) : ''}
              happens={act ? t(`${act}Happens`) : ''}
              {...(act === 'answer' || act === 'remove' ? { undo: t('noUndo') } : {})}
              verb={act === 'answer' ? t('answerSend') : act ? t(act) : ''}
              danger={act === 'remove'}
              {...(act === 'remove' ? { reason: { label: t('reason'), required: true } } : {})}
              {...(act === 'written' ? { reason: { label: t('purpose'), required: true } } : {})}
              onConfirm={run}
            />
          </KitPage>
        );
      }}
    </Answer>
  );
}
