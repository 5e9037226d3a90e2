import { NativeSelect } from '@mantine/core';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import { type FieldProps, useCommon } from './field.tsx';

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
