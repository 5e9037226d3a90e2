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
  useFormats,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { DeskTalk } from './desk-talk.tsx';
import { PaperPart } from './paper-part.tsx';
import { words } from './words.ts';

type Act = 'publish' | 'cancel' | 'count';

/** One consultation as its organisation works it: what is asked, what stands, paper, count, result. */
export function Page() {
  const t = useTexts(words);
  const say = useSay();
  const formats = useFormats();
  const { id } = useParams({ strict: false }) as { id: string };
  const found = useQuery(client.ask('GET /api/participation/consultations/:id', { params: { id } }));
  const session = useQuery(client.ask('GET /api/session'));
  const answers = Boolean(session.data?.permissions['voice:answer']);
  const unit = useQuery({
    ...client.ask('GET /api/territory/units/:code', { params: { code: found.data?.areaCode ?? '-' } }),
    enabled: Boolean(found.data?.areaCode),
  });
  const [act, setAct] = useState<Act | null>(null);
  return (
    <Answer of={found}>
      {(data) => {
        const may = (what: string): boolean => data.may.includes(what);
        const run = async (reason: string) => {
          const params = { id };
          const expectedVersion = data.version;
          if (act === 'publish') {
            await client.call('POST /api/participation/consultations/:id/publish', {
              params,
              body: { expectedVersion },
            });
          } else if (act === 'cancel') {
            await client.call('POST /api/participation/consultations/:id/cancel', { params, body: { reason } });
          } else await client.call('POST /api/participation/consultations/:id/count', { params });
          await found.refetch();
        };
        const first = may('count') ? 'count' : may('publish') ? 'publish' : null;
        return (
          <KitPage
            title={data.title}
            primary={
              first ? (
                <Button kind="primary" onClick={() => setAct(first)}>
                  {t(first)}
                </Button>
              ) : undefined
            }
          >
            <Stack gap={5}>
              <Row gap={3}>
                <StateBadge word={t(data.stage)} tone={data.stage === 'over' ? 'waiting' : 'neutral'} />
                <ProvenanceMark provenance={data.provenance} />
                {may('edit') ? <Button href={`/console/participation/${id}/edit`}>{t('edit')}</Button> : null}
                {may('cancel') ? <Button onClick={() => setAct('cancel')}>{t('cancel')}</Button> : null}
                {data.stage === 'draft' ? null : (
                  <Link href={`/vote/${id}`} target="_blank">
                    {t('viewAsCitizen')}
                  </Link>
                )}
              </Row>
              {data.cancelReason ? (
                <Text alarm>
                  {t('reason')}: {data.cancelReason}
                </Text>
              ) : null}
              <Facts
                facts={[
                  { term: t('opensAt'), value: formats.instant(data.opensAt) },
                  { term: t('closesAt'), value: formats.instant(data.closesAt) },
                  { term: t('place'), value: data.areaCode ? (unit.data?.name ?? data.areaCode) : t('everywhere') },
                  { term: t('kind'), value: t(data.question.kind) },
                  data.question.budgetVnd
                    ? { term: t('budgetVnd'), value: formats.quantity(data.question.budgetVnd, 'đồng', 0) }
                    : null,
                  { term: t('quorum'), value: formats.number(data.quorum, 0) },
                  {
                    term: t('turnout'),
                    value: t('turnoutLine', {
                      id: data.turnout['national-id'],
                      paper: data.turnout.paper,
                      code: data.turnout.code,
                    }),
                  },
                ]}
              />
              {data.body.split(/\n+/).map((paragraph) => (
                <Text prose key={paragraph}>
                  {paragraph}
                </Text>
              ))}
              <Panel title={data.result ? t('result') : t('options')}>
                <Stack gap={2}>
                  {data.result ? <Text strong>{say(data.result.why)}</Text> : null}
                  {data.question.options.map((option) => (
                    <Row key={option.id} spread gap={3}>
                      <span>
                        {option.title}
                        {option.costVnd ? ` (${formats.quantity(option.costVnd, 'đồng', 0)})` : ''}
                        {data.result?.stands && data.result.winners.includes(option.id) ? (
                          <strong> · {t('wins')}</strong>
                        ) : null}
                      </span>
                      {data.result ? (
                        <Text>
                          {t('bindingVotes')} {formats.number(data.result.binding[option.id] ?? 0, 0)} ·{' '}
                          {t('adviceVotes')} {formats.number(data.result.counts.code[option.id] ?? 0, 0)}
                        </Text>
                      ) : null}
                    </Row>
                  ))}
                </Stack>
              </Panel>
              {data.stage === 'draft' || data.stage === 'announced' ? null : (
                <PaperPart consultation={data} onChanged={() => void found.refetch()} />
              )}
              {data.stage === 'draft' || data.stage === 'cancelled' ? null : (
                <DeskTalk kind="consultation" id={id} may={answers} />
              )}
            </Stack>
            <ConfirmAct
              opened={act !== null}
              onClose={() => setAct(null)}
              title={act ? t(`${act}Ask`, { title: data.title }) : ''}
              happens={
                act === 'publish'
                  ? t('publishHappens', { at: formats.instant(data.opensAt) })
                  : act
                    ? t(`${act}Happens`)
                    : ''
              }
              undo={t('noUndo')}
              verb={act ? t(act) : ''}
              danger={act === 'cancel'}
              {...(act === 'cancel' ? { reason: { label: t('reason'), required: true } } : {})}
              onConfirm={run}
            />
          </KitPage>
        );
      }}
    </Answer>
  );
}
