import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { formatNumber } from '../formats/numbers.ts';
import { useLanguage } from '../words/language.ts';
import { type FieldProps, useCommon } from './field.tsx';
import { readNumber } from './read-number.ts';

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
