import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Answer,
  Button,
  CheckField,
  ChoiceCards,
  ChoiceField,
  ConfirmAct,
  DateField,
  EmptyState,
  ErrorState,
  type FormSchema,
  Page as KitPage,
  NumberField,
  notify,
  Panel,
  ProblemError,
  Row,
  SchemaForm,
  Split,
  Stack,
  Text,
  TextAreaField,
  TextField,
  useFormats,
  useNavigateTo,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import type { Urgency } from '../types.ts';
import { UnitChoice } from './bits.tsx';
import { bodyOf, type Draft, draftOf, emptyDraft, formOf, isWhole, touchesOf } from './category-draft.ts';
import { CategoryFields } from './category-fields.tsx';
import { type Category, client } from './settings-client.ts';
import { settingsWords } from './settings-words.ts';
import { allowedOf, type CountedIn, countedIn, deadlineOf, useAllowedWords } from './time-allowed.ts';

const urgencies = ['normal', 'urgent', 'emergency'] as const;
const unitWords = {
  workingDays: 'unitWorkingDays',
  workingHours: 'unitWorkingHours',
  days: 'unitDays',
  hours: 'unitHours',
} as const;

/** One category, or a new one: what it says, who answers, in what time, and the form as the citizen sees it. */
export function Page() {
  const t = useTexts(settingsWords);
  const { code = '' } = useParams({ strict: false }) as { code?: string };
  const search = useSearch({ strict: false }) as Record<string, string>;
  const found = useQuery(client.ask('GET /api/reports/manage/categories'));
  return (
    <Answer of={found}>
      {({ items }) => {
        const known = items.find((one) => one.code === code) ?? null;
        if (code !== 'new' && known === null) return <EmptyState title={t('noSuch')} />;
        const families = items.filter((one) => one.parent === null);
        const parent = families.find((one) => one.code === search.parent)?.code ?? null;
        return (
          <Editor
            key={`${code} ${known?.version ?? ''} ${parent ?? ''}`}
            known={known}
            parent={parent}
            families={families}
            onSaved={() => void found.refetch()}
          />
        );
      }}
    </Answer>
  );
}

/** A code out of an English title: 'Street fences' -> 'street-fences'. */
const slug = (title: string): string =>
  title
    .normalize('NFD')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z]+/g, '-')
    .replace(/^-|-$/g, '');

function Editor({
  known,
  parent,
  families,
  onSaved,
}: {
  known: Category | null;
  parent: string | null;
  families: readonly Category[];
  onSaved: () => void;
}) {
  const t = useTexts(settingsWords);
  const say = useSay();
  const formats = useFormats();
  const goTo = useNavigateTo();
  const [draft, setDraft] = useState<Draft>(() => (known ? draftOf(known) : emptyDraft(parent)));
  const [isCodeOwn, setCodeOwn] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const isLeaf = known ? known.parent !== null : draft.parent !== null;
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const codeOf = (title: string, family: string | null): string =>
    `${family === null ? '' : `${family}.`}${slug(title)}`.slice(0, 60);
  const setTitle = (title: Draft['title']) =>
    set({ title, ...(known || isCodeOwn ? {} : { code: codeOf(title.en || title.vi, draft.parent) }) });
  const touches = known ? touchesOf(known, draft) : [];
  const ready = isWhole(draft);
  const save = async () => {
    const body = bodyOf(draft, known);
    if (known) {
      await client.call('PUT /api/reports/manage/categories/:category', {
        params: { category: known.code },
        body: { ...body, version: known.version },
      });
    } else {
      await client.call('POST /api/reports/manage/categories', {
        body: { ...body, code: draft.code, parent: draft.parent },
      });
    }
    notify({ title: t('saved', { title: body.title.vi }), kind: 'done' });
    if (!known) goTo(`/console/reports/settings/categories/${encodeURIComponent(draft.code)}`);
    onSaved();
  };
  const start = async () => {
    setRefusal(null);
    if (touches.length > 0) return setAsking(true);
    setBusy(true);
    try {
      await save();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setRefusal(error);
    } finally {
      setBusy(false);
    }
  };
  const title = known ? say(known.title) : isLeaf ? t('addLeaf') : t('addFamily');
  return (
    <KitPage
      title={title}
      lead={
        known
          ? `${t('touches')}: ${t('touchesOpen', { open: known.open, published: known.openPublic, received: known.received })}`
          : t('categoriesLead')
      }
      crumbs={[
        { title: t('reports'), href: '/console/reports' },
        { title: t('categories'), href: '/console/reports/settings' },
        { title },
      ]}
      primary={
        <Button kind="primary" busy={busy} disabled={!ready} onClick={() => void start()}>
          {known ? t('save') : t('addNow')}
        </Button>
      }
    >
      {refusal ? <ErrorState error={refusal} /> : null}
      <Split
        sideWidth={440}
        main={
          <>
            <Panel title={t('basics')}>
              <Stack gap={3}>
                {known || draft.parent === null ? null : (
                  <ChoiceField
                    label={t('family')}
                    required
                    value={draft.parent}
                    onChange={(family) =>
                      family && set({ parent: family, code: codeOf(draft.title.en || draft.title.vi, family) })
                    }
                    choices={families.map((one) => ({ value: one.code, title: say(one.title) }))}
                  />
                )}
                <TextField
                  label={t('titleVi')}
                  required
                  maxLength={120}
                  value={draft.title.vi}
                  onChange={(vi) => setTitle({ ...draft.title, vi })}
                />
                <TextField
                  label={t('titleEn')}
                  maxLength={120}
                  value={draft.title.en}
                  onChange={(en) => setTitle({ ...draft.title, en })}
                />
                {known ? null : (
                  <TextField
                    label={t('code')}
                    hint={t('codeHint')}
                    required
                    maxLength={60}
                    value={draft.code}
                    onChange={(code) => {
                      setCodeOwn(true);
                      set({ code });
                    }}
                  />
                )}
                {isLeaf ? <Unit draft={draft} known={known} onChange={set} /> : null}
              </Stack>
            </Panel>
            {isLeaf ? (
              <Panel title={t('rules')}>
                <Stack gap={3}>
                  <CheckField
                    label={t('publicLabel')}
                    value={draft.isPublic}
                    onChange={(isPublic) => set({ isPublic })}
                  />
                  <CheckField
                    label={t('blurredLabel')}
                    value={draft.blurred}
                    onChange={(blurred) => set({ blurred })}
                  />
                  <CheckField
                    label={t('aboutUnitLabel')}
                    value={draft.aboutUnit}
                    onChange={(aboutUnit) => set({ aboutUnit })}
                  />
                  <CheckField
                    label={t('approvalLabel')}
                    {...(draft.aboutUnit ? { hint: t('approvalAlways') } : {})}
                    disabled={draft.aboutUnit}
                    value={draft.needsApproval || draft.aboutUnit}
                    onChange={(needsApproval) => set({ needsApproval })}
                  />
                </Stack>
              </Panel>
            ) : null}
          </>
        }
        side={
          <>
            {isLeaf ? (
              <Panel title={t('timeAllowed')}>
                <Stack gap={3}>
                  {urgencies.map((urgency) => (
                    <TimeAllowed
                      key={urgency}
                      urgency={urgency}
                      budget={draft.deadlines[urgency]}
                      onChange={(deadline) => set({ deadlines: { ...draft.deadlines, [urgency]: deadline } })}
                    />
                  ))}
                </Stack>
              </Panel>
            ) : null}
            <Panel title={t('period')}>
              <Stack gap={3}>
                <DateField
                  label={t('activeFrom')}
                  hint={t('periodHint')}
                  value={draft.activeFrom}
                  onChange={(activeFrom) => set({ activeFrom })}
                />
                <DateField
                  label={t('activeUntil')}
                  hint={t('periodHint')}
                  value={draft.activeUntil}
                  onChange={(activeUntil) => set({ activeUntil })}
                />
              </Stack>
            </Panel>
          </>
        }
      />
      {isLeaf ? (
        <Split
          sideWidth={440}
          main={
            <>
              <CategoryFields fields={draft.fields} onChange={(fields) => set({ fields })} />
              <Panel title={t('words')}>
                <TextAreaField
                  label={t('words')}
                  hint={t('wordsHint')}
                  rows={5}
                  value={draft.words}
                  onChange={(words) => set({ words })}
                />
              </Panel>
            </>
          }
          side={<Preview draft={draft} known={known} />}
        />
      ) : null}
      <ConfirmAct
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('saveAsk', { title: draft.title.vi })}
        happens={
          <Stack gap={2}>
            {touches.map(({ key, day }) => (
              <Text key={key}>
                {t(key, {
                  open: known?.open ?? 0,
                  published: known?.openPublic ?? 0,
                  day: day ? formats.date(day) : '',
                })}
              </Text>
            ))}
          </Stack>
        }
        verb={t('save')}
        onConfirm={save}
      />
    </KitPage>
  );
}

function Unit({
  draft,
  known,
  onChange,
}: {
  draft: Draft;
  known: Category | null;
  onChange: (change: Partial<Draft>) => void;
}) {
  const t = useTexts(settingsWords);
  const say = useSay();
  const routes = useQuery(client.ask('GET /api/reports/manage/routes'));
  const fitting = (routes.data?.items ?? []).filter(
    (one) => one.active && (one.category === known?.code || one.category === draft.parent),
  );
  const { unit } = draft;
  const stands = known?.unit.to === 'organisation' && known.unitName ? known : null;
  return (
    <>
      <ChoiceField
        label={t('whoHandles')}
        required
        value={unit.to}
        onChange={(to) =>
          onChange({
            unit:
              to === 'organisation'
                ? { to, id: known?.unit.to === 'organisation' ? known.unit.id : '' }
                : { to: 'commune' },
          })
        }
        choices={[
          { value: 'commune', title: t('toCommune') },
          { value: 'organisation', title: t('toOrganisation') },
        ]}
      />
      {unit.to === 'organisation' ? (
        <UnitChoice
          label={t('chooseUnit')}
          value={unit.id}
          onChange={(id) => onChange({ unit: { to: 'organisation', id } })}
          known={
            stands?.unit.to === 'organisation' && stands.unitName
              ? { value: stands.unit.id, title: say(stands.unitName) }
              : null
          }
        />
      ) : null}
      <Text soft small>
        {fitting.length > 0 ? t('exceptionsN', { n: fitting.length }) : t('exceptions')}
      </Text>
    </>
  );
}

function TimeAllowed({
  urgency,
  budget,
  onChange,
}: {
  urgency: Urgency;
  budget: Draft['deadlines'][Urgency];
  onChange: (deadline: Draft['deadlines'][Urgency]) => void;
}) {
  const t = useTexts(settingsWords);
  const allowed = allowedOf(budget);
  const [counted, setCounted] = useState<CountedIn>(
    allowed?.in ?? (budget.kind === 'working' ? 'workingDays' : 'days'),
  );
  const word = t(urgency);
  const write = (n: number | undefined, unit: CountedIn) => {
    const isCount = n !== undefined && Number.isInteger(n) && n > 0 && n < 1000;
    const deadline = deadlineOf({ n: isCount ? n : 0, in: unit });
    onChange(isCount ? deadline : { ...deadline, budget: '' });
  };
  return (
    <Row gap={3} align="end">
      <NumberField
        label={t('amount', { urgency: word })}
        required
        {...(allowed || budget.budget === '' ? {} : { hint: t('rawBudget', { budget: budget.budget }) })}
        value={allowed?.n}
        onChange={(n) => write(n, counted)}
      />
      <ChoiceField
        label={t('counted', { urgency: word })}
        required
        value={counted}
        onChange={(value) => {
          const unit = countedIn.find((one) => one === value) ?? counted;
          setCounted(unit);
          write(allowed?.n, unit);
        }}
        choices={countedIn.map((value) => ({ value, title: t(unitWords[value]) }))}
      />
    </Row>
  );
}

/** The very form that the citizen's app draws from what is written so far. */
function Preview({ draft, known }: { draft: Draft; known: Category | null }) {
  const t = useTexts(settingsWords);
  const allowed = useAllowedWords();
  const [urgency, setUrgency] = useState<string>('normal');
  const whole = draft.fields.filter((field) => field.title.vi.trim() !== '');
  const schema = formOf({ ...draft, fields: whole }, known);
  return (
    <Panel boxed title={t('preview')}>
      <Stack gap={3}>
        <Text strong>{draft.title.vi || '…'}</Text>
        <SchemaForm
          key={JSON.stringify(schema)}
          schema={schema as FormSchema}
          submit={t('previewNext')}
          onSubmit={() => notify({ title: t('previewTried'), kind: 'plain' })}
        >
          <ChoiceCards
            label={t('urgencyLabel')}
            value={urgency}
            onChange={setUrgency}
            choices={urgencies.map((one) => ({
              value: one,
              title: t(one),
              text: t('within', { time: allowed(draft.deadlines[one]) }),
            }))}
          />
          {draft.isPublic ? null : (
            <Text small soft>
              {t('notPublicNote')}
            </Text>
          )}
        </SchemaForm>
      </Stack>
    </Panel>
  );
}
