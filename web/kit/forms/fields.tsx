import { Checkbox, NativeSelect, PasswordInput, SegmentedControl, Switch, Textarea, TextInput } from '@mantine/core';
import { type ReactNode, type Ref, useEffect, useState } from 'react';
import { formatNumber } from '../formats/numbers.ts';
import { formatDate, formatInstant } from '../formats/times.ts';
import { kitWords } from '../words/kit-words.ts';
import { useLanguage } from '../words/language.ts';
import { useTexts } from '../words/texts.ts';
import { parseDay, parseInstant } from './parse-times.ts';
import './forms.css';

/** Label above, hint before the field, error beside it: one shape for every field. */
export type FieldProps = {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  required?: boolean;
  disabled?: boolean;
  id?: string;
};

const order = ['label', 'description', 'error', 'input'] as ('label' | 'input' | 'description' | 'error')[];

function useCommon({ label, hint, error, required = false, disabled = false, id }: FieldProps) {
  const t = useTexts(kitWords);
  return {
    label: required ? label : `${label} (${t('optional')})`,
    description: hint,
    error: error ?? undefined,
    disabled,
    inputWrapperOrder: order,
    'aria-required': required,
    ...(id ? { id } : {}),
    classNames: { label: 'k-field-label', description: 'k-field-hint', error: 'k-field-error', input: 'k-field-input' },
  };
}

export type TextFieldProps = FieldProps & {
  value: string;
  onChange: (value: string) => void;
  kind?: 'text' | 'email' | 'tel' | 'search' | 'password';
  autoComplete?: string;
  maxLength?: number;
  ref?: Ref<HTMLInputElement>;
};

export function TextField(props: TextFieldProps) {
  const { value, onChange, kind = 'text', autoComplete, maxLength, ref } = props;
  const common = useCommon(props);
  const rest = {
    value,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
    ...(autoComplete ? { autoComplete } : {}),
    ...(maxLength ? { maxLength } : {}),
    ...(ref ? { ref } : {}),
  };
  return kind === 'password' ? (
    <PasswordInput {...common} {...rest} />
  ) : (
    <TextInput {...common} {...rest} type={kind} />
  );
}

export function TextAreaField(props: FieldProps & { value: string; onChange: (value: string) => void; rows?: number }) {
  const common = useCommon(props);
  return (
    <Textarea
      {...common}
      autosize
      minRows={props.rows ?? 3}
      maxRows={14}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}

/** A number typed the reader's way: '1.315,5' in Vietnamese, '1,315.5' in English. */
export function readNumber(text: string, language: 'vi' | 'en'): number | null {
  const bare = language === 'vi' ? text.replace(/[.\s]/g, '').replace(',', '.') : text.replace(/[,\s]/g, '');
  const plain = bare.replace('−', '-');
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

export type NumberFieldProps = FieldProps & {
  value: number | undefined;
  /** NaN where what stands there is not a number, so that the form can say so. */
  onChange: (value: number | undefined) => void;
  unit?: string;
};

export function NumberField(props: NumberFieldProps) {
  const { value, onChange, unit } = props;
  const language = useLanguage();
  const write = (number: number | undefined) =>
    number === undefined || Number.isNaN(number) ? '' : formatNumber(number, language, undefined);
  const [text, setText] = useState(write(value));
  const common = useCommon(props);
  useEffect(() => {
    setText((now) => ((readNumber(now, language) ?? undefined) === value || Number.isNaN(value) ? now : write(value)));
  });
  return (
    <TextInput
      {...common}
      inputMode="decimal"
      value={text}
      rightSection={unit ? <span className="k-field-unit">{unit}</span> : undefined}
      rightSectionWidth={unit ? 24 + unit.length * 8 : undefined}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        setText(typed);
        onChange(typed.trim() === '' ? undefined : (readNumber(typed, language) ?? Number.NaN));
      }}
    />
  );
}

export type ChoiceFieldProps = FieldProps & {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  choices: readonly { value: string; title: string }[];
};

/** The browser's own list: right on every phone and for every screen reader. */
export function ChoiceField(props: ChoiceFieldProps) {
  const t = useTexts(kitWords);
  const common = useCommon(props);
  return (
    <NativeSelect
      {...common}
      value={props.value ?? ''}
      onChange={(event) => props.onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
      data={[
        { value: '', label: t('choose') },
        ...props.choices.map((choice) => ({ value: choice.value, label: choice.title })),
      ]}
    />
  );
}

export type CheckFieldProps = Omit<FieldProps, 'required'> & {
  value: boolean;
  onChange: (value: boolean) => void;
  asSwitch?: boolean;
};

export function CheckField({
  label,
  hint,
  error,
  disabled = false,
  id,
  value,
  onChange,
  asSwitch = false,
}: CheckFieldProps) {
  const Control = asSwitch ? Switch : Checkbox;
  return (
    <Control
      label={label}
      description={hint}
      error={error ?? undefined}
      disabled={disabled}
      checked={value}
      onChange={(event) => onChange(event.currentTarget.checked)}
      {...(id ? { id } : {})}
    />
  );
}

type TimeFieldProps = FieldProps & {
  /** ISO; what cannot be read yet is handed on as it was typed, so that the form can say so. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
};

function TypedTime(
  props: TimeFieldProps & { parse: (text: string) => string | null; write: (value: string) => string; format: string },
) {
  const { value, onChange, parse, write, format } = props;
  const shown = (iso: string | undefined) => (iso === undefined ? '' : /^\d{4}-/.test(iso) ? write(iso) : iso);
  const [text, setText] = useState(shown(value));
  const common = useCommon({ ...props, hint: props.hint ?? format });
  useEffect(() => {
    setText((now) => ((now.trim() === '' ? undefined : (parse(now) ?? now)) === value ? now : shown(value)));
  });
  return (
    <TextInput
      {...common}
      inputMode="numeric"
      value={text}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        setText(typed);
        onChange(typed.trim() === '' ? undefined : (parse(typed) ?? typed));
      }}
    />
  );
}

/** A day, typed as 27/8/2020; the value is '2020-08-27'. */
export function DateField(props: TimeFieldProps) {
  const t = useTexts(kitWords);
  return <TypedTime {...props} parse={parseDay} write={formatDate} format={t('dateHint')} />;
}

/** An instant, typed as 27/8/2020 14:05 of Hanoi; the value is ISO in UTC. */
export function InstantField(props: TimeFieldProps) {
  const t = useTexts(kitWords);
  return <TypedTime {...props} parse={parseInstant} write={formatInstant} format={t('instantHint')} />;
}

export type SwitchRowProps<V extends string> = {
  label: string;
  value: V;
  onChange: (value: V) => void;
  choices: readonly { value: V; title: string }[];
};

/** A few views of the same thing, one of them shown. */
export function SwitchRow<V extends string>({ label, value, onChange, choices }: SwitchRowProps<V>) {
  return (
    <SegmentedControl
      aria-label={label}
      value={value}
      onChange={(next) => {
        const chosen = choices.find((choice) => choice.value === next);
        if (chosen) onChange(chosen.value);
      }}
      data={choices.map((choice) => ({ value: choice.value, label: choice.title }))}
      transitionDuration={120}
      classNames={{ root: 'k-switch-row', label: 'k-switch-label', indicator: 'k-switch-indicator' }}
    />
  );
}
