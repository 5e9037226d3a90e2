import { PasswordInput, Textarea, TextInput } from '@mantine/core';
import type { Ref } from 'react';
import { type FieldProps, useCommon } from './field.tsx';
import '@mantine/core/styles/ActionIcon.layer.css';
import '@mantine/core/styles/PasswordInput.layer.css';

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
  // What is looked for need not be said to be optional.
  const common = useCommon(kind === 'search' ? { ...props, required: true } : props);
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
    <TextInput {...common} {...rest} type={kind} {...(kind === 'search' ? { 'aria-required': false } : {})} />
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
