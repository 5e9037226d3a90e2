import { Checkbox, Switch } from '@mantine/core';
import type { FieldProps } from './field.tsx';
import '@mantine/core/styles/Input.layer.css';
import '@mantine/core/styles/InlineInput.layer.css';
import '@mantine/core/styles/Checkbox.layer.css';
import '@mantine/core/styles/Switch.layer.css';

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
