import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { costOf, type Question, refusedChoices } from '../../systems/participation/ballots.ts';
import {
  Answer,
  Button,
  CheckField,
  Heading,
  Page,
  ProblemError,
  ProvenanceMark,
  Row,
  Stack,
  Text,
  useFormats,
  useSay,
  useTexts,
} from '../kit/index.ts';
import { client } from './client.ts';
import { ConfirmSelf } from './confirm-self.tsx';
import { type Kept, keepBallot, keptOf } from './kept-ballot.ts';
import { Discussion } from './voice/discussion.tsx';
import { VoteResult } from './vote-result.tsx';
import { votingWords } from './voting-words.ts';

type Consultation = Awaited<ReturnType<typeof client.call<'GET /api/participation/consultations/:id'>>>;
/** One consultation: what is asked, the ballot, the receipt, and after the count the result that anybody can check. */
export function VotePage() {
  const t = useTexts(votingWords);
  const formats = useFormats();
  const { id } = useParams({ strict: false }) as { id: string };
  const found = useQuery(client.ask('GET /api/participation/consultations/:id', { params: { id } }));
  const units = useQuery({
    ...client.ask('GET /api/territory/units/:code', { params: { code: found.data?.areaCode ?? '-' } }),
    enabled: Boolean(found.data?.areaCode),
  });
  return (
    <Answer of={found}>
      {(data) => (
        <Page title={data.title}>
          <Stack gap={5}>
            <Stack gap={2}>
              <Row gap={3}>
                <strong>{data.stage === 'draft' ? '' : t(data.stage)}</strong>
                <Text soft>
                  {data.stage === 'announced'
                    ? t('from', { at: formats.instant(data.opensAt) })
                    : t('until', { at: formats.instant(data.closesAt) })}
                </Text>
                <ProvenanceMark provenance={data.provenance} />
              </Row>
              <Text soft>
                {t('place')}: {data.areaCode ? (units.data?.name ?? data.areaCode) : t('everywhere')}
              </Text>
              {data.cancelReason ? (
                <Text alarm>
                  {t('reason')}: {data.cancelReason}
                </Text>
              ) : null}
            </Stack>
            {data.body.split(/\n+/).map((paragraph) => (
              <Text prose key={paragraph}>
                {paragraph}
              </Text>
            ))}
            <Text soft>{data.binding ? t('binding', { n: data.quorum }) : t('advisory')}</Text>
            <Text soft>
              {t('turnout', {
                id: data.turnout['national-id'],
                paper: data.turnout.paper,
                code: data.turnout.code,
              })}
            </Text>
            {data.stage === 'announced' || data.stage === 'over' ? <Options of={data} /> : null}
            {data.stage === 'open' ? <BallotPart of={data} onCast={() => void found.refetch()} /> : null}
            {data.result ? <VoteResult of={data} /> : null}
            {data.stage === 'draft' || data.stage === 'cancelled' ? null : <Discussion kind="consultation" id={id} />}
            <Stack gap={2}>
              <Heading level={2}>{t('secrecy')}</Heading>
              <Text prose>{t('secrecyText')}</Text>
            </Stack>
          </Stack>
        </Page>
      )}
    </Answer>
  );
}

/** What a question asks for, and an option with what it costs. */
function useQuestionTexts() {
  const t = useTexts(votingWords);
  const formats = useFormats();
  return {
    howTo: ({ kind, options, mostChoices, budgetVnd }: Question): string => {
      if (kind === 'choice') return t('chooseOne');
      if (kind === 'approval') return t('chooseSome', { n: mostChoices ?? options.length });
      return t('chooseBudget', { total: formats.number(budgetVnd ?? 0, 0) });
    },
    titleOf: ({ title, costVnd }: Question['options'][number]): string =>
      costVnd ? `${title} (${t('cost', { n: formats.number(costVnd, 0) })})` : title,
  };
}

/** What there is to choose from, for who cannot vote now or has not confirmed themselves yet. */
function Options({ of }: { of: Consultation }) {
  const { howTo, titleOf } = useQuestionTexts();
  return (
    <Stack gap={3}>
      <Heading level={2}>{howTo(of.question as Question)}</Heading>
      {of.question.options.map((option) => (
        <Stack key={option.id} gap={1}>
          <Text strong>{titleOf(option)}</Text>
          {option.text ? <Text soft>{option.text}</Text> : null}
        </Stack>
      ))}
    </Stack>
  );
}

function BallotPart({ of, onCast }: { of: Consultation; onCast: () => void }) {
  const t = useTexts(votingWords);
  const say = useSay();
  const formats = useFormats();
  const me = useQuery(client.ask('GET /api/citizens/me'));
  const systems = useQuery(client.ask('GET /api/systems'));
  const [kept, setKept] = useState<Kept>(() => keptOf(of.id));
  const [choices, setChoices] = useState<string[]>(kept.choices ?? []);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const question = of.question as Question;
  const wrong = refusedChoices(question, choices);
  const { howTo, titleOf } = useQuestionTexts();

  const choose = (id: string, on: boolean) => {
    if (question.kind === 'choice') setChoices(on ? [id] : []);
    else setChoices(on ? [...choices, id] : choices.filter((one) => one !== id));
  };
  const save = (next: Kept) => {
    keepBallot(of.id, next);
    setKept(next);
  };
  const cast = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      const { askFor, fillIn } = await import('../../systems/participation/credentials.ts');
      const list = me.data?.citizen?.assurance ?? 'code';
      const publicKey = of.publicKeys[list];
      // Kept before it is asked for: a lost answer is asked for again with the same request.
      const voucher = kept.voucher ?? (await askFor(of.id, publicKey));
      save({ voucher, choices });
      const given = await client.call('POST /api/participation/consultations/:id/ballot', {
        params: { id: of.id },
        body: { blinded: voucher.blinded },
      });
      const ballot = await fillIn(of.id, of.publicKeys[given.list], voucher, given.signature, choices);
      const taken = await client.call('POST /api/participation/consultations/:id/ballots', {
        params: { id: of.id },
        body: { list: given.list, ballot },
      });
      save({ receipt: taken.receipt, proof: taken.proof, choices });
      onCast();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setRefusal(error.problem.detail);
    } finally {
      setBusy(false);
    }
  };

  if (kept.receipt) {
    return (
      <Stack gap={2}>
        <Heading level={2}>{t('voted')}</Heading>
        <Text>
          {t('receipt')}: <code>{kept.receipt}</code>
        </Text>
        <Text prose soft>
          {t('receiptLead')}
        </Text>
      </Stack>
    );
  }
  return (
    <Answer of={me}>
      {(data) => {
        if (!data.citizen || data.citizen.residence === null) {
          return (
            <Stack gap={5}>
              <Options of={of} />
              <ConfirmSelf me={data} demo={systems.data?.mode === 'demo'} onChanged={() => me.refetch()} />
            </Stack>
          );
        }
        const spent = costOf(question, choices);
        return (
          <Stack gap={3}>
            <Heading level={2}>{howTo(question)}</Heading>
            {question.options.map((option) => (
              <CheckField
                key={option.id}
                label={titleOf(option)}
                {...(option.text ? { hint: option.text } : {})}
                value={choices.includes(option.id)}
                onChange={(on) => choose(option.id, on)}
              />
            ))}
            {question.kind === 'budget' ? (
              <Text>
                {t('spent', {
                  spent: formats.number(spent, 0),
                  left: formats.number((question.budgetVnd ?? 0) - spent, 0),
                })}
              </Text>
            ) : null}
            {choices.length > 0 && wrong ? <Text alarm>{say(wrong)}</Text> : null}
            {kept.voucher && !busy ? <Text soft>{t('lost')}</Text> : null}
            {refusal ? (
              <Text alarm>
                <span role="alert">{refusal}</span>
              </Text>
            ) : null}
            <Button kind="primary" wide busy={busy} disabled={wrong !== null} onClick={() => void cast()}>
              {busy ? t('voting') : t('vote')}
            </Button>
          </Stack>
        );
      }}
    </Answer>
  );
}
