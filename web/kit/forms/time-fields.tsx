import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { formatDate, formatInstant } from '../formats/times.ts';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import { type FieldProps, useCommon } from './field.tsx';
import { parseDay, parseInstant } from './parse-times.ts';

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
