import type { ReactNode } from 'react';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import '@mantine/core/styles/Input.layer.css';
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

/** What every field hands to Mantine's input. */
export function useCommon({ label, hint, error, required = false, disabled = false, id }: FieldProps) {
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
