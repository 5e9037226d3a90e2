import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import {
  Answer,
  Button,
  ConfirmAct,
  Page as KitPage,
  notify,
  notifyError,
  Panel,
  ProblemError,
  Split,
  StateBadge,
  Text,
  useNavigateTo,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { type Draft, RuleForm } from './rule-form.tsx';
import { TrialPanel, type Tried } from './rule-trial.tsx';
import { VersionsPanel } from './rule-versions.tsx';
import { ruleWords } from './rule-words.ts';

type Rule = Awaited<ReturnType<typeof client.call<'GET /api/rules/:id'>>>;

const empty: Draft = {
  id: '',
  on: '',
  when: '',
  for: 'PT10M',
  severity: 3,
  title: { vi: '', en: '' },
  text: { vi: '{entity}: {property} {value} {unit}.', en: '{entity}: {property} {value} {unit}.' },
};

/** One rule: what it says in words, its parts, a trial over stored data, and its versions. */
export function Page() {
  const { id } = useParams({ strict: false });
  return id === undefined ? <Editor rule={null} onChanged={() => undefined} /> : <Stored id={id} />;
}

function Stored({ id }: { id: string }) {
  const rule = useQuery(client.ask('GET /api/rules/:id', { params: { id } }));
  return (
    <Answer of={rule}>{(one) => <Editor key={one.version} rule={one} onChanged={() => void rule.refetch()} />}</Answer>
  );
}

function Editor({ rule, onChanged }: { rule: Rule | null; onChanged: () => void }) {
  const t = useTexts(ruleWords);
  const say = useSay();
  const navigate = useNavigateTo();
  const [draft, setDraft] = useState<Draft>(rule?.definition ?? empty);
  const [tried, setTried] = useState<Tried | null>(null);
  const [asking, setAsking] = useState(false);
  const { words, problem } = useWords(draft);
  const isChanged = rule !== null && JSON.stringify(draft) !== JSON.stringify(rule.definition);
  const mayEdit = rule === null || rule.may.includes('edit');

  const save = async (enabled?: boolean): Promise<void> => {
    if (rule === null) {
      await client.call('POST /api/rules', { body: { definition: draft } });
      notify({ title: t('saved', { n: 1 }), kind: 'done' });
      navigate(`/console/rules/${encodeURIComponent(draft.id)}`);
      return;
    }
    const { id: _id, on: _on, law: _law, opens: _opens, ...parts } = draft;
    const saved = await client.call('PUT /api/rules/:id', {
      params: { id: rule.id },
      body:
        enabled === undefined
          ? {
              version: rule.version,
              // What the draft has no more is taken away.
              ...{
                clear: null,
                inputs: null,
                active: null,
                areas: null,
                entities: null,
                grades: null,
                holdsBack: null,
                flapping: null,
              },
              ...parts,
            }
          : { version: rule.version, enabled },
    });
    notify({ title: t('saved', { n: saved.version }), kind: 'done' });
    onChanged();
  };

  const title = rule ? say(rule.definition.title) : t('newRule');
  const isTried = tried !== null && tried.key === JSON.stringify(draft);
  return (
    <KitPage
      title={title}
      crumbs={[{ title: t('rules'), href: '/console/rules' }, { title }]}
      lead={
        rule ? (
          <>
            <StateBadge tone={rule.enabled ? 'active' : 'neutral'} word={rule.enabled ? t('on') : t('off')} />{' '}
            {t('version')} {rule.version} · {rule.declared ? t('ofSystem') : t('ofPeople')} · {rule.id}
          </>
        ) : (
          t('newLead')
        )
      }
      primary={
        mayEdit ? (
          <Button
            kind="primary"
            disabled={problem !== null || (rule !== null && !isChanged)}
            onClick={() => void save().catch(notifyError)}
          >
            {rule ? t('save') : t('create')}
          </Button>
        ) : null
      }
      acts={
        mayEdit && rule ? (
          <Button disabled={isChanged} onClick={() => setAsking(true)}>
            {rule.enabled ? t('turnOff') : t('turnOn')}
          </Button>
        ) : null
      }
    >
      <Split
        main={
          <>
            <Panel title={t('words')} boxed>
              {/* Said again to screen readers whenever the rule changes. */}
              <div aria-live="polite">
                {words ? <Text prose>{say(words)}</Text> : null}
                {problem?.map((one) => (
                  <Text key={one} alarm>
                    {one}
                  </Text>
                ))}
                {rule?.problem && !isChanged ? <Text alarm>{say(rule.problem)}</Text> : null}
                {isChanged ? <Text soft>{t('unsaved')}</Text> : null}
              </div>
            </Panel>
            <RuleForm draft={draft} isNew={rule === null} disabled={!mayEdit} onChange={setDraft}>
              {mayEdit ? (
                <TrialPanel draft={draft} disabled={problem !== null} tried={tried} onTried={setTried} />
              ) : null}
            </RuleForm>
          </>
        }
        side={rule ? <VersionsPanel rule={rule} onRestored={onChanged} /> : null}
      />
      {rule ? (
        <ConfirmAct
          opened={asking}
          onClose={() => setAsking(false)}
          title={rule.enabled ? t('turnOffAsk', { title }) : t('turnOnAsk', { title })}
          verb={rule.enabled ? t('turnOff') : t('turnOn')}
          happens={
            rule.enabled
              ? t('turnOffHappens')
              : isTried
                ? t('would', { n: tried.count, days: tried.days })
                : t('untried')
          }
          undo={rule.enabled ? null : t('canUndo')}
          onConfirm={() => save(!rule.enabled)}
        />
      ) : null}
    </KitPage>
  );
}

/** The draft in plain words as the server says them, or what is wrong with it, a moment after the last key. */
function useWords(draft: Draft) {
  const [definition, setDefinition] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => setDefinition(draft), 400);
    return () => clearTimeout(timer);
  }, [draft]);
  const answer = useQuery({
    queryKey: ['rule words', definition],
    queryFn: () => client.call('POST /api/rules/check', { body: { definition } }),
    enabled: definition.on !== '' && definition.when !== '',
    retry: false,
    placeholderData: (before) => before,
  });
  const { error } = answer;
  const problem =
    error instanceof ProblemError
      ? [error.problem.detail, ...(error.problem.errors ?? []).map((one) => `${one.at}: ${one.reason}`)]
      : error
        ? [String(error)]
        : definition.on === '' || definition.when === ''
          ? []
          : null;
  return { words: problem === null ? (answer.data?.words ?? null) : null, problem };
}
