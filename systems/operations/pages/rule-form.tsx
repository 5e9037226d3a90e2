import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import {
  Button,
  CheckField,
  ChoiceField,
  Grid,
  NumberField,
  Panel,
  Row,
  type SeverityStep,
  Stack,
  severitySteps,
  severityWords,
  Text,
  TextAreaField,
  TextField,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { EntitiesField } from '../../../web/kit/province.ts';
import { client } from './client.ts';
import { FlappingFields } from './rule-flapping.tsx';
import { durationOf, minutesOf } from './rule-minutes.ts';
import { ruleWords } from './rule-words.ts';

export type Draft = Parameters<typeof client.call<'POST /api/rules'>>[1]['body']['definition'];
type Input = NonNullable<Draft['inputs']>[string];
type Kind = Input['kind'];
type Types = Awaited<ReturnType<typeof client.call<'GET /api/types'>>>['items'];

type PartProps = { draft: Draft; disabled: boolean; set: (change: Partial<Draft>) => void };

/** All parts of a rule that may be edited; what a rule is on is chosen once. */
export function RuleForm(props: {
  draft: Draft;
  isNew: boolean;
  disabled: boolean;
  onChange: (draft: Draft) => void;
  /** what stands after the condition: its trial */
  children: ReactNode;
}) {
  const { draft, isNew, disabled, onChange, children } = props;
  const t = useTexts(ruleWords);
  const say = useSay();
  const types = useQuery(client.ask('GET /api/types'));
  const items = types.data?.items ?? [];
  /** A part that is undefined is left out. */
  const set = (change: Partial<Draft>) => {
    const parts = Object.entries({ ...draft, ...change }).filter(([, part]) => part !== undefined);
    onChange(Object.fromEntries(parts) as Draft);
  };
  const part: PartProps = { draft, disabled, set };
  return (
    <>
      {isNew ? (
        <Grid least={280}>
          <TextField label={t('id')} hint={t('idHint')} required value={draft.id} onChange={(id) => set({ id })} />
          <ChoiceField
            label={t('watches')}
            required
            value={draft.on}
            onChange={(on) => set({ on: on ?? '' })}
            choices={items.flatMap((type) =>
              Object.entries(type.observes).map(([name, observed]) => ({
                value: `${type.name}.${name}`,
                title: `${say(type.title)}: ${say(observed.title)}`,
              })),
            )}
          />
        </Grid>
      ) : null}
      <Condition {...part} types={items} />
      {children}
      <Figures {...part} types={items} />
      <Times {...part} />
      <Places {...part} />
      <Grades {...part} />
      <Words {...part} />
    </>
  );
}

function Condition({ draft, disabled, set, types }: PartProps & { types: Types }) {
  const t = useTexts(ruleWords);
  const say = useSay();
  const [type = ''] = draft.on.split('.');
  const observes = types.find((one) => one.name === type)?.observes ?? {};
  return (
    <Panel title={t('when')}>
      <Stack>
        <TextAreaField
          label={t('when')}
          hint={t('whenHint')}
          required
          rows={2}
          disabled={disabled}
          value={draft.when}
          onChange={(when) => set({ when })}
        />
        <TextField
          label={t('clear')}
          hint={t('clearHint')}
          disabled={disabled}
          value={draft.clear ?? ''}
          onChange={(clear) => set({ clear: clear || undefined })}
        />
        <Grid least={200}>
          <NumberField
            label={t('minutes')}
            unit={t('minute')}
            required
            disabled={disabled}
            value={minutesOf(draft.for)}
            onChange={(minutes) => set({ for: durationOf(minutes) })}
          />
          <SeverityField disabled={disabled} value={draft.severity} onChange={(severity) => set({ severity })} />
        </Grid>
        {Object.keys(observes).length > 0 ? (
          <Text small soft>
            {t('names')}:{' '}
            {Object.entries(observes).map(([name, one], n) => (
              <span key={name}>
                {n > 0 ? ', ' : ''}
                <code>{name}</code> ({say(one.title)}
                {one.unit ? `, ${one.unit}` : ''})
              </span>
            ))}
          </Text>
        ) : null}
      </Stack>
    </Panel>
  );
}

function SeverityField(props: { value: number; disabled: boolean; onChange: (severity: number) => void }) {
  const t = useTexts(ruleWords);
  const say = useSay();
  return (
    <ChoiceField
      label={t('severity')}
      required
      disabled={props.disabled}
      value={String(props.value)}
      onChange={(value) => value && props.onChange(Number(value))}
      choices={severitySteps.map((step) => ({ value: String(step), title: say(severityWords[step as SeverityStep]) }))}
    />
  );
}

function Figures({ draft, disabled, set, types }: PartProps & { types: Types }) {
  const t = useTexts(ruleWords);
  const say = useSay();
  const [type = '', property = ''] = draft.on.split('.');
  const inputs = Object.entries(draft.inputs ?? {});
  const write = (next: [string, Input][]) => set({ inputs: next.length > 0 ? Object.fromEntries(next) : undefined });
  const put = (n: number, name: string, input: Input) =>
    write(inputs.map((one, k): [string, Input] => (k === n ? [name, input] : one)));
  const own = Object.entries(types.find((one) => one.name === type)?.observes ?? {});
  const everywhere = types.flatMap((one) =>
    Object.entries(one.observes).map(([name, observed]) => ({
      value: `${one.name}.${name}`,
      title: `${say(one.title)}: ${say(observed.title)}`,
    })),
  );
  const choices = (input: Input) =>
    input.kind === 'area' ? everywhere : own.map(([name, one]) => ({ value: name, title: say(one.title) }));
  const asKind = (kind: Kind): Input =>
    kind === 'change'
      ? { kind, of: property, over: 'PT1H' }
      : kind === 'unusual'
        ? { kind, of: property }
        : { kind, of: draft.on, take: 'max' };
  return (
    <Panel title={t('figures')}>
      <Text soft>{t('figuresLead')}</Text>
      <Parts
        add={t('addFigure')}
        disabled={disabled || draft.on === ''}
        onAdd={() => write([...inputs, [freshName(inputs.map(([name]) => name)), asKind('change')]])}
        onRemove={(n) => write(inputs.filter((_, k) => k !== n))}
      >
        {inputs.map(([name, input], n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the name is being written; the place is what stays
          <Grid key={n} least={160}>
            <NameField name={name} disabled={disabled} onName={(next) => put(n, next, input)} />
            <ChoiceField
              label={t('kind')}
              required
              disabled={disabled}
              value={input.kind}
              onChange={(kind) => kind && put(n, name, asKind(kind as Kind))}
              choices={(['change', 'unusual', 'area'] as const).map((kind) => ({ value: kind, title: t(kind) }))}
            />
            <ChoiceField
              label={t('of')}
              required
              disabled={disabled}
              value={input.of}
              onChange={(of) => of && put(n, name, { ...input, of })}
              choices={choices(input)}
            />
            {input.kind === 'change' ? (
              <NumberField
                label={t('over')}
                unit={t('minute')}
                required
                disabled={disabled}
                value={minutesOf(input.over)}
                onChange={(minutes) => put(n, name, { ...input, over: durationOf(minutes) })}
              />
            ) : null}
            {input.kind === 'unusual' ? (
              <>
                <NumberField
                  label={t('weeks')}
                  required
                  disabled={disabled}
                  value={input.weeks ?? 8}
                  onChange={(weeks) => put(n, name, { ...input, weeks: whole(weeks, 8) })}
                />
                <NumberField
                  label={t('least')}
                  required
                  disabled={disabled}
                  value={input.least ?? 4}
                  onChange={(least) => put(n, name, { ...input, least: whole(least, 4) })}
                />
              </>
            ) : null}
            {input.kind === 'area' ? (
              <>
                <ChoiceField
                  label={t('take')}
                  required
                  disabled={disabled}
                  value={input.take}
                  onChange={(take) => {
                    if (!take) return;
                    const { above: _above, ...rest } = input;
                    const chosen = take as typeof input.take;
                    put(n, name, chosen === 'count' ? { ...rest, take: chosen, above: 0 } : { ...rest, take: chosen });
                  }}
                  choices={(['mean', 'min', 'max', 'sum', 'count'] as const).map((one) => ({
                    value: one,
                    title: t(one),
                  }))}
                />
                {input.take === 'count' ? (
                  <NumberField
                    label={t('above')}
                    required
                    disabled={disabled}
                    value={input.above}
                    onChange={(above) => put(n, name, { ...input, above: above ?? 0 })}
                  />
                ) : null}
              </>
            ) : null}
          </Grid>
        ))}
      </Parts>
    </Panel>
  );
}

/** A name is taken when the reader leaves the field, so that half a name never replaces another figure's. */
function NameField({ name, disabled, onName }: { name: string; disabled: boolean; onName: (name: string) => void }) {
  const t = useTexts(ruleWords);
  return <TextField label={t('name')} required disabled={disabled} value={name} onChange={onName} />;
}

function Times({ draft, disabled, set }: PartProps) {
  const t = useTexts(ruleWords);
  const periods = draft.active ?? [];
  type Period = (typeof periods)[number];
  const write = (next: Period[]) => set({ active: next.length > 0 ? next : undefined });
  const put = (n: number, period: Period) => write(periods.map((one, k) => (k === n ? period : one)));
  return (
    <Panel title={t('times')}>
      <Text soft>{t('timesLead')}</Text>
      <Parts
        add={t('addTime')}
        disabled={disabled}
        onAdd={() => write([...periods, { from: '07:00', to: '17:00' }])}
        onRemove={(n) => write(periods.filter((_, k) => k !== n))}
      >
        {periods.map((period, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a period is its place in the list
          <Grid key={n} least={140}>
            <TextField
              label={t('from')}
              required
              disabled={disabled}
              value={period.from}
              onChange={(from) => put(n, { ...period, from })}
            />
            <TextField
              label={t('to')}
              required
              disabled={disabled}
              value={period.to}
              onChange={(to) => put(n, { ...period, to })}
            />
            <TextField
              label={t('days')}
              hint={t('daysHint')}
              disabled={disabled}
              value={period.days?.join(', ') ?? ''}
              onChange={(text) => {
                const { days: _days, ...rest } = period;
                const days = [...new Set(text.match(/[1-7]/g) ?? [])].map(Number);
                put(n, days.length > 0 ? { ...rest, days } : rest);
              }}
            />
          </Grid>
        ))}
      </Parts>
    </Panel>
  );
}

function Places({ draft, disabled, set }: PartProps) {
  const t = useTexts(ruleWords);
  return (
    <Panel title={t('where')}>
      <Stack>
        <ListField
          label={t('areas')}
          hint={t('areasHint')}
          disabled={disabled}
          value={draft.areas}
          onChange={(areas) => set({ areas })}
        />
        <EntitiesField
          label={t('entities')}
          hint={t('entitiesHint')}
          disabled={disabled}
          types={[draft.on.split('.')[0] ?? '']}
          value={draft.entities ?? []}
          onChange={(entities) => set({ entities: entities.length > 0 ? entities : undefined })}
        />
      </Stack>
    </Panel>
  );
}

/** Codes between commas; what is being written stays as it is written. */
function ListField(props: {
  label: string;
  hint: string;
  disabled: boolean;
  value: string[] | undefined;
  onChange: (value: string[] | undefined) => void;
}) {
  const [text, setText] = useState(props.value?.join(', ') ?? '');
  return (
    <TextField
      label={props.label}
      hint={props.hint}
      disabled={props.disabled}
      value={text}
      onChange={(next) => {
        setText(next);
        const codes = next
          .split(',')
          .map((one) => one.trim())
          .filter(Boolean);
        props.onChange(codes.length > 0 ? codes : undefined);
      }}
    />
  );
}

function Grades({ draft, disabled, set }: PartProps) {
  const t = useTexts(ruleWords);
  const grades = draft.grades ?? [];
  type Grade = (typeof grades)[number];
  const write = (next: Grade[]) => set({ grades: next.length > 0 ? next : undefined });
  const put = (n: number, grade: Grade) => write(grades.map((one, k) => (k === n ? grade : one)));
  return (
    <Panel title={t('grades')}>
      <Parts
        add={t('addGrade')}
        disabled={disabled}
        onAdd={() => write([...grades, { severity: Math.min(5, draft.severity + 1), after: 'PT1H' }])}
        onRemove={(n) => write(grades.filter((_, k) => k !== n))}
      >
        {grades.map((grade, n) => {
          const { when: _when, ...withoutWhen } = grade;
          const { after: _after, ...withoutAfter } = grade;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a grade is its place in the list
            <Grid key={n} least={160}>
              <SeverityField
                disabled={disabled}
                value={grade.severity}
                onChange={(severity) => put(n, { ...grade, severity })}
              />
              <TextField
                label={t('gradeWhen')}
                disabled={disabled}
                value={grade.when ?? ''}
                onChange={(when) => put(n, when ? { ...grade, when } : withoutWhen)}
              />
              <NumberField
                label={t('after')}
                unit={t('minute')}
                disabled={disabled}
                value={grade.after === undefined ? undefined : minutesOf(grade.after)}
                onChange={(minutes) =>
                  put(n, minutes === undefined ? withoutAfter : { ...grade, after: durationOf(minutes) })
                }
              />
            </Grid>
          );
        })}
      </Parts>
      <CheckField
        label={t('holdsBack')}
        disabled={disabled}
        value={draft.holdsBack === true}
        onChange={(holds) => set({ holdsBack: holds ? true : undefined })}
      />
      <FlappingFields value={draft.flapping} disabled={disabled} onChange={(flapping) => set({ flapping })} />
    </Panel>
  );
}

function Words({ draft, disabled, set }: PartProps) {
  const t = useTexts(ruleWords);
  const { title, text } = draft;
  const field = (label: string, value: string, onChange: (value: string) => void, hint?: string) => (
    <TextField
      label={label}
      required
      disabled={disabled}
      value={value}
      onChange={onChange}
      {...(hint ? { hint } : {})}
    />
  );
  return (
    <Panel title={t('textVi')}>
      <Stack>
        {field(t('titleVi'), title.vi, (vi) => set({ title: { ...title, vi } }))}
        {field(t('titleEn'), title.en, (en) => set({ title: { ...title, en } }))}
        {field(t('textVi'), text.vi, (vi) => set({ text: { ...text, vi } }), t('textHint'))}
        {field(t('textEn'), text.en, (en) => set({ text: { ...text, en } }))}
      </Stack>
    </Panel>
  );
}

/** A short list of like parts: each can be taken away, and one more added. */
function Parts(props: {
  add: string;
  disabled: boolean;
  onAdd: () => void;
  onRemove: (n: number) => void;
  children: ReactNode[];
}) {
  const t = useTexts(ruleWords);
  return (
    <Stack>
      {props.children.map((child, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place in the list
        <Stack key={n} gap={2}>
          {child}
          {props.disabled ? null : (
            <Row>
              <Button kind="quiet" onClick={() => props.onRemove(n)} aria-label={`${t('remove')} ${n + 1}`}>
                {t('remove')}
              </Button>
            </Row>
          )}
        </Stack>
      ))}
      {props.disabled ? null : (
        <Row>
          <Button onClick={props.onAdd}>{props.add}</Button>
        </Row>
      )}
    </Stack>
  );
}

const freshName = (names: readonly string[]): string => {
  for (let n = names.length + 1; ; n += 1) if (!names.includes(`x${n}`)) return `x${n}`;
};

const whole = (value: number | undefined, otherwise: number): number =>
  value === undefined || Number.isNaN(value) ? otherwise : Math.round(value);
